"""What a merge does not take: kept as a comment where there is room for one, else there is no merge."""

NOT_TAKEN = "# merge, not taken: "
"""How the comment begins that keeps a value of one side where the other side's holds."""


class NotSettledError(Exception):
    """The text cannot be made to say what it should; names the first thing that would be lost."""


def as_comment(text: str, column: int, newline: str) -> str:
    """A text as comment lines that say that a merge did not take it."""
    lines = text.splitlines() or [""]
    first = f"{' ' * column}{NOT_TAKEN}{_visible(lines[0])}".rstrip() + newline
    return first + "".join(f"{' ' * column}#   {_visible(line)}".rstrip() + newline for line in lines[1:])


def _visible(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\t" else f"\\u{ord(c):04x}" for c in line)

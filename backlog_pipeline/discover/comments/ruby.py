"""Ruby: interpolation, here-documents, ``%`` literals, regular expressions, ``=begin`` blocks."""

import re

from backlog_pipeline.discover.comments.rules import (
    SINGLE_LINES,
    Match,
    Rule,
    code_with_interpolation,
    enter,
    here_document,
    interpolated,
    line_comment,
    previous,
    regex_literal,
    skip,
    until,
)
from backlog_pipeline.discover.comments.scanner import Mode, Scanner, Style

_REGEX = re.compile(r"/(?:[^/\\\n#]|\\.|#(?!\{)|#\{[^}\n]*\})*+/[a-z]*", re.S)
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_BEFORE_VALUE = re.compile(
    r"(?<![\w.])(?:and|or|not|if|elsif|unless|while|until|when|in|return|then|do|else|puts|raise)\Z"
)
_BLOCK_END = re.compile(r"^=end\b[^\n]*", re.M)


def _expects_value(scanner: Scanner, position: int) -> bool:
    """Whether an expression can begin here; ``call /x/`` has a space before the slash and none behind."""
    index, text = previous(scanner, position), scanner.text
    if index < 0 or text[index] in "(,=~!&|[{;:?+-*<>%^" or "\n" in text[index:position]:
        return True
    if not (text[index].isalnum() or text[index] in "_?!"):
        return False
    if _BEFORE_VALUE.search(text, max(0, index - 30), index + 1):
        return True
    return text[position - 1] in " \t" and text[position + 1 : position + 2] not in ("", " ", "=", "\n", "\t")


def _percent(scanner: Scanner, match: Match) -> int:
    if not _expects_value(scanner, match.start()):
        return match.end()
    opener = match.group()[-1]
    closer = _PAIRS.get(opener)
    if closer is None:
        found = scanner.find(opener, match.end())
    else:
        found = scanner.partner(opener, closer, match.end())
    return found + 1 if found >= 0 else scanner.lose(match.start(), match.end())


def _block(scanner: Scanner, match: Match) -> int:
    found = scanner.search(_BLOCK_END, match.end())
    if found is None:
        return scanner.lose(match.start(), match.end())
    return scanner.add(match.start(), found.end(), 6, len(found.group()), Style.BLOCK)


def _after_end(scanner: Scanner, match: Match) -> int:
    return scanner.end


def _ruby(inner: Mode) -> list[Rule]:
    hole = r"#\{"
    strings = [(q, enter(interpolated(f"ruby {q}", q, hole, inner))) for q in ('"', "`")]
    return [
        (r"^=begin\b", _block),
        (r"^__END__$", _after_end),
        (r"\?[#'\"`](?!\w)", skip),
        (r"\$['\"`/]", skip),
        line_comment("#+"),
        here_document(r"""<<[~-]?(?:'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`|([A-Z_]\w*))"""),
        (r'"[^"\\#]*+(?:\\.[^"\\#]*+)*+"', skip),
        (SINGLE_LINES, skip),
        *strings,
        (r"%[qQwWiIrsx]?[(\[{<]|%[qQwWiIrsx]?[|!/](?![\s=])", _percent),
        ("/", regex_literal(_REGEX, _expects_value)),
    ]


RUBY, _ = code_with_interpolation("ruby", _ruby)


def _elixir(inner: Mode) -> list[Rule]:
    hole = r"#\{"
    return [
        (r"\?\\?[#'\"]", skip),
        line_comment("#+"),
        *((q, enter(interpolated(f"elixir {q}", q, hole, inner))) for q in ('"""', "'''", '"', "'")),
        *((rf"~[a-zA-Z]{re.escape(a)}", until(b)) for a, b in (*_PAIRS.items(), ("/", "/"), ("|", "|"))),
    ]


ELIXIR, _ = code_with_interpolation("elixir", _elixir)

"""Files as people write them: every style of YAML that a person may use, by chance but repeatable."""

import random
from collections.abc import Sequence

from backlog_pipeline.merge.backlog_text.keys import FieldValue
from backlog_pipeline.merge.backlog_text.sections import section_of
from backlog_pipeline.merge.backlog_text.values import number_text
from backlog_pipeline.merge.backlog_text.wanted import wanted_values
from backlog_pipeline.merge.yaml_text.quote import double, flow_list, quoted
from backlog_pipeline.model.item import Item
from backlog_pipeline_tests.merge.file_world import scores


class Hand:
    """A person who writes these items down; ``comments`` and ``own`` are what only the person knows."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.comments: list[str] = []
        self.own: list[str] = []
        self.dash = self.chance.choice((0, 2, 4))
        self.gap = self.chance.choice(("", "\n"))

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def note(self) -> str:
        self.comments.append(f"# note {len(self.comments)}.")
        return self.comments[-1]

    def behind(self) -> str:
        return f" {self.note()}" if self.often(0.15) else ""

    def above(self, *depths: int) -> str:
        if not self.often(0.15):
            return ""
        blank = "\n" if self.often(0.2) else ""
        return (
            blank + " " * self.chance.choice(depths) + self.note() + "\n" + (blank if self.often(0.5) else "")
        )

    def file(self, items: Sequence[Item]) -> str:
        found = scores(items)
        sections: dict[str, list[Item]] = {}
        for item in items:
            base = found[item.id][0] if item.id in found else None
            name = section_of(item, base) or "low_priority"
            if self.often(0.2):
                name = self.chance.choice(("critical_items", "completed_items", "low_priority"))
            sections.setdefault(name, []).append(item)
        parts = [self.above(0), "mine: {a: [1, 2]}  # of mine\n"]
        names = list(sections)
        self.chance.shuffle(names)
        parts += [self.above(0) + self.section(name, sections[name]) + self.gap for name in names]
        if "blocked_items" not in sections and self.often(0.5):
            parts.append(
                self.chance.choice(("blocked_items: []", "blocked_items:", "blocked_items: ~"))
                + self.behind()
                + "\n"
            )
        return "".join(parts)

    def section(self, name: str, items: Sequence[Item]) -> str:
        anchor = f" &all_{name}" if self.often(0.1) else ""
        if self.often(0.1):
            rows = ",\n  ".join(self.flow_item(i) for i in items)
            return f"{name}: [{self.behind()}\n  {rows}\n]{self.behind()}\n"
        head = f"{name}:{anchor}{self.behind()}\n"
        return head + "".join(
            self.above(0, self.dash, self.dash + 3) + self.item(i) + self.gap for i in items
        )

    def values(self, item: Item) -> list[tuple[str, FieldValue]]:
        rows = list(wanted_values(item, None).items())
        if self.often(0.5):
            self.chance.shuffle(rows)
        return [r for r in rows if r[0] in ("id", "title", "status", "dismissed_reason") or self.often(0.8)]

    def flow_item(self, item: Item) -> str:
        rows = [f"{name}: {self.flow_value(value)}" for name, value in self.values(item)]
        if self.often(0.3):
            self.own.append(f"own_{len(self.own)}_x: 12:30")
            rows.append(self.own[-1])
        if self.often(0.3):
            return "{" + self.joined(rows, "      ") + "}"
        return "{" + ", ".join(rows) + "}"

    def joined(self, rows: Sequence[str], margin: str) -> str:
        return "".join([*(f"{row},{self.behind()}\n{margin}" for row in rows[:-1]), *rows[-1:]])

    def flow_value(self, value: FieldValue) -> str:
        if isinstance(value, tuple):
            return flow_list(value)
        return number_text(value) if isinstance(value, (int, float)) else double(str(value))

    def item(self, item: Item) -> str:
        margin = " " * self.dash
        if self.often(0.1):
            return f"{margin}- {self.flow_item(item)}{self.behind()}\n"
        indent = self.dash + self.chance.choice((2, 2, 4))
        rows = [self.pair(name, value, indent) for name, value in self.values(item)]
        if self.often(0.4):
            number = len(self.own)
            self.own.append(f"own_{number}: &o{number} [a, {{b: c}}]")
            rows.insert(
                self.chance.randrange(len(rows) + 1), " " * indent + self.own[-1] + self.behind() + "\n"
            )
            if self.often(0.3):
                rows.append(" " * indent + f"also_{number}: *o{number}\n")
        if self.often(0.15):
            text = f"{margin}-{self.behind()}\n" + "".join(rows)
        else:
            text = margin + "-" + " " * (indent - self.dash - 1) + "".join(rows)[indent:]
        return text + (self.above(self.dash + 1, indent) if self.often(0.3) else "")

    def pair(self, name: str, value: FieldValue, indent: int) -> str:
        margin = " " * indent
        if isinstance(value, tuple):
            return self.list(name, value, indent)
        if isinstance(value, (int, float)):
            number = self.chance.choice((number_text(value), repr(str(value))))
            return f"{margin}{name}: {number}{self.behind()}\n"
        text = str(value)
        lines = text.split("\n")
        is_prose = text.isascii() and all(x.isprintable() and x.strip() == x and x for x in lines)
        if is_prose and self.often(0.3) and name in ("title", "description"):
            sign = (
                self.chance.choice(("|", "|-", "|2-"))
                if len(lines) > 1
                else self.chance.choice(("|", ">-", ">"))
            )
            body = "".join(f"{margin}  {line}\n" for line in lines)
            return f"{margin}{name}: {sign}{self.behind()}\n{body}" + ("\n" if self.often(0.2) else "")
        key = self.chance.choice((name, f'"{name}"', f"'{name}'"))
        if self.often(0.1):
            return f"{margin}{key}:{self.behind()}\n{margin}    {double(text)}{self.behind()}\n"
        return f"{margin}{key}: {self.chance.choice((double, quoted))(text)}{self.behind()}\n"

    def list(self, name: str, value: tuple[str, ...], indent: int) -> str:
        margin = " " * indent
        if self.often(0.2):
            return f"{margin}{name}: {flow_list(value)}{self.behind()}\n"
        if self.often(0.1):
            rows = self.joined([double(v) for v in value], margin + "  ")
            return f"{margin}{name}: [{self.behind()}\n{margin}  {rows}\n{margin}  ]{self.behind()}\n"
        deeper = indent + self.chance.choice((0, 2, 4))
        rows = "".join(
            self.above(0, deeper, deeper + 2) + " " * deeper + f"- {quoted(v)}{self.behind()}\n"
            for v in value
        )
        return f"{margin}{name}:{self.behind()}\n{rows}"

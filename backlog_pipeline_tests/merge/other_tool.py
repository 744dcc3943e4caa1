"""A backlog manager that writes its file in other forms, as any of them may."""

import random

_STATUSES = {
    "NEW": ("NEW", "backlog", "discovered"), "READY": ("READY", "ready"), "DOING": ("DOING", "in_progress"),
    "DONE": ("DONE", "completed", "MERGED"), "BLOCKED": ("BLOCKED", "escalated"),
}  # fmt: skip


_FORMS = (
    ("backlog",), ("items", "completed"), ("backlog_items", "completed_items", "blocked_items"),
    ("backlog.items", "backlog.completed"), ("items", "new_items", "completed_recent"),
    ("backlog.ready", "backlog.doing", "backlog.pr_review", "backlog.blocked"),
    ("critical_items", "high_priority", "low_priority", "completed_recent"),
)  # fmt: skip


class OtherTool:
    """A tool that writes these files: its containers, names, quotes and spelling are by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        pick = self.chance.choice
        self.containers = pick(_FORMS)
        self.quote = pick(("", "'", '"'))
        self.dash = pick(("", "  "))
        self.names = {
            "business_value": pick(("value", "business_value")),
            "job_size": pick(("effort", "job_size")),
            "created_at": pick(("created_date", "created_at")),
            "type": pick(("task_type", "type")),
        }
        self.is_grouped = self.chance.random() < 0.2
        self.spelling = pick((0, 1, -1))
        self.lines: list[str] = []
        """Lines that are a person's, and must be there whatever happens."""

    def text(self) -> str:
        number = 0
        blocks: dict[str, list[str]] = {}
        for container in self.containers:
            parent, _, last = container.rpartition(".")
            margin = "  " if parent else ""
            rows = []
            for _ in range(self.chance.randrange(3)):
                number += 1
                rows.append(self._item(number, container, margin + self.dash))
            body = f"{margin}{last}:" + (f"{self._note()}\n{''.join(rows)}" if rows else " []\n")
            blocks.setdefault(parent or container, []).append(body)
        head = f"mine: [{number}]  # kept\n"
        self.lines.append(head.rstrip())
        parts = [head] if self.chance.random() < 0.5 else ["---\n", head]
        for name, bodies in blocks.items():
            parts.append(f"{name}:\n" if "." in self.containers[0] and name == "backlog" else "")
            parts += bodies
        return "".join(parts)

    def _item(self, number: int, container: str, margin: str) -> str:
        status = self.chance.choice(sorted(_STATUSES))
        word = _STATUSES[status][self.spelling % len(_STATUSES[status])]
        rows = [f"id: {self._text(f'T-{number}')}", f"title: {self._text(f'Work {number}')}"]
        rows.append(
            f"{self.names['type']}: {self._text(self.chance.choice(('bug', 'tech-debt', 'Feature')))}"
        )
        rows.append(f"status: {self._text(word)}")
        rows.append(f"{self.names['created_at']}: '2026-10-0{1 + number % 9}T10:00:00'{self._note()}")
        numbers = [
            f"{self.names['business_value']}: {self.chance.choice((3, 8, 12))}{self._note()}",
            f"time_criticality: {self.chance.choice((1, 5))}",
            f"risk_reduction: {self.chance.choice((2, 0.5))}",
            f"{self.names['job_size']}: {self.chance.choice((1, 5, 8))}",
        ]
        rows += ["wsjf:", *(f"  {row}" for row in numbers)] if self.is_grouped else numbers
        rows += ["links: []"] if self.chance.random() < 0.5 else ["links:", "  - docs/a.md" + self._note()]
        if self.chance.random() < 0.4:
            rows.append(f"own_{number}: {{a: [1, 'x # y']}}")
            self.lines.append(rows[-1])
        above = f"{margin}{self._note().strip()}\n" if self.chance.random() < 0.2 else ""
        above = above if above.strip() else ""
        text = "".join(f"{margin}  {row}\n" for row in rows)
        return above + f"{margin}- {text[len(margin) + 2 :]}" + ("\n" if self.chance.random() < 0.3 else "")

    def _text(self, text: str) -> str:
        return f"{self.quote}{text}{self.quote}"

    def _note(self) -> str:
        if self.chance.random() > 0.3:
            return ""
        self.lines.append(f"# note {len(self.lines)}.")
        return f"  {self.lines[-1]}"

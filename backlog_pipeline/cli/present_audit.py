"""An audit and the log of a ledger, as lines, as a table and as JSON."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from backlog_pipeline.cli import words
from backlog_pipeline.cli.columns import Column, Columns
from backlog_pipeline.merge.by_hand.changes import told
from backlog_pipeline.model import codec
from backlog_pipeline.model.event import Entry
from backlog_pipeline.pipeline.audit import Audited, Witness

_COMMIT_CHARS = 12
_COLUMNS = (
    Column("entry", is_right=True),
    Column("happened"),
    Column("learned", leaves=2),
    Column("who", leaves=3),
    Column("item"),
    Column("what", least=20, share=3),
    Column("because", least=12, share=2, leaves=1),
)


def audit_lines(audits: Iterable[Audited]) -> list[str]:
    """Each chain with its witnesses."""
    return [line for audited in audits for line in (*_chain(audited), "")][:-1]


def audit_as_json(audited: Audited) -> dict[str, object]:
    """One chain with its witnesses, for programs."""
    return {
        "repository": audited.repository,
        "name": audited.name,
        "entries": audited.entries,
        "head": audited.head,
        "anchored": audited.anchored,
        "problems": list(audited.problems),
        "anchors": [_witness_as_json(witness) for witness in audited.witnesses],
    }


def log_table(entries: Iterable[Entry]) -> Columns:
    """What happened, the newest last; times are UTC."""
    return Columns(_COLUMNS, [_cells(entry) for entry in entries])


def entry_as_json(entry: Entry) -> dict[str, object]:
    """One entry of the ledger, for programs."""
    event = entry.event
    return {
        "number": entry.number,
        "learned_at": entry.learned_at.isoformat(),
        "happened_at": event.happened_at.isoformat(),
        "actor": event.actor,
        "kind": event.kind.value,
        "item": event.item,
        "what": told([event]),
        "data": codec.encode(event.data),
        "evidence": codec.encode(event.evidence),
        "digest": entry.digest,
    }


def _chain(audited: Audited) -> list[str]:
    holds = "each follows the one before it" if not audited.broken else words.plain(audited.broken)
    count = "1 entry" if audited.entries == 1 else f"{audited.entries:,} entries"
    lines = [f"{words.plain(audited.name)} ({audited.repository}): {count}, {holds}"]
    for witness in audited.witnesses:
        reach = _reach(witness, audited.entries)
        lines.append(f"  {witness.kind.value}: {reach} ({words.plain(witness.place)})")
        lines += [f"    WRONG: {words.plain(problem)}" for problem in witness.problems]
        lines += [f"    note: {words.plain(note)}" for note in witness.notes]
    return lines


def _reach(witness: Witness, entries: int) -> str:
    if not witness.anchors:
        return "no anchor"
    first, last = witness.anchors[0], witness.anchors[-1]
    count = words.count(len(witness.anchors), "anchor")
    if witness.problems:
        return f"{count}, which do not all agree"
    rest = entries - last.number
    newer = f"; {rest:,} newer entries are not anchored here" if rest else ""
    agree = "agrees" if len(witness.anchors) == 1 else "agree"
    reach = f"from entry {first.number} of {first.on[:10]} to {last.number} of {last.on[:10]}"
    return f"{count} {agree}, {reach}{newer}"


def _witness_as_json(witness: Witness) -> dict[str, object]:
    first, last = (witness.anchors[0], witness.anchors[-1]) if witness.anchors else (None, None)
    return {
        "kind": witness.kind.value,
        "place": witness.place,
        "count": len(witness.anchors),
        "first_entry": first.number if first else None,
        "last_entry": last.number if last else None,
        "first_at": first.on if first else None,
        "last_at": last.on if last else None,
        "problems": list(witness.problems),
        "notes": list(witness.notes),
    }


def _cells(entry: Entry) -> tuple[str, ...]:
    event = entry.event
    return (
        str(entry.number),
        _time(event.happened_at),
        _time(entry.learned_at),
        event.actor,
        event.item or "-",
        words.plain(told([event])),
        words.plain(_because(event.evidence)),
    )


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _because(evidence: Mapping[str, object]) -> str:
    """The cause in a few words: a command, a line of the file, a source at a commit."""
    if "command" in evidence:
        return f"backlog {evidence['command']}"
    if "file" in evidence:
        return f"{evidence['file']}, line {evidence.get('line', '?')}"
    at = str(evidence.get("revision", ""))[:_COMMIT_CHARS]
    source = str(evidence.get("source", evidence.get("renamed", "")))
    return f"{source} at {at}" if source and at else source or at

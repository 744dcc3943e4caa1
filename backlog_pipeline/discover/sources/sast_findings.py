"""Security weaknesses in Python code, as Bandit sees them.

## What it finds

Every result of [Bandit](https://bandit.readthedocs.io/)'s own tests with their defaults, in every
`.py` file of the commit that is not vendored or generated: the same results as `bandit -r`.

A HIGH result is work of its own. LOW and MEDIUM results of one test in one package and one role
(product, tests, examples, docs) are one item with its places; it is done when none is left. The bar
that a finding must pass to become an item depends on `SECURITY_SCAN_LEVEL`:

| level | becomes an item |
| --- | --- |
| `off` | nothing; Bandit does not run |
| `basic` | HIGH in product code |
| `standard` | HIGH anywhere, MEDIUM in product code |
| `strict` | everything |

What is below the bar stays visible in `backlog findings`. `assert` in tests is no finding.

## Why it matters

These are the patterns behind injection, broken cryptography and leaked passwords. Bandit alone lists
them by the thousand; grouped by package and kind they are work that a person can plan.

## Example

```python
digest = hashlib.md5(password.encode()).hexdigest()
```

becomes "Replace weak hashing (MD5, SHA-1) in shop/accounts.py", a security vulnerability.

## Options

- `product_bar`, `tests_bar`, `examples_bar`, `docs_bar`: the least severity that makes an item in
  such files (`low`, `medium`, `high` or `none`); empty takes the level's default.
- `package_depth` (2): how finely packages are divided; 2 keeps `django/db` for `django/db/models`.

## Known limits

- Bandit looks at Python only. Weaknesses of code in other languages are not looked for, and every
  certificate says so.
- The repository's own Bandit configuration (`.bandit`, `[tool.bandit]`) is not read: the code that
  is looked at has no say in what is looked for. `# nosec` comments are honoured, and counted in the
  certificate.
- A finding is as old as the last change of its line (white space and moves inside the file apart);
  later edits of the line make it look younger. Beyond 400 files with items, ages are "at least".
- Passwords that Bandit quotes are hidden in everything that is kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata

from backlog_pipeline.discover.entry_bar import BAR_OPTIONS, entry_bar
from backlog_pipeline.discover.files import SurveyedFile, role_of
from backlog_pipeline.discover.interface import Look, ScanLevel
from backlog_pipeline.discover.line_births import FileLines, line_births
from backlog_pipeline.discover.outcomes import complete, could_not_look, skipped
from backlog_pipeline.discover.packages import Packages
from backlog_pipeline.discover.python_files import PythonTree, ask_bandit, key_of, tree_of, trees_of
from backlog_pipeline.discover.sast_work import Seen, findings_of
from backlog_pipeline.discover.tables import text_of
from backlog_pipeline.errors import BacklogError, SettingError
from backlog_pipeline.model.finding import Finding, Role
from backlog_pipeline.model.fingerprint import digest
from backlog_pipeline.model.scan import Certificate, Scan, ScanStatus, Unread, sort_findings
from backlog_pipeline.scanners import bandit
from backlog_pipeline.scanners.bandit import BanditFile

_ASSERT = "B101"
_MOST_NAMED = 3


class SastFindings:
    """The source ``sast_findings``."""

    name = "sast_findings"
    options: Mapping[str, str] = {**BAR_OPTIONS, "package_depth": "2"}
    fresh_minutes = None

    @property
    def version(self) -> str:
        """Ours and Bandit's."""
        try:
            return f"2 (bandit {bandit.version()})"
        except metadata.PackageNotFoundError:
            return "2 (bandit is not installed)"

    def scan(self, look: Look) -> Scan:
        """Run Bandit over what is new in the commit, and give every result its place and work."""
        if look.scan_level is ScanLevel.OFF:
            return self._skipped(look)
        try:
            tree = tree_of(look)
            scan = self._scan_of(look, tree, ask_bandit(look, [tree]))
            return replace(scan, findings=tuple(_with_births(look, scan.findings, tree.python)))
        except BacklogError as error:
            return could_not_look(self._certificate(look), error)

    def read(self, look: Look) -> Scan:
        """The scan without births: what stands in the commit, whatever its history."""
        (scan,) = self.read_all([look])
        return scan

    def read_all(self, looks: Sequence[Look]) -> Iterator[Scan]:
        """``read`` for several commits; Bandit is started once for all that is new in them."""
        if any(look.scan_level is ScanLevel.OFF for look in looks):
            yield from map(self._skipped, looks)
            return
        if not looks:
            return
        trees = trees_of(looks)
        try:
            known = ask_bandit(looks[0], [tree for tree in trees if isinstance(tree, PythonTree)])
        except BacklogError as error:
            trees, known = [error] * len(looks), {}
        for look, tree in zip(looks, trees, strict=True):
            if isinstance(tree, PythonTree):
                yield self._read(look, tree, known)
            else:
                yield could_not_look(self._certificate(look), tree)

    def configuration(self, look: Look) -> str:
        """Changes with the level, the options, the bar's table, and what Bandit and Python see in a file."""
        settings = sorted(f"{name}={value}" for name, value in look.options.items())
        table, scanner = text_of("entry_bar"), bandit.configuration_digest()
        return digest(look.scan_level.value, *settings, table, scanner)[:16]

    def _read(self, look: Look, tree: PythonTree, known: Mapping[str, BanditFile]) -> Scan:
        """The scan without births; where a process was lost it is worth looking again."""
        try:
            scan = self._scan_of(look, tree, known)
        except BacklogError as error:
            return could_not_look(self._certificate(look), error)
        if any(bandit.is_lost(unread.reason) for unread in scan.certificate.unread):
            return replace(scan, certificate=replace(scan.certificate, fresh_until=look.now))
        return scan

    def _scan_of(self, look: Look, tree: PythonTree, known: Mapping[str, BanditFile]) -> Scan:
        bar = entry_bar(self.name, look.scan_level, look.options)
        packages_depth = _depth(look.options.get("package_depth") or self.options["package_depth"])
        packages = Packages((f.path for f in tree.python), depth=packages_depth)
        outcomes = {f.path: known[key_of(f)] for f in tree.python}
        seen = _Seen.of(tree.python, outcomes)
        missed = _missed(tree.excluded, outcomes)
        return Scan(
            _completed(self._certificate(look), missed, tree.excluded, outcomes, seen),
            sort_findings(findings_of(seen.results, self.name, packages, bar)),
            files_read=sum(not outcome.unread for outcome in outcomes.values()),
            files_unread=len(missed),
        )

    def _skipped(self, look: Look) -> Scan:
        return skipped(self._certificate(look), "SECURITY_SCAN_LEVEL is off")

    def _certificate(self, look: Look) -> Certificate:
        return complete(self, look, config_digest=self.configuration(look))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is a finding of all that Bandit said, and how much is none."""

    results: tuple[Seen, ...]
    asserts: int
    nosec: int

    @staticmethod
    def of(python: Iterable[SurveyedFile], outcomes: Mapping[str, BanditFile]) -> "_Seen":
        every = [Seen(f.path, f.role, r) for f in python for r in outcomes[f.path].results]
        kept = tuple(s for s in every if s.result.test_id != _ASSERT or not _is_test(s.path, s.role))
        return _Seen(kept, len(every) - len(kept), sum(o.nosec for o in outcomes.values()))


def _is_test(path: str, role: Role) -> bool:
    """Whether a file is a test, also one of an example or of the documentation."""
    if role is Role.PRODUCT or role is Role.TESTS:
        return role is Role.TESTS
    parts = path.split("/")
    return any(role_of("/".join(parts[depth:])) is Role.TESTS for depth in range(1, len(parts)))


def _with_births(look: Look, findings: Sequence[Finding], files: Iterable[SurveyedFile]) -> list[Finding]:
    """Findings that become items with their birth; the worst are dated first."""
    blobs = {f.path: f.blob for f in files}
    worst: dict[str, int] = {}
    lines: dict[str, set[int]] = {}
    for finding in findings:
        if not finding.is_below_bar:
            worst[finding.path] = max(worst.get(finding.path, 0), finding.severity.level)
            lines.setdefault(finding.path, set()).add(finding.line)
    ordered = sorted(lines, key=lambda path: (-worst[path], path))
    births = line_births(look, [FileLines(p, blobs[p], frozenset(lines[p])) for p in ordered])
    return [f if f.is_below_bar else replace(f, birth=births[f.path, f.line]) for f in findings]


def _missed(excluded: Iterable[Unread], outcomes: Mapping[str, BanditFile]) -> list[Unread]:
    """The files that should have been read and could not."""
    missed = sorted(Unread(path, o.unread) for path, o in outcomes.items() if o.unread)
    return missed + [u for u in excluded if u.reason.startswith("too large")]


def _completed(
    certificate: Certificate,
    unread: Sequence[Unread],
    excluded: Iterable[Unread],
    outcomes: Mapping[str, BanditFile],
    seen: _Seen,
) -> Certificate:
    """The certificate of a scan that took place; it is partial when a file could not be read."""
    named = ", ".join(u.path for u in unread[:_MOST_NAMED]) + (", ..." if len(unread) > _MOST_NAMED else "")
    return replace(
        certificate,
        status=ScanStatus.PARTIAL if unread else ScanStatus.COMPLETE,
        reason=f"{len(unread)} of {len(outcomes)} files could not be read: {named}" if unread else "",
        next_step="see `backlog findings` for each file and its reason" if unread else "",
        unread=tuple(sorted({*unread, *excluded})),
        notes=_notes(len(outcomes), seen),
        reach="at Python files" if outcomes else "at nothing, as there is no Python file",
    )


def _notes(files: int, seen: _Seen) -> tuple[str, ...]:
    notes = [f"{files} Python files, {len(seen.results)} results, by Bandit {bandit.version()}"]
    if files:
        notes.append("Bandit looks at Python only: code in other languages was not looked at")
    else:
        notes.append("there is no Python file, and Bandit looks at Python only: nothing was looked at")
    if seen.asserts:
        notes.append(f"{seen.asserts} asserts in tests are no findings")
    if seen.nosec:
        notes.append(f"{seen.nosec} results are silenced by nosec comments")
    if bandit.foreign_tests():
        notes.append(f"Bandit has further tests from {', '.join(bandit.foreign_tests())}")
    return tuple(notes)


def _depth(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise SettingError(f"package_depth = {text!r} is no depth", next_step="use a whole number from 1")

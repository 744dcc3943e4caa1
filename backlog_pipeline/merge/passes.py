"""The passes of matching, over what is still free on both sides."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache

from backlog_pipeline.merge.fold import place_order
from backlog_pipeline.merge.key_groups import groups_of_keys
from backlog_pipeline.merge.match import Known, Match, Matching, Pass, distinct, finding_order
from backlog_pipeline.merge.pairing import by_neighbours, in_order
from backlog_pipeline.merge.runs import longest_runs
from backlog_pipeline.merge.similarity import (
    BOUND_BESIDE,
    BOUND_BETWEEN,
    DOUBT_FROM,
    are_words_added_or_taken,
    likeness,
)
from backlog_pipeline.model.finding import Anchor, Finding
from backlog_pipeline.model.item import Place

_MOST_CANDIDATES = 5
_TELLING_CHARS = 12
_BOTH = ("before", "after")
_RUN = 2
_RUN_OF_LITTLE_TEXT = 3

_FindingKey = Callable[[Finding], Hashable]
_KnownKey = Callable[[Known], Hashable]
_Content = Callable[[Finding | Place], Hashable]


class Ladder:
    """What is still free on both sides, and what was matched."""

    def __init__(
        self,
        findings: Iterable[Finding],
        known: Iterable[Known],
        renames: Mapping[str, str],
        is_absent: Callable[[str, str], bool],
    ) -> None:
        self._findings = sorted(distinct(findings), key=finding_order)
        self._known = sorted(known, key=lambda k: (*place_order(k.place), k.item))
        self._renames = renames
        self._is_absent = cache(is_absent)
        self._groups = groups_of_keys(
            (*(f.keys for f in self._findings), *(k.place.keys for k in self._known))
        )
        self._free_findings = dict.fromkeys(range(len(self._findings)))
        self._free_known = dict.fromkeys(range(len(self._known)))
        self._matches: dict[int, Match] = {}
        self._unlike: dict[int, set[str]] = defaultdict(set)

    def matching(self) -> Matching:
        """The result."""
        candidates = self._candidates()
        return Matching(
            matches=tuple(self._matches[i] for i in sorted(self._matches)),
            unmatched=tuple((self._findings[i], self._may_be(i, candidates)) for i in self._free_findings),
            unseen=tuple(self._known[i] for i in self._free_known),
        )

    def strong_keys(self, by: Pass) -> None:
        """Keys such as an advisory's decide alone; several findings of one key are told apart."""

        def of(keys: tuple[str, ...], *more: str) -> Hashable:
            return (self._groups[keys[0]], *more) if keys else None

        self._sure(
            by,
            lambda f: of(f.keys, f.work.label, f.path, f.text),
            lambda k: of(k.place.keys, k.label, self._path(k), k.place.text),
        )
        self._sure(
            by, lambda f: of(f.keys, f.work.label, f.path), lambda k: of(k.place.keys, k.label, self._path(k))
        )
        self._sure(by, lambda f: of(f.keys, f.work.label), lambda k: of(k.place.keys, k.label))
        self._sure(by, lambda f: of(f.keys), lambda k: of(k.place.keys))

    def same_file(self, by: Pass | None) -> None:
        """Equal text in the same file, or in the file that git says it became: first on an equal
        line, then anywhere; first with the same key or none, then where a key came or went.
        """
        for of_finding, of_known in (
            (self._content, self._content),
            (_keyed_text, _keyless_text),
            (_keyless_text, _keyed_text),
        ):
            self._same_file(by, of_finding, of_known)

    def _same_file(self, by: Pass | None, of_finding: _Content, of_known: _Content) -> None:
        self._nearest(
            by or Pass.SAME_LINE,
            lambda f: _with_anchor(f.anchor, ("line",), of_finding(f), f.path),
            lambda k: _with_anchor(k.place.anchor, ("line",), of_known(k.place), self._path(k)),
        )
        self._nearest(
            by or Pass.LINE_MOVED,
            lambda f: _all(of_finding(f), f.path),
            lambda k: _all(of_known(k.place), self._path(k)),
        )

    def moved_text(self) -> None:
        """Equal text in another file, from a place that is proven gone: the lines above and below
        agree, or more of them than with any other, or there is only one such text on both sides and
        it says enough.
        """
        for sides in (_BOTH, ("before",), ("after",)):
            self._moved_beside(sides)
        self._moved_with_most_lines()
        self.telling_text(Pass.TEXT_MOVED)

    def telling_text(self, by: Pass) -> None:
        """One finding, one place, the same text of some length, the same shared work if any."""
        self._sure(
            by,
            lambda f: (self._content(f), f.work.label) if _is_telling(f.text) else None,
            lambda k: (self._content(k.place), k.label) if self._may_move(k) else None,
        )

    def edited_text(self) -> None:
        """Another text in the same place of the same file: the lines above and below are unchanged, or
        one of them, and the texts are alike; or the text is the same and its marker another one; or the
        line is, and its text was told from what stands around it.
        """
        for sides, bound in ((_BOTH, BOUND_BETWEEN), (("before",), BOUND_BESIDE), (("after",), BOUND_BESIDE)):
            self._edited_beside(("line", *sides), 0.0, lambda of: of.rule)
            self._edited_beside(sides, bound, lambda of: of.rule)
            self._edited_beside(sides, 1.0, lambda of: of.text)
        self._edited_beside(("nearest",), BOUND_BESIDE, lambda of: of.rule)

    def _edited_beside(self, sides: tuple[str, ...], bound: float, same: _Content) -> None:
        buckets = self._buckets(
            lambda f: None if f.keys else _with_anchor(f.anchor, sides, same(f), f.path, f.work.label),
            lambda k: (
                _with_anchor(k.place.anchor, sides, same(k.place), self._path(k), k.label)
                if self._may_move(k) and not k.place.keys
                else None
            ),
        )
        for here, there in buckets:
            if len(here) == 1 and len(there) == 1:
                self._take_if_alike(here[0], there[0], bound, is_between=sides == _BOTH)

    def _take_if_alike(self, finding: int, known: int, bound: float, *, is_between: bool) -> None:
        old, new = self._known[known].place.text, self._findings[finding].text
        alike = 1.0 if is_between and are_words_added_or_taken(old, new) else likeness(old, new)
        if alike >= bound:
            self._take(finding, known, Pass.TEXT_EDITED, [known])
        elif alike >= DOUBT_FROM:
            self._unlike[finding].add(self._known[known].item)

    def _moved_beside(self, sides: tuple[str, ...]) -> None:
        self._sure(
            Pass.TEXT_MOVED,
            lambda f: _with_anchor(f.anchor, sides, self._content(f)),
            lambda k: (
                _with_anchor(k.place.anchor, sides, self._content(k.place)) if self._may_move(k) else None
            ),
        )

    def _moved_with_most_lines(self) -> None:
        buckets = self._buckets(
            self._content, lambda k: self._content(k.place) if self._may_move(k) else None
        )
        for here, there in buckets:
            found = [self._findings[i] for i in here]
            least = _RUN if _is_telling(found[0].text) else _RUN_OF_LITTLE_TEXT
            places = [(self._path(k), k.place.anchor) for k in (self._known[i] for i in there)]
            for f, k in longest_runs([(one.path, one.anchor) for one in found], places, least):
                self._take(here[f], there[k], Pass.TEXT_MOVED, there)

    def _may_move(self, known: Known) -> bool:
        """Only what is proven gone from its file can be elsewhere; else it was just not looked at."""
        return not known.is_bound and self._is_absent(known.place.path, known.label)

    def _content(self, of: Finding | Place) -> Hashable:
        """What must be equal: the rule, the text, and the group of strong keys, if any."""
        return of.rule, of.text, self._groups[of.keys[0]] if of.keys else ""

    def _sure(self, by: Pass, finding_key: _FindingKey, known_key: _KnownKey) -> None:
        for here, there in self._buckets(finding_key, known_key):
            if len(here) == 1 and len(there) == 1:
                self._take(here[0], there[0], by, there)

    def _nearest(self, by: Pass, finding_key: _FindingKey, known_key: _KnownKey) -> None:
        left: list[tuple[list[int], list[int]]] = []
        for here, there in self._buckets(finding_key, known_key):
            found = [self._findings[i] for i in here]
            pairs = by_neighbours(found, [self._known[i].place for i in there])
            for f, k in pairs:
                self._take(here[f], there[k], by, there)
            if len(pairs) < min(len(here), len(there)):
                left.append((here, there))
        shifts = self._shifts() if left else {}
        for here, there in left:
            self._take_in_order(here, there, by, shifts)

    def _take_in_order(
        self, here: list[int], there: list[int], by: Pass, shifts: Mapping[str, list[tuple[int, int]]]
    ) -> None:
        findings = [i for i in here if i in self._free_findings]
        known = [i for i in there if i in self._free_known]
        lines = [self._findings[i].line for i in findings]
        old_lines = [self._known[i].place.line for i in known]
        path = self._findings[findings[0]].path
        for f, k in in_order(lines, old_lines, shifts.get(path, [])):
            self._take(findings[f], known[k], by, there)

    def _buckets(self, finding_key: _FindingKey, known_key: _KnownKey) -> list[tuple[list[int], list[int]]]:
        known: dict[Hashable, list[int]] = defaultdict(list)
        for i in self._free_known:
            if (key := known_key(self._known[i])) is not None:
                known[key].append(i)
        found: dict[Hashable, list[int]] = defaultdict(list)
        for i in self._free_findings:
            if (key := finding_key(self._findings[i])) in known:
                found[key].append(i)
        return [(here, known[key]) for key, here in found.items()]

    def _take(self, finding: int, known: int, by: Pass, candidates: Sequence[int]) -> None:
        del self._free_findings[finding]
        del self._free_known[known]
        chosen = self._known[known]
        was_renamed = by is not Pass.RETURNED and self._path(chosen) != chosen.place.path
        others = {self._known[i].item for i in candidates if i != known} - {chosen.item}
        self._matches[finding] = Match(
            self._findings[finding],
            chosen,
            Pass.FILE_RENAMED if was_renamed and by in (Pass.SAME_LINE, Pass.LINE_MOVED) else by,
            tuple(sorted(others)[:_MOST_CANDIDATES]),
        )

    def _path(self, known: Known) -> str:
        return self._renames.get(known.place.path, known.place.path)

    def _shifts(self) -> Mapping[str, list[tuple[int, int]]]:
        shifts: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for match in self._matches.values():
            line = match.known.place.line
            shifts[match.finding.path].append((line, match.finding.line - line))
        return {path: sorted(found) for path, found in shifts.items()}

    def _may_be(self, finding: int, candidates: Mapping[Hashable, tuple[str, ...]]) -> tuple[str, ...]:
        same = candidates.get(self._content(self._findings[finding]), ())
        return tuple(sorted({*same, *self._unlike.get(finding, ())})[:_MOST_CANDIDATES])

    def _candidates(self) -> Mapping[Hashable, tuple[str, ...]]:
        found: dict[Hashable, set[str]] = defaultdict(set)
        for i in self._free_known:
            known = self._known[i]
            found[self._content(known.place)].add(known.item)
        return {key: tuple(sorted(items)[:_MOST_CANDIDATES]) for key, items in found.items()}


def _keyed_text(of: Finding | Place) -> Hashable:
    return (of.rule, of.text) if of.keys else None


def _keyless_text(of: Finding | Place) -> Hashable:
    return None if of.keys else (of.rule, of.text)


def _all(*parts: Hashable) -> Hashable:
    return None if None in parts else parts


def _with_anchor(anchor: Anchor | None, parts: tuple[str, ...], *rest: Hashable) -> Hashable:
    found = [getattr(anchor, part) for part in parts] if anchor else []
    return _all(*rest, *found) if found and all(found) else None


def _is_telling(text: str) -> bool:
    return len(text) >= _TELLING_CHARS and " " in text

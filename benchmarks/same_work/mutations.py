"""Changes to a tree whose lines know where they came from, each applied wherever it can be at once.

A change is given the files, where the marked comments stand, and a set into which it puts the lines
that it means, if it does not mean them all. The text edits are those that people make: a word changed,
words added, the end cut off, a typo mended, another marker.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path

from same_work.trees import MARKER, Files, Line, Marks

Change = Callable[[Files, Marks, set[int]], Files]

_BEGINS = re.compile(
    rb"(?:def|class|async|fn|pub|impl|mod|use|function|static|void|int|const|import|from)\b|@|#\["
)
_WORD = re.compile(rb"[A-Za-z]{3,}")
_OTHER_MARKER = {b"TODO": b"FIXME", b"FIXME": b"TODO", b"XXX": b"TODO", b"HACK": b"FIXME", b"BUG": b"FIXME"}


def _every(files: Files, marks: Marks, change: Callable[[list[Line], int, int], None]) -> Files:
    for path, lines in marks.items():
        for first, last in reversed(lines):
            change(files[path], first, last)
    return files


def shift(files: Files, marks: Marks, meant: set[int]) -> Files:
    return {p: [(b"filler_%d = 0\n" % n, 0) for n in range(50)] + lines for p, lines in files.items()}


def insert_above(files: Files, marks: Marks, meant: set[int]) -> Files:
    return _every(files, marks, lambda lines, at, _: lines.insert(at - 1, (b"above = 1\n", 0)))


def insert_below(files: Files, marks: Marks, meant: set[int]) -> Files:
    return _every(files, marks, lambda lines, _, end: lines.insert(end, (b"below = 1\n", 0)))


def delete_above(files: Files, marks: Marks, meant: set[int]) -> Files:
    taken = {(path, n) for path, lines in marks.items() for at, end in lines for n in range(at, end + 1)}
    for path, lines in marks.items():
        gone = {at - 1 for at, _ in lines if at > 1 and (path, at - 1) not in taken}
        files[path] = [line for n, line in enumerate(files[path], 1) if n not in gone]
    return files


def delete_below(files: Files, marks: Marks, meant: set[int]) -> Files:
    taken = {(path, n) for path, lines in marks.items() for at, end in lines for n in range(at, end + 1)}
    for path, lines in marks.items():
        gone = {end + 1 for _, end in lines if (path, end + 1) not in taken}
        files[path] = [line for n, line in enumerate(files[path], 1) if n not in gone]
    return files


def rename_files(files: Files, marks: Marks, meant: set[int]) -> Files:
    return {f"{Path(p).with_suffix('')}_renamed{Path(p).suffix}": lines for p, lines in files.items()}


def rename_folders(files: Files, marks: Marks, meant: set[int]) -> Files:
    return {f"moved_{p}" if "/" in p else p: lines for p, lines in files.items()}


def rename_and_shift(files: Files, marks: Marks, meant: set[int]) -> Files:
    return rename_folders(shift(files, marks, meant), marks, meant)


def reformat(files: Files, marks: Marks, meant: set[int]) -> Files:
    def one(text: bytes) -> bytes:
        bare = text.lstrip(b" ")
        return text[: len(text) - len(bare)].replace(b"    ", b"\t") + bare.rstrip() + b"  \n"

    return {
        path: [
            new
            for text, origin in lines
            for new in ([(one(text), origin)] if text.strip() else [(text, origin), (b"\n", 0)])
        ]
        for path, lines in files.items()
    }


def swap_halves(files: Files, marks: Marks, meant: set[int]) -> Files:
    return {p: lines[len(lines) // 2 :] + lines[: len(lines) // 2] for p, lines in files.items()}


def move_inside(files: Files, marks: Marks, meant: set[int]) -> Files:
    """The last marked comment of each file goes elsewhere in it, with three lines on either side."""
    seed = random.Random(3)
    for path in sorted(marks):
        _put(files[path], _cut(files, marks, path, 3, meant), seed.random())
    return files


def move_across(files: Files, marks: Marks, meant: set[int]) -> Files:
    """The last marked comment of each file goes to the end of another, with three lines on either side."""
    seed = random.Random(1)
    for path in sorted(marks):
        if others := _alike(marks, path):
            files[seed.choice(others)] += _cut(files, marks, path, 3, meant)
    return files


def move_function_across(files: Files, marks: Marks, meant: set[int]) -> Files:
    """The last marked comment goes into the middle of another file, with ten lines on either side."""
    seed = random.Random(4)
    cut = [(path, _cut(files, marks, path, 10, meant)) for path in sorted(marks) if _alike(marks, path)]
    for path, block in cut:
        _put(files[seed.choice(_alike(marks, path))], block, seed.random())
    return files


def split_files(files: Files, marks: Marks, meant: set[int]) -> Files:
    """The second half of each file becomes a file of its own."""
    halves = {}
    for path, lines in files.items():
        middle = len(lines) // 2
        other = str(Path(path).with_name(f"{Path(path).stem}_more{Path(path).suffix}"))
        halves[path], halves[other] = lines[:middle], lines[middle:]
        meant |= {origin for _, origin in lines[middle:]}
    return halves


def duplicate(files: Files, marks: Marks, meant: set[int]) -> Files:
    """Every marked comment, with a line on either side, once more at the end of its file."""
    for path, lines in marks.items():
        files[path] += [(text, 0) for at, end in lines for text, _ in files[path][max(0, at - 2) : end + 1]]
    return files


def delete_half(files: Files, marks: Marks, meant: set[int]) -> Files:
    seed = random.Random(2)

    def one(lines: list[Line], at: int, end: int) -> None:
        if seed.random() < 0.5:
            del lines[at - 1 : end]

    return _every(files, marks, one)


def delete_one_of_two(files: Files, marks: Marks, meant: set[int]) -> Files:
    """Of comments that say the same in one file every other one goes."""
    for path, lines in marks.items():
        seen: dict[bytes, int] = {}
        gone: set[int] = set()
        for at, end in lines:
            text = b"".join(text for text, _ in files[path][at - 1 : end]).strip()
            seen[text] = seen.get(text, 0) + 1
            gone |= set(range(at, end + 1)) if seen[text] % 2 == 0 else set()
        files[path] = [line for n, line in enumerate(files[path], 1) if n not in gone]
    return files


def delete_the_first_of_two(files: Files, marks: Marks, meant: set[int]) -> Files:
    """Of comments that say the same in one file the first one goes, and a line moves all."""
    for path, lines in marks.items():
        texts = [b"".join(t for t, _ in files[path][at - 1 : end]).strip() for at, end in lines]
        gone = {
            n
            for i, (at, end) in enumerate(lines)
            if texts.count(texts[i]) > 1 and texts.index(texts[i]) == i
            for n in range(at, end + 1)
        }
        files[path] = [(b"first = 1\n", 0)] + [s for n, s in enumerate(files[path], 1) if n not in gone]
    return files


def edit_word(files: Files, marks: Marks, meant: set[int]) -> Files:
    def one(said: bytes, words: list[tuple[int, int]]) -> bytes:
        start, end = words[len(words) // 2]
        return said[:start] + b"whatever" + said[end:]

    return _edit(files, marks, meant, one)


def edit_add_words(files: Files, marks: Marks, meant: set[int]) -> Files:
    return _edit(files, marks, meant, lambda said, words: _with(said, words[-1][1], b" as soon as we can"))


def edit_cut_the_end(files: Files, marks: Marks, meant: set[int]) -> Files:
    """The last third of the words goes; of a single word, nothing."""

    def one(said: bytes, words: list[tuple[int, int]]) -> bytes:
        kept = max(1, len(words) * 2 // 3)
        return said[: words[kept - 1][1]] + said[words[-1][1] :]

    return _edit(files, marks, meant, one)


def edit_typo(files: Files, marks: Marks, meant: set[int]) -> Files:
    """Two letters of the longest word change places."""

    def one(said: bytes, words: list[tuple[int, int]]) -> bytes:
        start, _ = max(words, key=lambda w: (w[1] - w[0], -w[0]))
        return said[: start + 1] + said[start + 1 : start + 3][::-1] + said[start + 3 :]

    return _edit(files, marks, meant, one)


def edit_marker(files: Files, marks: Marks, meant: set[int]) -> Files:
    def one(lines: list[Line], at: int, end: int) -> None:
        text, origin = lines[at - 1]
        if found := MARKER.search(text):
            lines[at - 1] = (text[: found.start()] + _OTHER_MARKER[found[0]] + text[found.end() :], origin)
            meant.add(origin)

    return _every(files, marks, one)


def _edit(
    files: Files, marks: Marks, meant: set[int], change: Callable[[bytes, list[tuple[int, int]]], bytes]
) -> Files:
    """Change what stands behind the marker on its line, where that says anything."""

    def one(lines: list[Line], at: int, end: int) -> None:
        text, origin = lines[at - 1]
        found = MARKER.search(text)
        said = text[found.end() :] if found else b""
        words = [m.span() for m in _WORD.finditer(said)]
        if found and words and (new := change(said, words)) != said:
            lines[at - 1] = (text[: found.end()] + new, origin)
            meant.add(origin)

    return _every(files, marks, one)


def _with(said: bytes, at: int, more: bytes) -> bytes:
    return said[:at] + more + said[at:]


def _alike(marks: Marks, path: str) -> list[str]:
    return [p for p in sorted(marks) if p != path and Path(p).suffix == Path(path).suffix]


def _cut(files: Files, marks: Marks, path: str, around: int, meant: set[int]) -> list[Line]:
    """Take the last marked comment of a file out of it, with some lines on either side."""
    at, end = marks[path][-1]
    first = max(0, at - 1 - around)
    end = min(end, len(files[path]))
    block = files[path][first : end + around]
    del files[path][first : end + around]
    meant |= {origin for _, origin in block}
    return block


def _put(lines: list[Line], block: list[Line], where: float) -> None:
    """Before something that begins at the margin after a blank line, so in no text of several lines."""
    gaps = [n for n in range(1, len(lines)) if _BEGINS.match(lines[n][0]) and not lines[n - 1][0].strip()]
    at = gaps[int(where * len(gaps))] if gaps else len(lines)
    lines[at:at] = block

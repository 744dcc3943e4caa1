"""A table in which only some columns give way, and on a very narrow terminal some are left out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backlog_pipeline.cli import words

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.segment import Segment
    from rich.text import Text

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column. With ``least`` it may be cut down to so many characters, else it is always whole.

    ``leaves`` is the order in which columns are left out where even that is too wide: 1 is the
    first, 0 never. What is to spare is given to the columns that were cut, in parts of ``share``.
    """

    heading: str
    is_right: bool = False
    least: int = 0
    share: int = 1
    leaves: int = 0
    cut: Callable[[str, int], str] = words.cut


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of text below headings, as wide as the console at most; Rich prints it."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "Iterable[Text | Segment]":
        """The lines, none of which is wrapped; only the headings need Rich to do more than print them."""
        from rich.segment import Segment
        from rich.text import Text

        widths = self.widths(options.max_width)
        headings = [column.heading for column in self.columns]
        yield Text(self._line(headings, widths), style="bold", no_wrap=True, overflow="ignore")
        for row in self.rows:
            yield Segment(f"{self._line(row, widths)}\n")

    def widths(self, room: int) -> dict[int, int]:
        """How wide each column is that is there at all, by its number."""
        wanted = {
            n: max([_width(column.heading), *(_width(row[n]) for row in self.rows)])
            for n, column in enumerate(self.columns)
        }
        shown = {n: min(wanted[n], self.columns[n].least or wanted[n]) for n in wanted}
        for n in sorted(wanted, key=lambda n: self.columns[n].leaves):
            if self.columns[n].leaves and _total(shown) > room:
                del shown[n]
        return self._widened(shown, wanted, room)

    def _widened(self, shown: dict[int, int], wanted: dict[int, int], room: int) -> dict[int, int]:
        while (spare := room - _total(shown)) > 0:
            cut = [n for n in shown if shown[n] < wanted[n]]
            if not cut:
                break
            shares = sum(self.columns[n].share for n in cut)
            for n in cut:
                part = max(1, spare * self.columns[n].share // shares)
                shown[n] += min(part, wanted[n] - shown[n], room - _total(shown))
        return shown

    def _line(self, row: Sequence[str], widths: dict[int, int]) -> str:
        return (" " * _GAP).join(self._cells(row, widths)).rstrip()

    def _cells(self, row: Sequence[str], widths: dict[int, int]) -> Iterator[str]:
        for n, width in widths.items():
            column, cell = self.columns[n], row[n]
            limit = width
            while _width(cell) > width:  # signs that are two columns wide: cut a little more
                cell = column.cut(row[n], limit)
                limit -= 1
            blanks = " " * (width - _width(cell))
            yield blanks + cell if column.is_right else cell + blanks


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _total(widths: dict[int, int]) -> int:
    return sum(widths.values()) + _GAP * max(0, len(widths) - 1)

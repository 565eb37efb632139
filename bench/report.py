"""Tables for the terminal and for RESULTS.md, and whether a figure meets its target."""

from collections.abc import Sequence
from dataclasses import dataclass, field

MET, MISSED = "met", "MISSED"
CELL_END = " | "


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One benchmark's outcome; `command` repeats it alone, `notes` say what a reader must know of it."""

    title: str
    command: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default_factory=list)

    @property
    def missed(self) -> list[Sequence[str]]:
        return [row for row in self.rows if MISSED in row]


def at_most(value: float, target: float) -> str:
    return MET if value <= target else MISSED


def at_least(value: float, target: float) -> str:
    return MET if value >= target else MISSED


def markdown(table: Table) -> str:
    lines = [f"## {table.title}", "", f"`{table.command}`", "", *grid(table.header, table.rows), ""]
    if table.notes:
        lines += [*(f"- {note}" for note in table.notes), ""]
    return "\n".join(lines)


def grid(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    ruler = ["-" * width for width in widths]
    return [_line(row, widths) for row in (header, ruler, *rows)]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return f"| {CELL_END.join(cells)} |"

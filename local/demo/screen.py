"""Tells the story on the terminal; plain text, no colours, where the output goes elsewhere."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from local.demo.owner import CALENDAR
from local.demo.picture import svg
from local.demo.rooms import Call, Room, clock, event_starts
from local.demo.story import Step

INDENT = 4
LABEL, NAME, WHEN = 10, 25, 20  # columns, two apart
WIDTH = 100
Row = tuple[str | Text, ...]


class Screen:
    """`names` are what the story calls the conferences."""

    def __init__(self, names: Mapping[str, str]) -> None:
        console = Console()
        width = min(console.width, WIDTH) if console.is_terminal else WIDTH
        self._console = Console(highlight=False, width=width, record=True)
        self._arrow = " -> " if console.options.ascii_only else " → "
        self._names = names

    def say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style))

    def begin(self, number: int, step: Step) -> None:
        self._console.print()
        self._console.print(Text.assemble((f"{number:2}. {step.title}", "bold"), f": {step.outcome}"))

    def calendar(self, events: Sequence[Mapping[str, Any]]) -> None:
        self._rows("calendar", [self._event(each) for each in events] or [(CALENDAR, "no events yet")])

    def way(self, step: Step, calls: Sequence[Call]) -> None:
        end = "call" if calls else "nothing to tell"
        self._rows("way", [(Text(self._arrow.join((*step.way, end)), "yellow"),)], wide=True)
        self._rows("", [self._call(each) for each in calls])

    def conferences(self, rooms: Mapping[str, Room]) -> None:
        self._rows("conference", [self._room(*each) for each in rooms.items()] or [("none yet",)])

    def right(self) -> None:
        self._rows("right", [("and nothing else has changed",)], wide=True, style="green")

    def wrong(self, text: str) -> None:
        self._indented(Text("WRONG", "bold red"))
        self._indented(Text(text))

    def failed(self, number: int, steps: int, step: Step) -> None:
        self.say(f"\nStep {number} of {steps} failed: {step.title}.", "bold red")
        self.say("To see the functions' logs, run it again with --data and an empty folder.")

    def end(self, steps: int, prompt: Sequence[float], took: float) -> None:
        self.say(f"\nAll {steps} steps came out right in {took:.1f} s.", "bold green")
        usual, slowest = (f"{seconds * 1000:.0f} ms" for seconds in (median(prompt), max(prompt)))
        self.say(f"From calendar to conference: median {usual}, slowest {slowest}, without the deletions.")

    def save(self, path: Path) -> None:
        """All that was told, as a picture."""
        path.write_text(svg(self._console))

    def _event(self, event: Mapping[str, Any]) -> Row:
        return event["summary"], clock(event_starts(event)), self._carries(event)

    def _carries(self, event: Mapping[str, Any]) -> str:
        if event["status"] == "cancelled":
            return "called off" if "recurringEventId" in event else "deleted"
        kind = "weekly, " if "recurrence" in event else ""
        if "conferenceData" not in event:
            return f"{kind}without a conference"
        return f"{kind}with {self._names[event['conferenceData']['conferenceId']]}"

    def _call(self, call: Call) -> Row:
        return self._named(call.told.conference_id), call.told.type, f"after {_how_long(call.seconds)}"

    def _room(self, name: str, room: Room) -> Row:
        live = room.status == "live"
        off = "".join(f", off {each:%a %d %b}" for each in room.off)
        state = Text.assemble(("live", "green"), f", {room.title!r}{off}") if live else Text("deleted", "red")
        return self._named(name), clock(room.starts), state

    def _named(self, conference_id: str) -> str:
        return self._names.get(conference_id, conference_id)

    def _rows(self, label: str, rows: Sequence[Row], *, wide: bool = False, style: str = "cyan") -> None:
        """The label stands beside the first; `wide` ones go across all columns."""
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for width in (LABEL,) if wide else (LABEL, NAME, WHEN):
            table.add_column(width=width)
        table.add_column()
        for number, row in enumerate(rows):
            table.add_row(Text("" if number else label, style), *(Text.assemble(cell) for cell in row))
        self._indented(table)

    def _indented(self, thing: Text | Table) -> None:
        self._console.print(Padding(thing, (0, 0, 0, INDENT), expand=False))


def _how_long(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"

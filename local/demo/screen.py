"""Tells the story on the terminal; plain text, no colours, where the output goes elsewhere."""

from collections.abc import Mapping, Sequence
from statistics import median

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from local.demo.rooms import Room, clock
from local.demo.story import GRACE_S, Step

INDENT = 4
PLAIN_WIDTH = 110


class Screen:
    def __init__(self) -> None:
        self._console = Console(highlight=False)
        if not self._console.is_terminal:
            self._console = Console(highlight=False, width=PLAIN_WIDTH)

    def say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style))

    def begin(self, number: int, step: Step) -> None:
        self._console.print()
        self._console.print(Text.assemble((f"{number:2}. {step.title}", "bold"), f": {step.outcome}"))

    def holdings(self, rooms: Mapping[str, Room]) -> None:
        if not rooms:
            self._indented(Text("the conference system holds nothing", "dim"))
            return
        table = Table(box=None, header_style="dim", pad_edge=False)
        for name in ("conference", "status", "title", "starts (UTC)", "called off"):
            table.add_column(name)
        for name, room in rooms.items():
            off = ", ".join(map(clock, room.off))
            cells = (name, room.status, room.title, clock(room.starts), off)
            table.add_row(*map(Text, cells), style="" if room.status == "live" else "dim")
        self._indented(table)

    def right(self, step: Step, seconds: float | None) -> None:
        self._indented(Text.assemble(("right", "green"), f", {_how_long(step, seconds)}"))

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

    def _indented(self, thing: Text | Table) -> None:
        self._console.print(Padding(thing, (0, 0, 0, INDENT), expand=False))


def _how_long(step: Step, seconds: float | None) -> str:
    if seconds is None:
        return "nothing had to be told"
    if step.waits:
        return f"{seconds:.2f} s from calendar to conference, {GRACE_S} s of it the grace before a deletion"
    return f"{seconds * 1000:.0f} ms from calendar to conference"

"""Where a function is to be killed: files in a folder that the functions and their tests share."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = "CRASH_FOLDER"  # the environment variable that names it


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Right after, or right before, the effect of this number, from 1, since the point was set."""

    function: str
    effect: str
    number: int = 1
    before: bool = False

    def __str__(self) -> str:
        return f"{self.function} {'before' if self.before else 'after'} {self.effect} {self.number}"


class Points:
    """At most one is set. It is struck out before the kill, so that what is started again lives."""

    def __init__(self, folder: Path) -> None:
        self._next = folder / "point.json"
        self._journal = folder / "effects"

    def set(self, point: Point) -> None:
        draft = self._next.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(point)))
        draft.replace(self._next)

    def read(self) -> tuple[Point, int] | None:
        """With a number that tells two settings of the same point apart."""
        try:
            with self._next.open() as file:
                return Point(**json.load(file)), os.fstat(file.fileno()).st_mtime_ns
        except FileNotFoundError:
            return None

    def strike(self) -> bool:
        """Whether it was us who struck it out."""
        try:
            self._next.unlink()
        except FileNotFoundError:
            return False
        return True

    def note(self, function: str, effect: str) -> None:
        with self._journal.open("a") as file:
            file.write(f"{function} {effect}\n")

    def noted(self) -> Sequence[str]:
        """The function and the effect of each that was begun so far, by all functions."""
        return self._journal.read_text().splitlines() if self._journal.exists() else []

"""What the functions log, merged by time, as lines for people: when, which function, what, and its fields."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from functions.cli.out import printable

SETTLED = timedelta(seconds=0.2)  # from when on no function writes an earlier line any more
COLOURS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}
# What is the same in each line of a kind, or a number that nobody compares by eye.
UNTOLD = frozenset({"severity", "time", "message", "logger", "exception", "channel_id", "change_id", "lag_s"})
CLOUD = "logging.googleapis.com/"
NAME_WIDTH = len("receive_notification")


@dataclass(slots=True)
class Source:
    """The log of one function, from where it has been read to."""

    name: str
    path: Path
    offset: int = 0
    cut: bytes = b""

    def lines(self) -> Iterator[bytes]:
        """Those that are whole."""
        with self.path.open("rb") as file:
            file.seek(self.offset)
            found = file.read()
        self.offset += len(found)
        *whole, self.cut = (self.cut + found).split(b"\n")
        yield from whole


@dataclass(slots=True)
class Follower:
    """Each `look` tells what came since the last one."""

    sources: Sequence[Source]
    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    _waiting: list[tuple[datetime, str, Mapping[str, Any]]] = field(default_factory=list)

    def look(self, now: datetime | None = None) -> None:
        until = (now or datetime.now(UTC)) - SETTLED
        for source in self.sources:
            self._waiting += _read(source, until)
        self._waiting.sort(key=lambda each: each[0])
        while self._waiting and self._waiting[0][0] <= until:
            at, name, line = self._waiting.pop(0)
            if _matters(line):
                self.console.print(_told(at, name, line))


def _read(source: Source, until: datetime) -> Iterator[tuple[datetime, str, Mapping[str, Any]]]:
    """What is no line of ours, such as the framework's own words, is from the time it is read."""
    for text in source.lines():
        try:
            line = json.loads(text)
            yield datetime.fromisoformat(line["time"]), source.name, line
        except (ValueError, KeyError, TypeError):
            if text.strip():
                yield until, source.name, {"message": text.decode(errors="replace").strip()}


def _matters(line: Mapping[str, Any]) -> bool:
    """Reads and sweeps come every few seconds; most find nothing."""
    match line["message"]:
        case "sync.page_read":
            return bool(line["events"])
        case "sync.token_committed":
            return False
        case "sync.ended":
            return (line["reason"], line["outcome"]) != ("sweep", "synced")
        case "sweep.done":
            return bool(line["conferences"] or line["failed"] or line["left"])
    return True


def _told(at: datetime, name: str, line: Mapping[str, Any]) -> Text:
    fields = [f"{key}={_plain(value)}" for key, value in line.items() if _shown(key, value)]
    fields += line.get("exception", "").splitlines()[-1:]
    colour = COLOURS.get(line.get("severity", ""), "")
    return Text.assemble(
        (f"{at.astimezone():%H:%M:%S.%f}"[:-3], "dim"),
        f"  {name:<{NAME_WIDTH}}  ",
        (printable(str(line["message"])), colour or "bold"),
        printable("  ".join(["", *fields])),
    )


def _shown(key: str, value: object) -> bool:
    return key not in UNTOLD and not key.startswith(CLOUD) and bool(value)


def _plain(value: object) -> str:
    return value if isinstance(value, str) and " " not in value else json.dumps(value, ensure_ascii=False)

"""What a system did, in a file of JSON lines, so that the next start can do it again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Diary:
    """Without a path it keeps nothing. A line cut short by a crash is left out."""

    def __init__(self, path: Path | None = None) -> None:
        self._earlier = b""
        self._file = path.open("a+b") if path else None
        if self._file:
            self._file.seek(0)
            found = self._file.read()
            self._earlier = found[: found.rfind(b"\n") + 1]
            self._file.truncate(len(self._earlier))
        self._reading = False

    def earlier(self) -> Iterator[tuple[str, list[Any]]]:
        """Each deed and what was given to it; what is written meanwhile is a repeat, and is dropped."""
        self._reading = True
        for line in self._earlier.splitlines():
            deed, *given = json.loads(line)
            yield deed, given
        self._reading = False

    def write(self, deed: str, *given: object) -> None:
        if self._file and not self._reading:
            self._file.write(json.dumps([deed, *given]).encode() + b"\n")
            self._file.flush()

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

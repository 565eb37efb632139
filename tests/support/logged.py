"""What the product logs meanwhile, as the lines that Cloud Logging would get."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from functions.logs import OURS, JsonLines, follow_trace

Line = dict[str, Any]


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines("project"))
        self.lines: list[Line] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(self.format(record)))


@contextmanager
def logged() -> Iterator[list[Line]]:
    """Ours and those of other libraries, in order; of no request as long as none is followed."""
    follow_trace(None)
    kept, ours, root = _Kept(), logging.getLogger(OURS), logging.getLogger()
    before = (ours.level, ours.propagate)
    ours.propagate = False
    ours.setLevel(logging.INFO)
    for logger in (ours, root):
        logger.addHandler(kept)
    try:
        yield kept.lines
    finally:
        for logger in (ours, root):
            logger.removeHandler(kept)
        ours.propagate = before[1]
        ours.setLevel(before[0])


def named(lines: list[Line], name: str) -> list[Line]:
    """The lines with this name."""
    return [line for line in lines if line["message"] == name]

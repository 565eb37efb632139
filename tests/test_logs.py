"""One JSON line for each thing that happens."""

import json
import logging
from collections.abc import Iterator

import pytest

from functions import logs


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """The product's logger as the deployed functions set it up; afterwards as it was."""
    ours = logging.getLogger("functions")
    before = (ours.handlers, ours.level, ours.propagate)
    yield logging.getLogger("functions.flow.test")
    ours.handlers, ours.propagate = before[0], before[2]
    ours.setLevel(before[1])
    logs.follow_trace(None)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_fields_of_a_line(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    """A constant name as the message, what stands in extra as fields, times and others as text."""
    logs.start_logging("p")
    log.info("sync.ended", extra={"calendar_id": "c", "count": 3, "odd": {1}})
    (line,) = lines(capsys)
    assert (line["severity"], line["message"]) == ("INFO", "sync.ended")
    assert (line["calendar_id"], line["count"], line["odd"]) == ("c", 3, "{1}")
    assert "logging.googleapis.com/trace" not in line


def test_a_trace_follows_its_request(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines of one request are found together; a header that is no trace is no trace."""
    logs.start_logging("p")
    logs.follow_trace("105445aa7843bc8bf206b12000100000/1;o=1")
    log.info("one")
    logs.follow_trace("nonsense")
    log.info("two")
    one, two = lines(capsys)
    assert one["logging.googleapis.com/trace"] == "projects/p/traces/105445aa7843bc8bf206b12000100000"
    assert "logging.googleapis.com/trace" not in two


def test_an_exception_is_in_its_line(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    """One line still, whatever its traceback looks like."""
    logs.start_logging("p")
    try:
        int("broken\nin two")
    except ValueError:
        log.exception("request.unreadable")
    (line,) = lines(capsys)
    assert "broken" in str(line["exception"])

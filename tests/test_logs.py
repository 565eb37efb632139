"""One JSON line for each thing that happens."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from functions import logs
from functions.flow.context import threads


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """The product's logger as the deployed functions set it up; afterwards as it was."""
    ours, root = logging.getLogger("functions"), logging.getLogger()
    before = (ours.handlers, ours.level, ours.propagate, root.handlers)
    yield logging.getLogger("functions.flow.test")
    ours.handlers, ours.propagate = before[0], before[2]
    root.handlers = before[3]
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


def test_the_execution_id_is_a_label(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    """As the platform's own lines have it; what is none is none."""
    logs.start_logging("p")
    logs.follow_trace(None, "Xm3kQ9aZ07bc")
    log.info("one")
    logs.follow_trace(None, 'forged", "severity": "')
    log.info("two")
    one, two = lines(capsys)
    assert one["logging.googleapis.com/labels"] == {"execution_id": "Xm3kQ9aZ07bc"}
    assert "logging.googleapis.com/labels" not in two


def test_threads_belong_to_the_request_that_starts_them(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines of conferences that are brought in step side by side are found by their request's trace."""
    logs.start_logging("p")
    logs.follow_trace("105445aa7843bc8bf206b12000100000/1", "Xm3kQ9aZ07bc")
    with threads(2) as pool:
        pool.map(log.info, ["one", "two"])
    logs.follow_trace(None)
    with threads(1) as pool:
        pool.submit(log.info, "three")
    followed = {str(line["message"]): "logging.googleapis.com/trace" in line for line in lines(capsys)}
    assert followed == {"one": True, "two": True, "three": False}


def test_of_other_libraries_only_the_template_is_kept(
    log: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    """A retry of the Calendar client names a URL, and the URL a sync token: the line has neither."""
    logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))  # as the framework does
    logs.start_logging("p")
    url = "https://www.googleapis.com/calendar/v3/calendars/a/events?syncToken=s3cret"
    logging.getLogger("googleapiclient.http").warning("Sleeping before %s", url, extra={"url": url})
    (line,) = lines(capsys)
    assert (line["severity"], line["message"]) == ("WARNING", "Sleeping before %s")
    assert "s3cret" not in str(line)


def test_an_exception_is_in_its_line(log: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    """One line still, whatever its traceback looks like."""
    logs.start_logging("p")
    try:
        int("broken\nin two")
    except ValueError:
        log.exception("request.unreadable")
    (line,) = lines(capsys)
    assert "broken" in str(line["exception"])

"""What the handlers and their host log."""

import pytest

from tests.host.conftest import Host
from tests.host.test_handlers import asked, pushed
from tests.infra.documented import ALWAYS, TABLE
from tests.support.logged import logged
from tests.support.rig import OWNER


def test_what_the_handlers_log(host: Host) -> None:
    """Their lines are as the table says, with the request's trace and execution id."""
    client = host.client("sync_calendar")
    headers = {"X-Cloud-Trace-Context": f"{'a' * 32}/1;o=1", "Function-Execution-Id": "Xm3kQ9aZ07bc"}
    with logged() as lines:
        client.post("/", json=pushed(asked("nobody@example.com")), headers=headers)
        client.post("/", json=pushed(b"no JSON"), headers=headers)
    ours = [line for line in lines if str(line["logger"]).startswith("functions")]
    assert [line["message"] for line in ours] == ["sync.ended", "request.unreadable"]
    for line in ours:
        severity, fields = TABLE[line["message"]]
        special = {"logging.googleapis.com/trace", "logging.googleapis.com/labels"}
        assert line["severity"] == severity
        assert set(line) - ALWAYS == fields | special
        assert line["logging.googleapis.com/labels"] == {"execution_id": "Xm3kQ9aZ07bc"}
        assert str(line["logging.googleapis.com/trace"]).endswith("a" * 32)


def test_what_the_host_logs_of_a_failure_holds_no_token(
    host: Host, capfd: pytest.CaptureFixture[str]
) -> None:
    """Calendar is down: the error that is raised has a URL behind it, and the URL the sync token."""
    host.client("initialize_syncing").post("/", json={"calendar_id": OWNER})
    client = host.client("sync_calendar")
    fault = {"method": "events.list", "status": 503, "times": 9}
    host.calendar.control("POST", "faults", fault)
    assert client.post("/", json=pushed(asked())).status_code == 500
    requests = host.calendar.control("GET", "requests", None)["requests"]
    (token,) = next(one["query"]["syncToken"] for one in requests if "syncToken" in one["query"])
    said = "".join(capfd.readouterr())
    assert "sync.failed" in said
    assert "RetryLater" in said
    assert token.rstrip("=") not in said  # a URL shows these signs in another way

"""What `initialize_syncing` lets its callers do once `OPERATORS` is set."""

import pytest
from flask.testing import FlaskClient

from tests.host.conftest import Host
from tests.support.rig import OWNER
from tests.support.tokens import bearer
from tests.support.wired import forget

OPERATOR = "operator@example.com"


@pytest.fixture
def client(host: Host, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("OPERATORS", OPERATOR)
    forget()
    return host.client("initialize_syncing")


def ask(client: FlaskClient, method: str, email: str | None, **body: str | None) -> int:
    asked = {"json": body} if method == "POST" else {"query_string": {"calendar_id": OWNER}}
    headers = {"Authorization": bearer(email)} if email else {}
    answer = client.open("/", method=method, headers=headers, **asked)
    assert answer.json is not None
    if answer.status_code == 403:
        assert (email or "a caller") in answer.json["error"]
    return answer.status_code


def test_a_user_enrols_his_own_and_no_more(client: FlaskClient) -> None:
    """Only POST, only as themselves: the calendar is then read with their own rights."""
    assert ask(client, "POST", OWNER, calendar_id="primary", user=OWNER) == 200
    assert ask(client, "POST", OWNER, calendar_id=OWNER, user=OWNER) == 200
    assert ask(client, "POST", OWNER, calendar_id=OWNER, user="another@example.com") == 403
    assert ask(client, "POST", OWNER, calendar_id=OWNER) == 403
    assert [ask(client, method, OWNER) for method in ("GET", "DELETE")] == [403, 403]


def test_an_operator_does_all(client: FlaskClient) -> None:
    """For any user, and with all that only operators may do."""
    assert ask(client, "POST", OPERATOR, calendar_id=OWNER, user=OWNER) == 200
    assert [ask(client, method, OPERATOR) for method in ("GET", "DELETE")] == [200, 200]


def test_nobody_does_nothing(client: FlaskClient) -> None:
    """A request without a token came past Cloud Run, or the function is not private: it gets nothing."""
    assert ask(client, "POST", None, calendar_id=OWNER, user=OWNER) == 403
    assert [ask(client, method, None) for method in ("GET", "DELETE")] == [403, 403]


def test_what_is_refused_leaves_no_trace(client: FlaskClient, host: Host) -> None:
    """No calendar is looked at, and none enrolled."""
    ask(client, "POST", "thief@example.com", calendar_id=OWNER, user=OWNER)
    assert host.calendar.control("GET", "requests", None)["calls"] == {}
    assert ask(client, "GET", OPERATOR) == 404

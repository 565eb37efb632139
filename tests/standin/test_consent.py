"""The authorisation page: who is asked what, and what the client is told (Google's web-server guide)."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from gcal_standin import server
from gcal_standin.server import Server
from tests.standin.consenting import ASKED, BACK, BOB, EMAIL, OWNED, WRITING, Client, client_of, landed


@pytest.fixture
def client(standin: Server) -> Iterator[Client]:
    with client_of(standin) as asking:
        yield asking


class Form(HTMLParser):
    """The fields of a page's form, and whatever is on it that a browser would run or fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inputs: list[dict[str, str | None]] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "input":
            self.inputs.append(dict(attrs))

    def values(self, name: str) -> list[str | None]:
        return [each["value"] for each in self.inputs if each["name"] == name]


def press(client: Client, **form: str | list[str]) -> dict[str, str]:
    return landed(client.http.post("/o/oauth2/v2/auth", params=ASKED, data=form))


def test_the_page_asks_for_an_account_and_ticks(client: Client) -> None:
    """All accounts, a tick for what goes beyond signing in, nothing ticked, no script; the hint is chosen."""
    page = client.ask(login_hint=BOB)

    form = Form(page.text)
    assert page.status_code == 200
    assert "script" not in form.tags
    assert form.values("account") == ["owner@example.com", BOB]
    assert form.values("scope") == [OWNED]
    assert [each["value"] for each in form.inputs if "checked" in each] == [BOB]


def test_what_was_ticked_is_granted(client: Client) -> None:
    """The form answers as the buttons say; the state comes back as it was, and the issuer with it."""
    back = press(client, decision="allow", account=BOB, scope=[OWNED])

    assert back["state"] == ASKED["state"]
    assert back["iss"] == "https://accounts.google.com"
    assert set(back["scope"].split()) == {"email", EMAIL, "openid", OWNED}
    assert client.exchange(back["code"]).json()["scope"].split() == ["openid", EMAIL, OWNED]


def test_nothing_ticked_is_still_a_sign_in(client: Client) -> None:
    """Granular consent: the code comes, and the answer's scope says what is missing."""
    back = press(client, decision="allow", account=BOB)

    assert OWNED not in back["scope"]
    assert client.exchange(back["code"]).json()["scope"].split() == ["openid", EMAIL]


def test_nothing_left_is_a_refusal(client: Client) -> None:
    """Two scopes without a sign-in, neither ticked: nothing was allowed."""
    client.standin.control("POST", "consents", {"account": BOB, "scopes": []})
    assert client.back(scope=f"{OWNED} {WRITING}") == {"error": "access_denied", "state": ASKED["state"]}


def test_a_single_scope_has_no_tick(client: Client) -> None:
    """One thing alone is allowed or not, as a whole."""
    page = client.ask(scope=OWNED)
    assert Form(page.text).values("scope") == []


def test_cancelled(client: Client) -> None:
    """Who cancels is sent back with access_denied and the state, and without a code."""
    assert press(client, decision="cancel") == {"error": "access_denied", "state": ASKED["state"]}


@pytest.mark.parametrize("error", ["access_denied", "admin_policy_enforced", "org_internal"])
def test_a_control_answers_without_a_browser(client: Client, error: str) -> None:
    """The next authorisation is answered at once, and only that one."""
    client.standin.control("POST", "consents", {"error": error})
    assert client.back() == {"error": error, "state": ASKED["state"]}
    assert client.ask().status_code == 200


def test_a_control_signs_in_whom_the_link_hints_at(client: Client) -> None:
    """An answer without an account is given by the one of login_hint."""
    client.standin.control("POST", "consents", {})
    code = client.back(login_hint=BOB)["code"]
    client.exchange(code)
    assert [grant["user"] for grant in client.standin.control("GET", "grants")] == [BOB]


def test_a_redirect_keeps_its_own_query(client: Client) -> None:
    """What the client's address has already is not lost."""
    address = f"{BACK}?a=1"
    client.standin.control(
        "POST", "clients", {"id": client.id, "secret": client.secret, "redirectUris": [address]}
    )
    client.standin.control("POST", "consents", {})
    back = client.back(redirect_uri=address)
    assert back["a"] == "1"
    assert "code" in back


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"redirect_uri": f"{BACK}/"}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": BACK.upper()}, 400, "redirect_uri_mismatch"),
        ({"redirect_uri": ""}, 400, "invalid_request"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"response_type": ""}, 400, "invalid_request"),
        ({"scope": ""}, 400, "invalid_request"),
        ({"scope": "openid calendar"}, 400, "invalid_scope"),
        ({"code_challenge_method": "S512"}, 400, "invalid_request"),
        ({"access_type": "always"}, 400, "invalid_request"),
        ({"prompt": "none"}, 400, "invalid_request"),
    ],
)
def test_a_wrong_request_goes_nowhere(
    client: Client, changes: dict[str, str], status: int, error: str
) -> None:
    """A request that is wrong is shown to the person; no address is followed, and the control waits."""
    client.standin.control("POST", "consents", {})
    page = client.ask(**changes)

    assert page.status_code == status
    assert error in page.text
    assert "Location" not in page.headers
    assert "code" in client.back()


def test_an_account_that_is_not_there(client: Client) -> None:
    """Nobody signs in as somebody who does not exist."""
    answer = client.http.post(
        "/o/oauth2/v2/auth", params=ASKED, data={"decision": "allow", "account": "no@example.com"}
    )
    assert answer.status_code == 400


def test_what_is_asked_is_escaped() -> None:
    """A page shows a client's id as text."""
    with server.start() as standin, client_of(standin) as client:
        name = "<script>alert(1)</script>"
        standin.control("POST", "clients", {"id": name, "secret": "s", "redirectUris": [BACK]})
        assert "<script>" not in client.ask(client_id=name).text

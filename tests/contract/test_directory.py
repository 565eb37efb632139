"""What the Directory is asked, and what its answers and refusals mean."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.adapters.calendar.directory import SCOPE, GoogleDirectory
from functions.core.errors import Rejected, RetryLater
from functions.ports import Members
from tests.support import envelopes
from tests.support.directory import Directory, directory, method, user
from tests.support.scripted import answer
from tests.support.signing import ACCOUNT, Google, signing

ADMIN = "admin@example.com"


@pytest.fixture
def there() -> Iterator[Directory]:
    with directory("b@example.com", "a@example.com", "c@other.example") as made:
        yield made


def asks(there: Directory, token: str | None = None, domain: str | None = None) -> Members:
    made = GoogleDirectory(admin=ADMIN, auth="anonymous", endpoint=there.url, sleep=lambda _: None)
    return made.members(domain=domain, page_token=token)


def test_active_users_by_page(there: Directory) -> None:
    """As large as pages get; who is suspended or archived cannot use a calendar."""
    there.users += [user("x@example.com", suspended=True), user("y@example.com", archived=True)]
    found = asks(there)
    assert (list(found.users), found.next_page) == (
        ["a@example.com", "b@example.com", "c@other.example"],
        None,
    )
    (asked,) = there.heard
    assert (asked["customer"], asked["maxResults"], asked["projection"]) == ("my_customer", "500", "basic")
    there.page = 2
    first = asks(there)
    assert (list(first.users), asks(there, first.next_page).users[0]) == (
        ["a@example.com", "b@example.com"],
        "c@other.example",
    )
    assert SCOPE in method()["scopes"]


def test_one_domain(there: Directory) -> None:
    """Is asked for in place of all that the customer has."""
    assert list(asks(there, domain="other.example").users) == ["c@other.example"]
    assert "customer" not in there.heard[0]


def test_nobody(there: Directory) -> None:
    """A page without users leaves them out."""
    there.users = []
    assert asks(there) == Members(users=[], next_page=None)


@pytest.mark.parametrize("reason", ["forbidden", "insufficientPermissions"])
def test_a_refusal_says_which_scope_is_granted_where(there: Directory, reason: str) -> None:
    """And that an administrator is needed."""
    there.instead = lambda *_: (
        403,
        envelopes.present(403, reason, "Not Authorized to access this resource/api"),
    )
    with pytest.raises(Rejected) as raised:
        asks(there)
    for said in ("403", SCOPE, "domainwidedelegation", ADMIN, "administrator"):
        assert said in str(raised.value)


def test_the_api_is_off(there: Directory) -> None:
    """It is said how to switch it on."""
    there.instead = lambda *_: (
        403,
        envelopes.present(403, "accessNotConfigured", "Admin SDK API has not been used"),
    )
    with pytest.raises(Rejected, match=r"gcloud services enable admin\.googleapis\.com"):
        asks(there)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "quotaExceeded"), (429, "rateLimitExceeded"), (503, "backendError"), (502, "")],
)
def test_what_passes(there: Directory, status: int, reason: str) -> None:
    """Is for later; a server's error is tried twice more."""
    body = envelopes.present(status, reason, "later") if reason else b"<html>"
    there.instead = lambda *_: (status, body)
    with pytest.raises(RetryLater):
        asks(there)
    assert len(there.heard) == (3 if status >= 500 else 1)


def test_a_hiccup_is_not_noticed(there: Directory) -> None:
    """The next try is answered."""
    there.instead = lambda _, before: (503, b"") if before == 0 else None
    assert len(asks(there).users) == 3


def test_a_wrong_domain_is_refused_in_the_directorys_words(there: Directory) -> None:
    """Without advice that does not fit."""
    there.instead = lambda *_: (400, envelopes.present(400, "badRequest", "Domain not found."))
    with pytest.raises(Rejected, match=r"400 badRequest: Domain not found\.$"):
        asks(there, domain="nowhere.example")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"users": 1},
        {"users": [1]},
        {"nextPageToken": 1},
        {"nextPageToken": "\x00"},
        {"users": [user("a@example.com")] * 501},
    ],
)
def test_an_answer_that_is_no_page(there: Directory, body: object) -> None:
    """Is not an empty Directory."""
    there.instead = lambda *_: (200, json.dumps(body).encode())
    with pytest.raises(RetryLater, match="cannot be understood"):
        asks(there)


def test_a_user_without_an_address_is_named_by_none(there: Directory) -> None:
    """Who reads the list says that line's end."""
    there.instead = lambda *_: (
        200,
        json.dumps({"users": [{"suspended": False}, {"primaryEmail": 1}]}).encode(),
    )
    assert list(asks(there).users) == ["", ""]


def test_it_is_asked_as_the_administrator(there: Directory, tmp_path: Path) -> None:
    """By the account that acts as the users, for this scope and no other."""
    with signing(tmp_path) as google:
        delegated(there, google).members(domain=None, page_token=None)
        claims = json.loads(json.loads(google.servers["iam"].heard[0].body)["payload"])
        assert (claims["sub"], claims["scope"]) == (ADMIN, SCOPE)
        assert there.authorizations == ["Bearer users"]


def test_a_scope_that_is_not_granted(there: Directory, tmp_path: Path) -> None:
    """Is refused with the token already."""
    body = b'{"error": "unauthorized_client", "error_description": "Client is unauthorized"}'
    with signing(tmp_path) as google:
        google.servers["tokens"].says[:] = [answer(401, body)]
        with pytest.raises(Rejected, match=rf"unauthorized_client.*{SCOPE}"):
            delegated(there, google).members(domain=None, page_token=None)


def delegated(there: Directory, google: Google) -> GoogleDirectory:
    for server in google.servers.values():
        server.heard.clear()
    return GoogleDirectory(admin=ADMIN, auth="delegation", endpoint=there.url, account=ACCOUNT)

"""A browser's way to Google's consent and back: what is signed, for how long, for whom, and who signed in."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from functions.core import consent, signed
from functions.core.consent import AGAIN, READING, WRITING, Identity, Purpose, Visit
from functions.core.errors import BadRequest

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
KEYS, OLD = ("k" * 32, "o" * 32), ("o" * 32,)
SECRET = "of one browser"
VISIT = Visit(purpose=Purpose.CONNECT, user="ann@example.com", calendar_id="team@example.com", subject="1")
CLIENT = "123-web"


def claims(**changes: object) -> dict[str, object]:
    nonce = consent.question(VISIT, secret=SECRET, its_state="", client_id="", redirect_uri="", scope="")[
        "nonce"
    ]
    usual = {
        "iss": "https://accounts.google.com",
        "aud": CLIENT,
        "exp": NOW.timestamp() + 3_600,
        "nonce": nonce,
        "email": "Ann@Example.com",
        "email_verified": True,
        "sub": "1",
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def test_a_state_comes_back() -> None:
    """To the browser that it was made for, within ten minutes; any of our keys will do."""
    for keys in (KEYS, OLD):
        made = consent.state(VISIT, SECRET, keys, NOW)
        assert consent.visit_of(made, SECRET, KEYS, NOW + timedelta(seconds=600)) == VISIT


@pytest.mark.parametrize(
    ("secret", "later"), [("of another", 0), ("", 0), (SECRET, 601), (SECRET, -61)], ids=str
)
def test_a_state_of_elsewhere(secret: str, later: int) -> None:
    made = consent.state(VISIT, SECRET, KEYS, NOW)
    with pytest.raises(BadRequest, match=AGAIN):
        consent.visit_of(made, secret, KEYS, NOW + timedelta(seconds=later))


@pytest.mark.parametrize("kind", ["ticket", "empty", "long", "odd", "cut", "unsigned", "other key"])
def test_no_state(kind: str) -> None:
    made = consent.state(VISIT, SECRET, KEYS, NOW)
    given = {
        "ticket": consent.ticket("ann@example.com", KEYS, NOW),
        "empty": "",
        "long": "a" * 3_000,
        "odd": f"{made}ä",
        "cut": made[:-1],
        "unsigned": made.partition(".")[0],
        "other key": consent.state(VISIT, SECRET, ("x" * 32,), NOW),
    }[kind]
    with pytest.raises(BadRequest, match=AGAIN):
        consent.visit_of(given, SECRET, KEYS, NOW)


def test_a_ticket_is_for_one_user_and_a_week() -> None:
    made = consent.ticket("ann@example.com", KEYS, NOW)
    assert consent.ticket_user(made, KEYS, NOW + timedelta(days=7)) == "ann@example.com"
    with pytest.raises(BadRequest, match="new one"):
        consent.ticket_user(made, KEYS, NOW + timedelta(days=7, seconds=1))
    with pytest.raises(BadRequest, match="new one"):
        consent.ticket_user(consent.state(VISIT, SECRET, KEYS, NOW), KEYS, NOW)


def test_what_google_is_asked() -> None:
    """PKCE's challenge is of the verifier, and nothing of the browser's secret is shown."""
    asked = consent.question(
        VISIT, secret=SECRET, its_state="s", client_id=CLIENT, redirect_uri="r", scope=READING
    )
    digest = hashlib.sha256(consent.verifier(SECRET).encode()).digest()
    assert asked["code_challenge"] == urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert asked["scope"] == f"openid email {READING}"
    assert asked["login_hint"] == "ann@example.com"
    assert consent.verifier(SECRET) not in asked.values()
    assert len({consent.verifier(SECRET), asked["nonce"], asked["code_challenge"]}) == 3


def test_signing_in_asks_for_no_more() -> None:
    visit = Visit(purpose=Purpose.DISCONNECT)
    asked = consent.question(
        visit, secret=SECRET, its_state="s", client_id=CLIENT, redirect_uri="r", scope=READING
    )
    assert asked["scope"] == "openid email"
    assert asked.keys().isdisjoint({"access_type", "login_hint"})


def test_who_signed_in() -> None:
    for changes in ({}, {"iss": "accounts.google.com"}, {"exp": NOW.timestamp() - 59}):
        found = consent.signed_in(claims(**changes), client_id=CLIENT, secret=SECRET, now=NOW)
        assert found == Identity(user="ann@example.com", subject="1")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://example.com"},
        {"aud": "another"},
        {"aud": [CLIENT]},
        {"exp": NOW.timestamp() - 60},
        {"exp": None},
        {"exp": "soon"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 1},
        {"email": None},
        {"email": f"{'a' * 320}@example.com"},
        {"email_verified": "true"},
        {"sub": None},
        {"sub": "1" * 256},
    ],
    ids=str,
)
def test_somebody_elses_token(changes: dict[str, object]) -> None:
    with pytest.raises(BadRequest, match=AGAIN):
        consent.signed_in(claims(**changes), client_id=CLIENT, secret=SECRET, now=NOW)


def test_least_scopes() -> None:
    assert (consent.scope_for(writes=False), consent.scope_for(writes=True)) == (READING, WRITING)


def test_the_calendar_of_a_link() -> None:
    assert consent.wanted_calendar("") == "primary"
    assert consent.wanted_calendar("Team@Example.com") == "team@example.com"
    with pytest.raises(BadRequest, match="calendar_id is longer"):
        consent.wanted_calendar("a" * 321)


def test_no_channel_token_is_a_state() -> None:
    """One key signs both, each as what it is."""
    made = signed.sign("one", {}, KEYS, NOW)
    assert signed.verify("one", made, KEYS, NOW, lasts=1) == {"at": int(NOW.timestamp())}
    assert signed.verify("other", made, KEYS, NOW, lasts=1) is None

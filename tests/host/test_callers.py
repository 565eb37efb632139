"""What `initialize_syncing` lets its callers do, and what it believes of them."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from google.oauth2 import credentials as login

from functions.core.errors import WHY_CHARACTERS_MAX
from tests.host.conftest import Host
from tests.support.rig import OWNER
from tests.support.scripted import Scripted, answer, hang_up
from tests.support.signing import PERSON
from tests.support.tokens import AUDIENCE, REMOVED, Certificates, Signer, certificates, jwt, named
from tests.support.wired import forget

OPERATOR, THIEF = "operator@example.com", "thief@example.com"
GOOGLE, STRANGER = Signer(), Signer(key_id="stranger's")
SCRIPT = "1-a.apps.googleusercontent.com"
HOUR_S = 3_600


def handed_on(token: str) -> dict[str, str]:
    """By Cloud Run, which has verified the second and removed its signature."""
    seen = ".".join([*token.split(".")[:2], REMOVED])
    return {"Authorization": f"Bearer {token}", "X-Serverless-Authorization": f"Bearer {seen}"}


@dataclass(frozen=True, kw_only=True)
class Door:
    """The function, one operator, and Google's certificates."""

    client: FlaskClient
    google: Certificates
    host: Host

    def ask(self, method: str, token: str | None, **body: str | None) -> tuple[int, str]:
        """As a caller who sends the token in both headers is handed on."""
        headers = {} if token is None else handed_on(token)
        asked = {"json": body} if method == "POST" else {"query_string": {"calendar_id": OWNER}}
        answered = self.client.open("/", method=method, headers=headers, **asked)
        assert answered.json is not None
        return answered.status_code, answered.json.get("error", "")

    def enrol(self, token: str | None, user: str | None = OWNER) -> int:
        return self.ask("POST", token, calendar_id=OWNER, user=user)[0]

    def operate(self, token: str | None) -> list[int]:
        return [self.ask(method, token)[0] for method in ("GET", "DELETE")]


@pytest.fixture
def door(host: Host, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    with certificates(monkeypatch) as google:
        monkeypatch.setenv("OPERATORS", OPERATOR)
        monkeypatch.setenv("INITIALIZE_AUDIENCES", f"{AUDIENCE}/, {SCRIPT}")
        forget()
        yield Door(client=host.client("initialize_syncing"), google=google, host=host)


def test_a_user_enrols_their_own_and_no_more(door: Door) -> None:
    """Only POST, only as themselves: the calendar is then read with their own rights."""
    token = GOOGLE.token(OWNER)
    assert door.ask("POST", token, calendar_id="primary", user=OWNER)[0] == 200
    assert door.enrol(token) == 200
    assert (door.enrol(token, "another@example.com"), door.enrol(token, None)) == (403, 403)
    assert door.operate(token) == [403, 403]
    assert OWNER in door.ask("GET", token)[1]


@pytest.mark.parametrize("audience", [AUDIENCE, f"{AUDIENCE}/", SCRIPT])
@pytest.mark.parametrize("issuer", ["accounts.google.com", "https://accounts.google.com"])
def test_an_operator_does_all(door: Door, audience: str, issuer: str) -> None:
    """For any user, and with all that only operators may do, by a token for any audience that is named."""
    token = GOOGLE.token("Operator@Example.com", aud=audience, iss=issuer)
    assert door.enrol(token) == 200
    assert door.operate(token) == [200, 200]


def test_nobody_does_nothing(door: Door) -> None:
    """A request without a token came past Cloud Run, or the function is not private; the answer says how."""
    assert (door.enrol(None), door.operate(None)) == (403, [403, 403])
    assert "Authorization and in X-Serverless-Authorization" in door.ask("GET", None)[1]


def forged() -> dict[str, str]:
    """Tokens with an operator's e-mail that Google has not made, or not for this service, or not for now."""
    now = int(time.time())
    whole = GOOGLE.token(OPERATOR)
    head, claims, signature = whole.split(".")
    header = {"alg": "RS256", "kid": GOOGLE.key_id}
    public = GOOGLE.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    thiefs = GOOGLE.token(THIEF).split(".")

    def shared(secret: bytes) -> str:
        symmetric = {"alg": "HS256", "kid": GOOGLE.key_id}
        return jwt(symmetric, named(OPERATOR), lambda text: hmac.digest(secret, text, hashlib.sha256))

    return {
        "signed by another key": jwt(header, named(OPERATOR), STRANGER.sign),
        "signed by a key that Google does not have": STRANGER.token(OPERATOR),
        "the claims of another token": f"{thiefs[0]}.{claims}.{thiefs[2]}",
        "no key named": jwt({"alg": "RS256"}, named(OPERATOR), GOOGLE.sign),
        "an odd key named": jwt({"alg": "RS256", "kid": ["1"]}, named(OPERATOR), GOOGLE.sign),
        "signature removed": f"{head}.{claims}.{REMOVED}",
        "signature left out": f"{head}.{claims}.",
        "signature cut off": f"{head}.{claims}",
        "signature of another form": f"{head}.{claims}.{signature[:-9]}",
        "alg none": jwt({"alg": "none", "kid": GOOGLE.key_id}, named(OPERATOR), lambda _: b"-"),
        "alg none, unsigned": jwt({"alg": "none"}, named(OPERATOR), lambda _: b""),
        "the public key as a secret": shared(public),
        "the certificate as a secret": shared(GOOGLE.certificate.encode()),
        "an odd algorithm": jwt({"alg": {}, "kid": GOOGLE.key_id}, named(OPERATOR), GOOGLE.sign),
        "another elliptic one": jwt({"alg": "ES256", "kid": GOOGLE.key_id}, named(OPERATOR), GOOGLE.sign),
        "expired": GOOGLE.token(OPERATOR, iat=now - 2 * HOUR_S, exp=now - HOUR_S),
        "expired half a minute ago": GOOGLE.token(OPERATOR, exp=now - 30),
        "without an end": GOOGLE.token(OPERATOR, exp=None),
        "an odd end": GOOGLE.token(OPERATOR, exp="never"),
        "of tomorrow": GOOGLE.token(OPERATOR, iat=now + 24 * HOUR_S, exp=now + 25 * HOUR_S),
        "another issuer": GOOGLE.token(OPERATOR, iss="https://accounts.example.com"),
        "an issuer that begins alike": GOOGLE.token(OPERATOR, iss="https://accounts.google.com.example.com"),
        "no issuer": GOOGLE.token(OPERATOR, iss=None),
        "another audience": GOOGLE.token(OPERATOR, aud="https://another-1.europe-west1.run.app"),
        "an audience below ours": GOOGLE.token(OPERATOR, aud=f"{AUDIENCE}/more"),
        "ours among several": GOOGLE.token(OPERATOR, aud=[AUDIENCE]),
        "no audience": GOOGLE.token(OPERATOR, aud=None),
        "an empty audience": GOOGLE.token(OPERATOR, aud=""),
        "claims that are no object": jwt(header, [OPERATOR], GOOGLE.sign),
        "no text": "a.b.c",
        "two tokens": f"{whole},{whole}",
    }


@pytest.mark.parametrize("forgery", forged())
def test_a_forged_token_opens_nothing(door: Door, forgery: str) -> None:
    """403, whatever e-mail it names, and no calendar is looked at. Nothing of it is repeated."""
    token = forged()[forgery]
    assert (door.enrol(token), door.operate(token)) == (403, [403, 403])
    said = door.ask("POST", token, calendar_id=OWNER, user=OPERATOR)[1]
    assert len(said) < WHY_CHARACTERS_MAX
    assert OPERATOR not in said
    assert door.host.calendar.control("GET", "requests", None)["calls"] == {}
    assert door.ask("GET", GOOGLE.token(OPERATOR))[0] == 404


@pytest.mark.parametrize("verified", [None, False, "true"])
def test_an_email_that_was_not_verified_is_nobodys(door: Door, verified: object) -> None:
    """Google signs what a person says of themselves, too, and says whether it was verified."""
    token = GOOGLE.token(OPERATOR, email_verified=verified)
    assert (door.enrol(token, OPERATOR), door.operate(token)) == (403, [403, 403])


def test_only_one_header_is_believed(door: Door) -> None:
    """`X-Serverless-Authorization` is for Cloud Run: what stands there was perhaps never verified."""
    headers = {"X-Serverless-Authorization": f"Bearer {GOOGLE.token(OPERATOR)}"}
    assert door.client.get("/", headers=headers, query_string={"calendar_id": OWNER}).status_code == 403
    headers["Authorization"] = f"Bearer {GOOGLE.token(THIEF)}"
    assert door.client.get("/", headers=headers, query_string={"calendar_id": OWNER}).status_code == 403


def test_certificates_are_fetched_once(door: Door) -> None:
    """Many calls, one request; when they are over, one more."""
    door.google.publish(GOOGLE, max_age=HOUR_S)
    assert [door.enrol(GOOGLE.token(OWNER)) for _ in range(5)] == [200] * 5
    assert door.google.server.accepted == 1
    door.google.now += HOUR_S - 1
    assert (door.enrol(GOOGLE.token(OWNER)), door.google.server.accepted) == (200, 1)
    door.google.now += 2
    assert (door.enrol(GOOGLE.token(OWNER)), door.google.server.accepted) == (200, 2)


def test_a_key_that_google_gave_up_is_believed_no_more(door: Door) -> None:
    """Once the certificates that it was among are over."""
    assert door.enrol(GOOGLE.token(OWNER)) == 200
    door.google.publish(STRANGER)
    door.google.now += HOUR_S + 1
    assert door.enrol(GOOGLE.token(OWNER)) == 403


def test_a_new_key_is_fetched_once(door: Door) -> None:
    """Google signs with a key that was not there before: its first token is verified, with one request."""
    assert door.enrol(GOOGLE.token(OWNER)) == 200
    renewed = Signer(key_id="2")
    door.google.publish(GOOGLE, renewed)
    door.google.now += 60
    assert [door.enrol(renewed.token(OWNER)) for _ in range(3)] == [200] * 3
    assert door.google.server.accepted == 2


def test_made_up_keys_are_not_asked_for_each_time(door: Door) -> None:
    """One request for all of them, and honest callers go on meanwhile."""
    strangers = [STRANGER.token(OPERATOR), Signer(key_id="made up").token(OPERATOR)]
    assert [door.enrol(token) for token in strangers * 5] == [403] * 10
    assert (door.enrol(GOOGLE.token(OWNER)), door.google.server.accepted) == (200, 1)


@pytest.mark.parametrize(
    "say",
    [
        answer(503),
        answer(404),
        answer(302, location="http://127.0.0.1:9/"),
        answer(200, b"<html>"),
        answer(200, b"[]"),
        answer(200, json.dumps({GOOGLE.key_id: 1}).encode()),
        hang_up,
    ],
)
def test_without_certificates_nobody_is_told_from_others(door: Door, say: object) -> None:
    """503, and the caller tries again: neither let in nor refused. Then it works, without a new start."""
    door.google.say(say)  # type: ignore[arg-type]
    assert door.ask("POST", GOOGLE.token(OWNER), calendar_id=OWNER, user=OWNER)[0] == 503
    asked = door.google.server.accepted
    assert door.operate(GOOGLE.token(OPERATOR)) == [503, 503]
    assert door.google.server.accepted == asked  # nobody waits for Google each time
    door.google.publish(GOOGLE)
    door.google.now += 60
    assert door.enrol(GOOGLE.token(OWNER)) == 200


def test_certificates_at_hand_are_enough(door: Door) -> None:
    """While they are good it does not matter that Google cannot be reached, whatever others send."""
    assert door.enrol(GOOGLE.token(OWNER)) == 200
    door.google.say(answer(503))
    door.google.now += 60
    assert door.enrol(STRANGER.token(OPERATOR)) == 503
    assert door.enrol(GOOGLE.token(OWNER)) == 200
    door.google.now += HOUR_S
    assert door.enrol(GOOGLE.token(OWNER)) == 503


def test_without_audiences_no_token_is_believed(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that was made for any other service would open this one. The answer names the setting."""
    monkeypatch.delenv("INITIALIZE_AUDIENCES")
    forget()
    status, error = door.ask("GET", GOOGLE.token(OPERATOR))
    assert (status, "INITIALIZE_AUDIENCES" in error) == (403, True)


def test_everybody_operates_only_if_that_is_said(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `*` IAM alone decides: no token is asked for, and none is verified."""
    monkeypatch.setenv("OPERATORS", "*")
    forget()
    assert (door.enrol(None), door.enrol("no.token.x"), door.operate(None)) == (200, 200, [200, 200])
    assert door.google.server.accepted == 0


def test_a_stand_in_is_open(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """`CALENDAR_AUTH=anonymous` reaches nothing but a stand-in, so there nobody needs to be named."""
    monkeypatch.delenv("OPERATORS")
    forget()
    assert (door.enrol(None), door.operate(None)) == (200, [200, 200])


def test_without_operators_nobody_is_one(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Google's calendars are read, users enrol their own, and that is all that anybody may do."""
    with Scripted([answer(200, b'{"access_token": "own", "expires_in": 3600}')] * 9) as tokens:
        (door.host.folder / "person.json").write_text(json.dumps(PERSON))
        monkeypatch.setattr(login, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", tokens.url)
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(door.host.folder / "person.json"))
        monkeypatch.setenv("CALENDAR_AUTH", "service_account")
        monkeypatch.delenv("OPERATORS")
        forget()
        assert (door.enrol(None), door.operate(None)) == (403, [403, 403])
        assert (door.enrol(GOOGLE.token(OPERATOR)), door.operate(GOOGLE.token(OPERATOR))) == (403, [403, 403])
        assert (door.enrol(GOOGLE.token(OWNER)), door.operate(GOOGLE.token(OWNER))) == (200, [403, 403])

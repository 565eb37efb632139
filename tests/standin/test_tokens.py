"""The token endpoint, revocation, tokeninfo and keys, as reports and guides have Google's answers."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
from google.oauth2 import id_token

from gcal_standin.server import Server
from tests.standin.consenting import (
    BACK,
    BOB,
    CLIENT,
    EMAIL,
    OWNED,
    SECRET,
    VERIFIER,
    Client,
    client_of,
    refusal,
    register,
)

BAD = (400, "invalid_grant", "Bad Request")
ENDED = (400, "invalid_grant", "Token has been expired or revoked.")


@pytest.fixture
def client(standin: Server) -> Iterator[Client]:
    with client_of(standin) as asking:
        yield asking


def other(client: Client, client_id: str) -> Client:
    register(client.standin, client_id, "other")
    return Client(client.standin, client.http, id=client_id, secret="other")


class GooglesKeys:
    """What google-auth asks for Google's keys: www.googleapis.com is the stand-in."""

    def __init__(self, client: Client) -> None:
        self._http = client.http

    def __call__(self, url: str, method: str = "GET", **_: Any) -> Any:
        return _Answer(self._http.request(method, url.removeprefix("https://www.googleapis.com")))


class _Answer:
    def __init__(self, got: httpx.Response) -> None:
        self.status, self.data, self.headers = got.status_code, got.content, got.headers


def verified(client: Client, token: str, audience: str = CLIENT) -> dict[str, Any]:
    claims: dict[str, Any] = id_token.verify_oauth2_token(token, GooglesKeys(client), audience)  # type: ignore[no-untyped-call]
    return claims


def test_a_code_becomes_tokens(client: Client) -> None:
    """The answer has what Google's has; both tokens work."""
    got = client.exchange(client.code())
    told = got.json()

    assert got.headers["Cache-Control"].startswith("no-cache, no-store")
    assert told.keys() == {
        "access_token", "expires_in", "refresh_token", "scope", "token_type", "id_token",
    }  # fmt: skip
    assert (told["expires_in"], told["token_type"]) == (3599, "Bearer")
    assert client.refresh(told["refresh_token"]).status_code == 200


def test_who_signed_in(client: Client) -> None:
    """Google's own library takes the identity token; it is bound to nonce, client and access token."""
    told = client.tokens()
    claims = verified(client, told["id_token"])

    half = sha256(told["access_token"].encode()).digest()[:16]
    assert claims["iss"] == "https://accounts.google.com"
    assert (claims["aud"], claims["azp"]) == (CLIENT, CLIENT)
    assert (claims["email"], claims["email_verified"], claims["hd"]) == (BOB, True, "example.com")
    assert claims["nonce"] == "the-nonce"
    assert claims["at_hash"] == urlsafe_b64encode(half).rstrip(b"=").decode()
    assert claims["exp"] - claims["iat"] == 3600
    assert len(claims["sub"]) == 21


def test_a_refresh_changes_the_access_token_alone(client: Client) -> None:
    """Refresh tokens do not rotate; the identity token has no nonce then."""
    first = client.tokens()
    again = client.refresh(first["refresh_token"]).json()

    assert "refresh_token" not in again
    assert again["access_token"] != first["access_token"]
    assert again["scope"] == first["scope"]
    claims = verified(client, again["id_token"])
    assert "nonce" not in claims
    assert claims["sub"] == verified(client, first["id_token"])["sub"]


def test_an_identity_needs_its_scopes(client: Client) -> None:
    """No `openid`, no identity token; no `email`, no address in it."""
    assert "id_token" not in client.tokens(scope=OWNED)
    assert "email" not in verified(client, client.tokens(scope="openid")["id_token"])


def test_a_code_works_once(client: Client) -> None:
    """Coming with it again is refused, and ends what it gave."""
    code = client.code()
    told = client.exchange(code).json()

    assert refusal(client.exchange(code)) == BAD
    assert refusal(client.refresh(told["refresh_token"])) == ENDED
    assert client.http.get("/tokeninfo", params={"access_token": told["access_token"]}).status_code == 400


def test_a_code_ends(client: Client) -> None:
    """After ten minutes it is worth nothing."""
    code = client.code()
    client.standin.control("POST", "clock", {"advanceSeconds": 601})
    assert refusal(client.exchange(code)) == BAD


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"code": "4/0Aunknown"}, (400, "invalid_grant", "Malformed auth code.")),
        ({"code": ""}, (400, "invalid_request", "Missing required parameter: code")),
        ({"redirect_uri": f"{BACK}/"}, (400, "redirect_uri_mismatch", "Bad Request")),
        ({"code_verifier": ""}, (400, "invalid_grant", "Missing code verifier.")),
        ({"code_verifier": "w" * 43}, (400, "invalid_grant", "Invalid code verifier.")),
        ({"client_id": "unknown"}, (401, "invalid_client", "The OAuth client was not found.")),
        ({"client_secret": "wrong"}, (401, "invalid_client", "The provided client secret is invalid.")),
        ({"client_secret": ""}, (401, "invalid_client", "The provided client secret is invalid.")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", "Invalid grant_type: password")),
        ({"grant_type": ""}, (400, "invalid_request", "Missing required parameter: grant_type")),
    ],
)
def test_what_a_code_is_refused_for(
    client: Client, changes: dict[str, str], answer: tuple[int, str, str]
) -> None:
    """Each refusal in Google's words; none gives a token."""
    assert refusal(client.exchange(**{"code": client.code()} | changes)) == answer
    assert client.standin.control("GET", "grants") == []


def test_a_verifier_nobody_asked_for(client: Client) -> None:
    """A code without a challenge takes no verifier."""
    code = client.code(code_challenge="", code_challenge_method="")
    said = "code_verifier or verifier is not needed."
    assert refusal(client.exchange(code)) == (400, "invalid_grant", said)


def test_a_plain_challenge(client: Client) -> None:
    """Without a method the challenge is the verifier itself."""
    code = client.code(code_challenge=VERIFIER, code_challenge_method="")
    assert client.exchange(code).status_code == 200


def test_another_clients_code_and_token(client: Client) -> None:
    """Neither is of any use to anybody else."""
    stranger = other(client, "999-web")
    assert refusal(stranger.exchange(client.code())) == (400, "invalid_grant", "Malformed auth code.")
    told = client.tokens()
    assert refusal(stranger.refresh(told["refresh_token"])) == (401, "unauthorized_client", "Unauthorized")


def test_a_client_may_sign_in_by_its_header(client: Client) -> None:
    """Id and secret as Basic authentication."""
    told = client.tokens()
    basic = b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    form = {"grant_type": "refresh_token", "refresh_token": told["refresh_token"]}
    got = client.http.post("/token", data=form, headers={"Authorization": f"Basic {basic}"})
    assert got.status_code == 200


def test_who_gets_a_refresh_token(client: Client) -> None:
    """Only offline; and unless asked anew, only with the first consent."""
    assert "refresh_token" not in client.tokens(access_type="")
    client.standin.control("POST", "grants/end", {"account": BOB})

    assert "refresh_token" in client.tokens(prompt="")
    assert "refresh_token" not in client.tokens(prompt="")
    assert "refresh_token" in client.tokens()


def test_the_hundred_and_first_refresh_token(client: Client) -> None:
    """The oldest ends without a word; those of others stay."""
    others = client.tokens("owner@example.com")
    first, second = client.tokens(), client.tokens()
    for _ in range(99):
        client.tokens(scope=OWNED)

    assert refusal(client.refresh(first["refresh_token"])) == ENDED
    for told in (second, others):
        assert client.refresh(told["refresh_token"]).status_code == 200


def test_an_unknown_refresh_token(client: Client) -> None:
    """With a good client invalid_grant, with a bad one invalid_client: so a client can be tried."""
    assert refusal(client.refresh("1//0made-up")) == BAD
    assert refusal(client.refresh("1//0made-up", client_secret="wrong"))[:2] == (401, "invalid_client")


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_ends_all_that_the_project_was_allowed(client: Client, kind: str) -> None:
    """One token of one client takes all of its project's along, but nobody else's."""
    sibling, stranger = other(client, "123-second"), other(client, "999-web")
    mine, his, hers = client.tokens(), sibling.tokens(), client.tokens("owner@example.com")
    elsewhere = stranger.tokens()

    got = client.http.post("/revoke", data={"token": mine[kind]})

    assert (got.status_code, got.json()) == (200, {})
    assert refusal(client.refresh(mine["refresh_token"])) == ENDED
    assert refusal(sibling.refresh(his["refresh_token"])) == ENDED
    assert client.refresh(hers["refresh_token"]).status_code == 200
    assert stranger.refresh(elsewhere["refresh_token"]).status_code == 200
    again = client.http.post("/revoke", params={"token": mine[kind]})
    assert refusal(again) == (400, "invalid_token", "Token expired or revoked")


def test_an_ended_consent(client: Client) -> None:
    """As a person ends it among their account's settings: no token works, and a new consent may come."""
    told = client.tokens()
    client.standin.control("POST", "grants/end", {"account": BOB, "client": CLIENT})

    assert refusal(client.refresh(told["refresh_token"])) == ENDED
    assert client.refresh(client.tokens()["refresh_token"]).status_code == 200


def test_an_address_given_to_somebody_else(client: Client) -> None:
    """The address has another subject from then on, and its old tokens have ended."""
    told = client.tokens()
    before = verified(client, told["id_token"])["sub"]
    client.standin.control("POST", "subject", {"account": BOB})

    assert refusal(client.refresh(told["refresh_token"])) == ENDED
    assert verified(client, client.tokens()["id_token"])["sub"] != before
    assert client.standin.control("POST", "subject", {"account": BOB, "sub": "7"}) == {"sub": "7"}
    assert verified(client, client.tokens()["id_token"])["sub"] == "7"


def test_tokeninfo(client: Client) -> None:
    """Both kinds of token are told of, in strings; the address only with its scope."""
    told = client.tokens()
    info = client.http.get("/tokeninfo", params={"access_token": told["access_token"]}).json()
    assert (info["aud"], info["email"], info["access_type"]) == (CLIENT, BOB, "offline")
    assert info["scope"].split() == ["openid", EMAIL, OWNED]
    assert all(isinstance(value, str) for value in info.values())

    bare = client.tokens(scope=OWNED)["access_token"]
    assert "email" not in client.http.get("/tokeninfo", params={"access_token": bare}).json()
    info = client.http.get("/tokeninfo", params={"id_token": told["id_token"]}).json()
    assert (info["sub"], info["email_verified"]) == (verified(client, told["id_token"])["sub"], "true")

    for wrong in ({"access_token": "ya29.none"}, {"id_token": "a.b.c"}, {"id_token": "?"}, {}):
        got = client.http.get("/tokeninfo", params=wrong)
        assert refusal(got) == (400, "invalid_token", "Invalid Value")


def test_an_identity_token_for_anybody(client: Client) -> None:
    """As Apps Script gives one to an add-on; claims can be set, and left out, to try who verifies them."""
    minted = {"account": BOB, "audience": "add-on"}
    token = client.standin.control("POST", "identity", minted)["id_token"]
    assert verified(client, token, "add-on")["email"] == BOB
    with pytest.raises(ValueError, match="audience"):
        verified(client, token)

    forged = minted | {"claims": {"email": None, "email_verified": False, "exp": 1}}
    token = client.standin.control("POST", "identity", forged)["id_token"]
    with pytest.raises(ValueError, match="expired"):
        verified(client, token, "add-on")
    assert client.http.get("/tokeninfo", params={"id_token": token}).status_code == 400


def test_an_answer_may_lie(client: Client) -> None:
    """The identity token of the next code says what a test wants it to."""
    client.standin.control("POST", "consents", {"account": BOB, "claims": {"nonce": "another"}})
    told = client.exchange(client.back()["code"]).json()
    assert verified(client, told["id_token"])["nonce"] == "another"


def test_keys(client: Client) -> None:
    """The same key as JWKS and as a certificate, and where to find it."""
    document = client.http.get("/.well-known/openid-configuration").json()
    (key,) = client.http.get(document["jwks_uri"]).json()["keys"]

    assert document["issuer"] == "https://accounts.google.com"
    assert document["token_endpoint"] == f"{client.standin.url}/token"
    assert (key["alg"], key["kty"], key["use"]) == ("RS256", "RSA", "sig")
    assert list(client.http.get("/oauth2/v1/certs").json()) == [key["kid"]]
    assert "max-age" in client.http.get("/oauth2/v1/certs").headers["Cache-Control"]


def test_the_token_endpoint_fails(client: Client) -> None:
    """Any answer so many times: a proxy's page, or an error in the endpoint's own form."""
    told = client.tokens()
    page = {"method": "oauth2.token", "status": 503, "body": "<html>Sorry</html>", "times": 2}
    client.standin.control("POST", "faults", page)
    for _ in range(2):
        got = client.refresh(told["refresh_token"])
        assert (got.status_code, got.text) == (503, "<html>Sorry</html>")
        assert got.headers["Content-Type"].startswith("text/html")
    named = {"status": 400, "reason": "admin_policy_enforced", "message": "Not here.", "retryAfter": 3}
    client.standin.control("POST", "faults", {"method": "oauth2.token", **named})
    got = client.refresh(told["refresh_token"])
    assert refusal(got) == (400, "admin_policy_enforced", "Not here.")
    assert got.headers["Retry-After"] == "3"
    assert client.refresh(told["refresh_token"]).status_code == 200


def test_an_answer_that_is_lost(client: Client) -> None:
    """With `after` the code is spent though nobody heard of it."""
    client.standin.control("POST", "faults", {"method": "oauth2.token", "status": 500, "after": True})
    code = client.code()
    assert client.exchange(code).status_code == 500
    assert refusal(client.exchange(code)) == BAD


def test_faults_of_calendar_are_not_theirs(client: Client) -> None:
    """`*` means Calendar's methods, and what fails can be the keys alone."""
    client.standin.control("POST", "faults", {"status": 500})
    client.standin.control("POST", "faults", {"method": "oauth2.certs", "status": 500})
    assert client.http.get("/oauth2/v1/certs").status_code == 500
    assert client.tokens()
    assert client.http.get("/calendar/v3/users/me/calendarList").status_code == 500


def test_requests_are_counted(client: Client) -> None:
    """So that a test can say how often tokens were asked for; other verbs are not found."""
    client.refresh(client.tokens()["refresh_token"])
    assert client.http.get("/token").status_code == 404
    calls = client.standin.control("GET", "requests")["calls"]
    assert (calls["oauth2.auth"], calls["oauth2.token"]) == (1, 2)


def test_all_secrets_that_were_issued(client: Client) -> None:
    """A test can search logs and stores for each of them."""
    code = client.code()
    told = client.exchange(code).json()
    issued = client.standin.control("GET", "grants/issued")
    assert {code, told["access_token"], told["refresh_token"], told["id_token"]} <= set(issued)

"""What each failure to get a token means, with the vendor's library against servers that fail.

Under delegation three are asked: the login server for the running account, IAM to sign, and the token
endpoint.
"""

import json
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import google_auth_httplib2
import pytest
from google.auth import _exponential_backoff, compute_engine
from google.auth.compute_engine import _metadata
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.adapters.calendar import http as calendar_http
from functions.adapters.calendar.http import CalendarHttp
from functions.adapters.calendar.tokens import Own
from functions.core.errors import AccessLost, RetryLater
from tests.contract.calendar_asked import METHODS, OWNER
from tests.support import envelopes
from tests.support.scripted import Say, Scripted, answer, hang_up
from tests.support.signing import WELL, Google, signing


@pytest.fixture(scope="module")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Google]:
    with signing(tmp_path_factory.mktemp("login")) as servers:
        yield servers


def refused(status: int, **body: object) -> Say:
    return answer(status, json.dumps(body).encode(), content_type="application/json")


HTML = b"<html><title>Error</title></html>"
DENIED = envelopes.present(403, "forbidden", "Permission iam.serviceAccounts.signJwt denied")


def test_all_is_well(google: Google) -> None:
    """The calendar is asked with the user's token, which was got for the text that IAM signed."""
    assert google.asked({}) == "team@example.com"
    assert google.servers["calendar"].heard[0].header("authorization") == "Bearer users"
    assert google.servers["iam"].heard[0].header("authorization") == "Bearer own"
    assert b"a.b.c" in google.servers["tokens"].heard[0].body


def test_a_login_serves_all_users(google: Google) -> None:
    """The running account gets one token, however many users it acts for."""
    calendar = google.calendar({})
    for n in range(3):
        calendar.resolve(type(OWNER)(f"team{n}", f"user{n}@example.com"))
    assert (len(google.servers["login"].heard), len(google.servers["iam"].heard)) == (1, 3)


@pytest.mark.parametrize(
    "code", ["invalid_grant", "unauthorized_client", "admin_policy_enforced", "access_denied"]
)
@pytest.mark.parametrize("status", [400, 401, 403])
def test_only_these_words_of_the_token_endpoint_lose_access(google: Google, status: int, code: str) -> None:
    """The user, the grant in the admin console or the policy is gone."""
    say = refused(status, error=code, error_description="Invalid email or User ID")
    with pytest.raises(AccessLost, match=f"no access as owner@example.com.*{code}") as raised:
        google.asked({"tokens": say})
    assert raised.value.logged == f"no access: {code}"


LINE: dict[str, Say] = {
    "nobody": hang_up,
    "noise": lambda line: line.sendall(b"noise\r\n\r\n"),
}
SIGNING = LINE | {
    "429": answer(429, envelopes.present(429, "rateLimitExceeded")),
    "403 of a minute's quota": answer(403, envelopes.present(403, "rateLimitExceeded")),
    "500": answer(500, envelopes.present(500, "backendError")),
    "503 in HTML": answer(503, HTML),
    "502 without a word": answer(502),
    "200 in HTML": answer(200, HTML),
    "200 without a signature": answer(200, b"{}"),
    "200 with a list": answer(200, b"[]"),
    "200 with null": answer(200, b"null"),
    "200 that is not UTF-8": answer(200, b"\xff"),
    "200 cut": answer(200, b'{"signedJwt": "a.'),
    "a word of the token endpoint, in an outage": refused(503, error="invalid_grant"),
}
TOKENS = LINE | {
    "500": refused(500, error="internal_failure"),
    "503 in HTML": answer(503, HTML),
    "429": answer(429),
    "503 with a word about the user": refused(503, error="access_denied"),
    "400 in HTML": answer(400, HTML),
    "400 with a list": answer(400, b"[]"),
    "400 with null": answer(400, b"null"),
    "400 with an object for the error": refused(400, error={"code": "invalid_grant"}),
    "400 with a text": answer(400, b"invalid_grant"),
    "400 temporarily unavailable": refused(400, error="temporarily_unavailable"),
    "invalid_client": refused(401, error="invalid_client"),
    "deleted_client": refused(401, error="deleted_client"),
    "invalid_request": refused(400, error="invalid_request"),
    "200 in HTML": answer(200, HTML),
    "200 with a list": answer(200, b"[]"),
    "200 with null": answer(200, b"null"),
    "200 without a token": answer(200, b"{}"),
    "200 with an error": refused(200, error="invalid_grant"),
    "200 with a number": refused(200, access_token=7, expires_in=3600),
    "200 with no header's text": refused(200, access_token="a\nb", expires_in=3600),
    "200 that ends no day": refused(200, access_token="a", expires_in="soon"),
    "200 that ends in a list": refused(200, access_token="a", expires_in=[]),
    "200 that never ends": refused(200, access_token="a", expires_in=10**30),
}
LOGIN = LINE | {
    "503 in HTML": answer(503, HTML),
    "200 with a list": answer(200, b"[]"),
    "400 in HTML": answer(400, HTML),
}


@pytest.mark.parametrize(
    ("server", "say"),
    [
        pytest.param(server, say, id=f"{server}: {name}")
        for server, says in {"iam": SIGNING, "tokens": TOKENS, "login": LOGIN}.items()
        for name, say in says.items()
    ],
)
def test_every_other_failure_passes(google: Google, server: str, say: Say) -> None:
    """Whatever the library calls it: nobody's access is lost, and Calendar is not asked."""
    with pytest.raises(RetryLater) as raised:
        google.asked({server: say})
    assert (raised.value.delay, raised.value.of_project) == (None, False)
    assert google.servers["calendar"].heard == []


@pytest.mark.parametrize("server", ["login", "iam", "tokens"])
def test_a_server_that_says_nothing_passes(
    google: Google, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    """It is waited for no longer than Calendar is."""
    monkeypatch.setattr(calendar_http, "TIMEOUT_S", 0.3)
    with pytest.raises(RetryLater, match="timed out"):
        google.asked({server: lambda _: time.sleep(0.7)})


@pytest.mark.parametrize("say", [answer(403, DENIED), answer(403, HTML), answer(404), answer(400, b"[]")])
def test_without_the_right_to_sign_the_project_is_refused(google: Google, say: Say) -> None:
    """The text says what to grant, on which account; no user is to blame."""
    with pytest.raises(
        RetryLater, match=r"IAM does not sign for sync@p.*iam\.serviceAccounts\.signJwt"
    ) as raised:
        google.asked({"iam": say})
    assert (raised.value.delay, raised.value.of_project) == (600, True)
    assert "iam.serviceAccounts.signJwt" in raised.value.logged
    assert "denied" not in raised.value.logged


@pytest.mark.parametrize("auth", ["delegation", "service_account"])
@pytest.mark.parametrize("code", ["invalid_grant", "deleted_client", "invalid_client"])
def test_the_end_of_the_operators_own_login_loses_nobodys_access(
    google: Google, auth: str, code: str
) -> None:
    """The same words about the running account are about that account alone."""
    with pytest.raises(RetryLater, match=f"running account {code}: has the login ended") as raised:
        google.asked({"login": refused(400, error=code)}, auth)
    assert raised.value.of_project


@pytest.mark.parametrize(
    "say", [answer(503), answer(404, b"{}"), answer(200, b"[]"), answer(200, HTML), hang_up]
)
def test_a_metadata_server_that_is_unwell_passes(monkeypatch: pytest.MonkeyPatch, say: Say) -> None:
    """On Google's machines it has the token of the account that runs."""
    monkeypatch.setattr(_exponential_backoff, "time", SimpleNamespace(sleep=lambda _: None))
    with Scripted([say]) as server:
        monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", f"127.0.0.1:{server.port}")
        own = Own(compute_engine.Credentials())  # type: ignore[no-untyped-call]
        with pytest.raises(RetryLater, match="running account, for now"):
            own.refresh(google_auth_httplib2.Request(CalendarHttp()))


def test_a_401_of_calendar_gets_a_new_token_before_it_is_believed(google: Google) -> None:
    """A token may have ended on the way; refused anew, access is lost, and no third one is asked for."""
    with pytest.raises(AccessLost, match="401 authError"):
        google.asked({"calendar": answer(401, envelopes.present(401, "authError"))})
    assert len(google.servers["tokens"].heard) == 2


def test_a_token_that_is_none_is_asked_for_again(google: Google) -> None:
    """A token that no header can carry is not kept for its hour."""
    calendar = google.calendar({"tokens": refused(200, access_token="a\nb", expires_in=3600)})
    with pytest.raises(RetryLater):
        calendar.resolve(OWNER)
    google.servers["tokens"].says[:] = [WELL["tokens"]]
    assert calendar.resolve(OWNER) == "team@example.com"


@pytest.mark.parametrize("method", METHODS)
def test_it_is_the_same_for_every_method(google: Google, method: str) -> None:
    """A refused signature passes, a gone user is lost, whatever Calendar is asked for."""
    for ailing, error in (({"iam": answer(503)}, RetryLater), ({"tokens": GONE}, AccessLost)):
        with pytest.raises(error):
            METHODS[method](google.calendar(ailing))


GONE = refused(400, error="invalid_grant")
BUSY = [HealthCheck.too_slow]  # a busy machine is slow to draw, too
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["error", "error_description", "access_token", "expires_in", "signedJwt"]), inner
        )
    ),
    max_leaves=6,
)


@settings(max_examples=150, suppress_health_check=BUSY)
@given(
    server=st.sampled_from(["login", "iam", "tokens"]),
    status=st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 503]),
    body=st.binary(max_size=40) | st.builds(lambda value: json.dumps(value).encode(), JSON),
)
def test_whatever_the_servers_answer_loses_nobodys_access(
    google: Google, server: str, status: int, body: bytes
) -> None:
    """Any status and body that has none of the four words."""
    try:
        came = google.asked({server: answer(status, body)})
    except RetryLater:
        return
    assert came == "team@example.com"

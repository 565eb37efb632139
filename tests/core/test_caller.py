"""Who calls `initialize_syncing`, by the token that Cloud Run has verified, and what they may do."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from functions.core.caller import recognize
from functions.core.errors import BadRequest
from tests.support.tokens import bearer, identity_token

ANN, BEN = "ann@example.com", "ben@example.com"
OPERATORS = (ANN, "sync@p.iam.gserviceaccount.com")
OWN = ("calendar", BEN)


def refusals(authorization: str | None, user: str | None = BEN, **headers: str) -> list[str]:
    """Of POST with this user, and of GET and DELETE: the words of each that is refused."""
    given = {} if authorization is None else {"Authorization": authorization}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    caller = recognize(Headers({**given, **named}), OPERATORS)
    said = []
    for ask in (lambda: caller.enrols("calendar", user), lambda: caller.operates("calendar")):
        try:
            ask()
        except BadRequest as error:
            assert error.status == 403  # noqa: PT017 - whether it is refused is what comes back
            said.append(str(error))
    return said


@pytest.mark.parametrize("authorization", [None, "", "Bearer x", bearer(BEN)])
def test_without_operators_iam_decides(authorization: str | None) -> None:
    """If the setting is empty, every caller may do everything, whatever their token says."""
    caller = recognize(Headers({"Authorization": authorization} if authorization else {}), ())
    assert caller.enrols("calendar", None) == ("calendar", None)
    assert caller.operates("calendar") == "calendar"


@pytest.mark.parametrize("email", [*OPERATORS, "Ann@Example.com"])
def test_an_operator_may_do_everything(email: str) -> None:
    """People and service accounts alike, in whatever case."""
    assert refusals(bearer(email), None) == []


def test_anybody_else_may_enrol_as_themselves() -> None:
    """And may not ask how a calendar stands, or let it go."""
    assert refusals(bearer("Ben@Example.com"), BEN) == [f"{BEN} is not one of the OPERATORS"]


@pytest.mark.parametrize("user", [None, "", ANN, f"{BEN} ", f"{BEN},{ANN}", "b\u0435n@example.com"])
def test_nobody_else_may_enrol_for_others(user: str | None) -> None:
    """The sentence says who was recognized, and what they may do."""
    enrolling, _ = refusals(bearer(BEN), user)
    assert enrolling == f"{BEN} may enrol calendars only with their own e-mail as user"


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        f"Basic {identity_token(email=ANN, email_verified=True)}",
        identity_token(email=ANN, email_verified=True),
        f"Bearer  {identity_token(email=ANN, email_verified=True)}",
        f"Bearer {identity_token(email=ANN, email_verified=True)} ",
        f"{bearer(BEN)},{bearer(ANN)}",
        f"{bearer(BEN)}, {bearer(ANN)}",
        bearer(ANN).rpartition(".")[0],
        f"{bearer(ANN)}.more",
        bearer(ANN, verified=False),
        bearer(ANN, verified="true"),
        bearer(ANN, verified=1),
        bearer(""),
        bearer("\u0430nn@example.com"),
        f"Bearer {identity_token(email=[ANN], email_verified=True)}",
        f"Bearer {identity_token(sub=ANN, email_verified=True)}",
        f"Bearer {identity_token(email=ANN)}",
        f"Bearer a.{base64.urlsafe_b64encode(b'[7]').decode().rstrip('=')}.c",
        f"Bearer a.{base64.urlsafe_b64encode(b'{' * 50_000).decode().rstrip('=')}.c",
        f"Bearer a.{base64.urlsafe_b64encode(b'[' * 50_000).decode().rstrip('=')}.c",
        "Bearer a.b.c",
        "Bearer a._w.c",
        "Bearer \u00e4.b.c",
    ],
)
def test_a_token_that_names_nobody_opens_nothing(authorization: str | None) -> None:
    """Missing, doubled, broken, unverified, of odd claims: neither operator nor user."""
    assert len(refusals(authorization, ANN)) == 2
    assert len(refusals(authorization, None)) == 2


def test_the_verified_header_counts() -> None:
    """Cloud Run verifies `X-Serverless-Authorization` where there is one, and lets the other pass unread."""
    assert len(refusals(bearer(ANN), ANN, X_Serverless_Authorization=bearer(BEN))) == 2
    assert len(refusals(bearer(ANN), ANN, X_Serverless_Authorization="")) == 2
    assert refusals("Bearer another.kind.of-token", None, x_serverless_authorization=bearer(ANN)) == []


@given(st.text(max_size=200))
def test_no_made_up_header_is_anybody(text: str) -> None:
    """Any text is nobody's, and breaks nothing."""
    for header in (text, f"Bearer {text}", f"Bearer {text}.{text}.{text}"):
        assert not recognize({"Authorization": header}, OPERATORS).everything

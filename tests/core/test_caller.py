"""Who calls `initialize_syncing`, by the claims of a token that Google has signed, and what they may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from functions.core.caller import BEARER, erases, presented, recognize
from functions.core.errors import BadRequest
from tests.support.tokens import AUDIENCE, REMOVED, named

ANN, BEN = "ann@example.com", "ben@example.com"
OPERATORS = (ANN, "sync@p.iam.gserviceaccount.com")


def refusals(claims: dict[str, object], user: str | None = BEN) -> list[str]:
    """Of POST with this user, and of GET and DELETE: the words of each that is refused."""
    caller = recognize(claims, audiences=[AUDIENCE], operators=OPERATORS)
    said = []
    for ask in (lambda: caller.enrols("calendar", user), lambda: caller.operates("calendar")):
        try:
            ask()
        except BadRequest as error:
            assert error.status == 403  # noqa: PT017 - whether it is refused is what comes back
            said.append(str(error))
    return said


@pytest.mark.parametrize("email", [*OPERATORS, "Ann@Example.com"])
def test_an_operator_may_do_everything(email: str) -> None:
    """People and service accounts alike, in whatever case."""
    assert refusals(named(email), None) == []


def test_anybody_else_may_enrol_as_themselves() -> None:
    """And may not ask how a calendar stands, or let it go."""
    assert refusals(named("Ben@Example.com"), BEN) == [f"{BEN} is not one of the OPERATORS"]


@pytest.mark.parametrize("user", [None, "", ANN, f"{BEN} ", f"{BEN},{ANN}", "b\u0435n@example.com"])
def test_nobody_else_may_enrol_for_others(user: str | None) -> None:
    """The sentence says who was recognized, and what they may do."""
    enrolling, _ = refusals(named(BEN), user)
    assert enrolling == f"{BEN} may enrol calendars only with their own e-mail as user"


def test_without_operators_nobody_is_one() -> None:
    """No name is everybody's."""
    for email in (ANN, "", "*"):
        caller = recognize(named(email), audiences=[AUDIENCE], operators=())
        assert not caller.everything


@pytest.mark.parametrize(
    "claims",
    [
        named(ANN, email_verified=None),
        named(ANN, email_verified=False),
        named(ANN, email_verified="true"),
        named(ANN, email_verified=1),
        named(""),
        named("\u0430nn@example.com"),
        named("", email=[ANN]),
        named("", email=None, sub=ANN),
    ],
)
def test_a_token_that_names_nobody_opens_nothing(claims: dict[str, object]) -> None:
    """Unverified, or of odd claims: neither operator nor user."""
    assert len(refusals(claims, ANN)) == 2
    assert len(refusals(claims, None)) == 2


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"iss": "https://accounts.example.com"}, "not issued by Google"),
        ({"iss": ["accounts.google.com"]}, "not issued by Google"),
        ({"aud": "https://another.example.com"}, "INITIALIZE_AUDIENCES"),
        ({"aud": [AUDIENCE]}, "INITIALIZE_AUDIENCES"),
        ({"aud": None}, "INITIALIZE_AUDIENCES"),
    ],
)
def test_a_token_that_was_made_for_others_names_nobody(odd: dict[str, object], said: str) -> None:
    """The answer says which of the two it is."""
    with pytest.raises(BadRequest, match=said) as refused:
        recognize(named(ANN, **odd), audiences=[AUDIENCE], operators=OPERATORS)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("authorization", "said"),
    [
        (None, "holds nothing"),
        ("", "holds nothing"),
        ("Bearer", "no identity token"),
        ("Basic a.b.c", "no identity token"),
        ("a.b.c", "no identity token"),
        ("Bearer  a.b.c", "no identity token"),
        ("Bearer a.b.c ", "no identity token"),
        ("Bearer a.b.c,Bearer a.b.c", "no identity token"),
        ("Bearer a.b.c, Bearer a.b.c", "no identity token"),
        ("Bearer a.b", "no identity token"),
        ("Bearer a.b.", "no identity token"),
        ("Bearer a.b.c.d", "no identity token"),
        ("Bearer \u00e4.b.c", "no identity token"),
        (f"Bearer a.b.{REMOVED}", "has removed the token's signature"),
    ],
)
def test_a_header_without_a_whole_token(authorization: str | None, said: str) -> None:
    """Missing, doubled, broken, without its signature: the answer says what to send instead."""
    headers = Headers({} if authorization is None else {"Authorization": authorization})
    with pytest.raises(
        BadRequest, match=rf"{said}.*Authorization and in X-Serverless-Authorization"
    ) as refused:
        presented(headers)
    assert refused.value.status == 403


def test_a_token_is_handed_on_whole() -> None:
    """Whatever the case of the scheme's name."""
    assert presented(Headers({"authorization": "bearer a.b-_.c"})) == "a.b-_.c"


@given(st.text(max_size=200))
def test_no_made_up_header_breaks_anything(text: str) -> None:
    """Any text is a token to be verified, or refused."""
    for header in (text, f"Bearer {text}", f"Bearer {text}.{text}.{text}"):
        try:
            assert presented({"Authorization": header}) in header
        except BadRequest:
            assert not BEARER.fullmatch(header) or header.endswith(REMOVED)


def test_erasing_is_asked_for_in_one_way() -> None:
    """Whoever writes it otherwise is told so, before anything is forgotten."""
    assert [erases(given) for given in ({}, {"erase": "false"}, {"erase": "true"})] == [
        False,
        False,
        True,
    ]
    with pytest.raises(BadRequest, match="erase must be true or false"):
        erases({"erase": "yes"})

"""Google's certificates, asked for by several callers at once, and for as long as they are good."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.core.errors import BadRequest
from tests.support.scripted import answer
from tests.support.tokens import Certificates, Signer, certificates

GOOGLE = Signer()
ANN = "ann@example.com"


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Certificates]:
    with certificates(monkeypatch) as made:
        yield made


def test_many_at_once_ask_once(google: Certificates) -> None:
    """The first callers of an instance wait for one answer together."""
    identities, token = google.identities(), GOOGLE.token(ANN)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: identities.claims(token)["email"], range(8)))
    assert (found, google.server.accepted) == ([ANN] * 8, 1)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("public, max-age=3600, must-revalidate", 3_600),
        ("max-age=0", 300),
        ("no-store", 300),
        ("", 300),
        ("max-age=999999999", 86_400),
        ("max-age=99999999999999999999", 300),
    ],
)
def test_certificates_are_good_for_as_long_as_is_said(google: Certificates, said: str, seconds: int) -> None:
    """For at least five minutes and at most a day, whatever is said."""
    body = f'{{"{GOOGLE.key_id}": {GOOGLE.certificate!r}}}'.replace("'", '"').encode()
    google.say(answer(200, body, cache_control=said))
    identities, token = google.identities(), GOOGLE.token(ANN)
    for later, asked in ((0, 1), (seconds - 1, 1), (1, 2)):
        google.now += later
        identities.claims(token)
        assert google.server.accepted == asked


def test_a_certificate_that_cannot_be_read_verifies_nothing(google: Certificates) -> None:
    """The token is refused; nothing else breaks."""
    google.say(answer(200, f'{{"{GOOGLE.key_id}": "no certificate"}}'.encode()))
    with pytest.raises(BadRequest):
        google.identities().claims(GOOGLE.token(ANN))

"""What stands between adapters and stand-ins finds what breaks a vendor's description, on either side."""

from collections.abc import Iterator

import pytest

from functions.adapters.web.client import Call, Http
from tests.contract.systems.zoom import DESCRIPTION
from tests.support.prism import Prism, prism
from tests.support.scripted import Scripted, answer

pytestmark = [pytest.mark.node, pytest.mark.descriptions]

GOOD = answer(200, b'{"id": 1}', content_type="application/json")
BAD = answer(200, b'{"id": "one"}', content_type="application/json")


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted([GOOD]) as made:
        yield made


@pytest.fixture
def front(server: Scripted) -> Iterator[Prism]:
    with prism(DESCRIPTION, f"http://127.0.0.1:{server.port}") as running:
        yield running


def call(http: Http, front: Prism, method: str, body: bytes = b"") -> int:
    headers = {"authorization": "Bearer x", "content-type": "application/json"}
    return http._once(Call(method=method, url=f"{front.url}/meetings/1", headers=headers, body=body)).status


def test_what_keeps_to_the_description_passes(front: Prism) -> None:
    """It comes through as it is."""
    with front.held():
        assert call(front.http(), front, "GET") == 200


def test_a_request_that_breaks_it(front: Prism, server: Scripted) -> None:
    """It never arrives, and the test that made it fails with what was wrong."""
    with pytest.raises(AssertionError, match="topic must be string"), front.held():
        assert call(front.http(), front, "PATCH", b'{"topic": 5}') == 422
    assert server.accepted == 0


def test_an_answer_that_breaks_it(front: Prism, server: Scripted) -> None:
    """A stand-in that answers what the vendor would not is found, too."""
    server.says = [BAD]
    with pytest.raises(AssertionError, match="id must be integer"), front.held():
        assert call(front.http(), front, "GET") == 500

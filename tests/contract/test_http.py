"""The shared HTTP: which answers come again, how long it waits, and that nothing is read without end."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpcore import ReadTimeout

from functions.adapters.web import client as http
from functions.adapters.web.client import Answer, Call, Http, Limits, raise_for
from functions.adapters.web.transport import Deadline
from functions.adapters.web.waits import DELAY_MAX_S, retry_after
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Outcome
from tests.support.scripted import Say, Scripted, answer, drip, endless, hang_up

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMITS = Limits()
SHORT = Limits(connect=1.0, read=0.3, call=0.6, tries=1)


class Patient:
    """An Http whose pauses take no time and are written down."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.pauses: list[float] = []
        self.http = Http(limits=limits, sleep=self.pauses.append, chance=lambda: 0.5, now=lambda: NOW)

    def post(self, url: str) -> Answer:
        return self.http.send(lambda: Call(method="POST", url=url, body=b"{}"))


def test_a_good_answer_comes_back_whole() -> None:
    """Status, headers and body of the answer are handed on."""
    with Scripted([answer(200, b'{"a": 1}', x_word="yes")]) as server:
        said = Patient().post(server.url)
    assert (said.status, said.headers["x-word"], said.json()) == (200, "yes", {"a": 1})


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_passing_statuses_are_tried_again(status: int) -> None:
    """A passing status is followed by another try, which may succeed."""
    patient = Patient()
    with Scripted([answer(status), answer(200)]) as server:
        assert patient.post(server.url).status == 200
    assert (server.accepted, patient.pauses) == (2, [0.5])


def test_a_lost_connection_is_tried_again() -> None:
    """A connection that ends without an answer is passing trouble."""
    with Scripted([hang_up, answer(200)]) as server:
        assert Patient().post(server.url).status == 200


@pytest.mark.parametrize("say", [answer(500, b"oh no"), hang_up], ids=["status", "hang up"])
def test_tries_are_few(say: Say) -> None:
    """Trouble that stays is handed to the caller after three tries, with growing pauses between them."""
    patient = Patient()
    with Scripted([say]) as server, pytest.raises(RetryLater) as trouble:
        patient.post(server.url)
    assert (server.accepted, patient.pauses, trouble.value.delay) == (3, [0.5, 1.0], None)


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 308, 400, 401, 403, 404, 409, 410, 422])
def test_other_statuses_are_the_callers(status: int) -> None:
    """Everything else is one request and one answer: redirects are not followed."""
    with Scripted([answer(status, location="/elsewhere")]) as server:
        assert Patient().post(server.url).status == status
    assert server.accepted == 1


@pytest.mark.parametrize(
    "text",
    ["3", "Sun, 22 Nov 2026 12:00:03 GMT", "2026-11-22T12:00:03Z", "2026-11-22T13:00:03+01:00"],
)
def test_a_short_wait_is_waited(text: str) -> None:
    """A Retry-After of a few seconds is waited for here, in whatever form it comes."""
    patient = Patient()
    with Scripted([answer(429, retry_after=text), answer(200)]) as server:
        assert patient.post(server.url).status == 200
    assert patient.pauses == [3.0]


@pytest.mark.parametrize(
    "text", ["600", "Sun, 22 Nov 2026 12:10:00 GMT", "2026-11-22T12:10:00Z", "2026-11-22 12:10:00"]
)
def test_a_long_wait_is_left_to_the_caller(text: str) -> None:
    """A long Retry-After ends the call at once and comes back as the delay."""
    patient = Patient()
    with Scripted([answer(503, retry_after=text)]) as server, pytest.raises(RetryLater) as trouble:
        patient.post(server.url)
    assert (server.accepted, patient.pauses, trouble.value.delay) == (1, [], 600.0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 7 ", 7.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("999999999999", DELAY_MAX_S),
        ("9999-12-31T23:59:59Z", DELAY_MAX_S),
        ("0001-01-01T00:00:00+23:59", 0.0),
        ("", None),
        ("-1", None),
        ("1.5", 1.5),
        ("1_000", None),
        ("soon", None),
        ("Sun, 99 Nov 2026 99:00:00 GMT", None),
        ("Sun, 22 Nov 99999999999999999999 12:00:00 GMT", None),
        ("²", None),
        ("9" * 400, DELAY_MAX_S),
    ],
)
def test_retry_after_as_people_write_it(text: str, seconds: float | None) -> None:
    """Past times are now, absurd ones a day, and what cannot be read is as good as absent."""
    assert retry_after({"retry-after": text}, NOW) == seconds


@pytest.mark.parametrize("status", [200, 500])
def test_a_huge_answer_is_not_read_to_its_end(status: int) -> None:
    """Of an answer of many megabytes only the first is taken."""
    with Scripted([answer(status, b"x" * (http.ANSWER_MAX_BYTES * 8))]) as server:
        said = Patient().http._once(Call(method="GET", url=server.url))
    assert (said.status, len(said.body)) == (status, http.ANSWER_MAX_BYTES)


def test_an_endless_answer_is_left() -> None:
    """An answer without an end is left when enough of it was read."""
    with Scripted([endless]) as server:
        assert len(Patient().post(server.url).body) == http.ANSWER_MAX_BYTES


def test_answers_are_asked_for_as_they_are() -> None:
    """No compression is asked for: a small answer must not unpack into a large one."""
    with Scripted([answer(200)]) as server:
        Patient().post(server.url)
    assert server.heard[0].header("accept-encoding") == "identity"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 30)}, 30.0),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) - 30)}, 0.0),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) + 30), "retry-after": "7"}, 7.0),
        ({"x-ratelimit-reset": "30"}, None),
        ({"x-ratelimit-reset": "9999999999"}, DELAY_MAX_S),
        ({"x-ratelimit-reset": "soon"}, None),
    ],
)
def test_when_a_limit_ends(headers: dict[str, str], seconds: float | None) -> None:
    """Where nothing says how long to wait, a Unix time does, and no other number is taken for one."""
    assert retry_after(headers, NOW) == seconds


def test_a_caller_may_know_better_how_long_to_wait() -> None:
    """What an answer asks for in a way of its own is for the caller to read."""
    patient = Patient()
    with Scripted([answer(429, b"two"), answer(200)]) as server:
        made = Call(method="GET", url=server.url)
        patient.http.send(
            lambda: made, wait=lambda said, now: 2.0 if (said.body, now) == (b"two", NOW) else None
        )
    assert patient.pauses == [2.0]


def test_the_calls_of_one_change_share_its_time() -> None:
    """When the time of a change is over its next call fails at once, and another change has its own."""
    patient = Patient(Limits(change=0.2))
    with Scripted([drip(b"HTTP/1.1 200 OK\r\ncontent-length: 60\r\n\r\n", b""), answer(200)]) as server:

        def twice() -> Outcome:
            for _ in range(2):
                with pytest.raises(RetryLater):
                    patient.post(server.url)
            return Outcome()

        patient.http.change(twice)
        assert server.accepted <= 1
        assert patient.post(server.url).status == 200


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize(
    ("say", "lands"),
    [(hang_up, True), (answer(504), True), (answer(408), True), (answer(503), False), (answer(429), False)],
    ids=["no answer", "504", "408", "503", "429"],
)
def test_what_got_no_answer_may_take_effect_late(say: Say, method: str, *, lands: bool) -> None:
    """The change says so, whether another try got one or none did; a question changes nothing."""
    patient = Patient()

    def told() -> Outcome:
        patient.http.send(lambda: Call(method=method, url=server.url))
        return Outcome()

    with Scripted([say, answer(200)]) as server:
        assert patient.http.change(told).may_land is (lands and method == "POST")
        assert not patient.http.change(told).may_land
    with Scripted([say]) as server, pytest.raises(RetryLater) as trouble:
        patient.http.change(told)
    assert trouble.value.may_land is (lands and method == "POST")

    def refused() -> Outcome:
        told()
        raise Rejected("no")

    with Scripted([say, answer(200)]) as server, pytest.raises(Rejected) as refusal:
        patient.http.change(refused)
    assert refusal.value.may_land is (lands and method == "POST")


def test_what_reached_nobody_takes_no_effect() -> None:
    """Nobody listens there."""
    with Scripted([hang_up]) as server:
        url = server.url
    patient = Patient()

    def told() -> Outcome:
        patient.post(url)
        return Outcome()

    with pytest.raises(RetryLater) as trouble:
        patient.http.change(told)
    assert not trouble.value.may_land


def test_a_call_within_a_change_ends_with_it() -> None:
    """A call may take its own limit or what is left of the change, whichever is less."""
    clock = iter([100.0, 100.0, 100.0, 105.0, 105.0])
    deadline = Deadline(lambda: next(clock))
    with deadline.within(3), deadline.within(10):
        assert deadline.cap(9, ReadTimeout) == 3
    with deadline.within(10):
        assert deadline.cap(20, ReadTimeout) == 10
    assert deadline.cap(20, ReadTimeout) == 20


def test_each_step_draws_on_the_calls_time() -> None:
    """A step may take its own limit or what is left of the call, whichever is less, and no more."""
    clock = iter([100.0, 100.0, 103.0, 103.0, 110.0])
    deadline = Deadline(lambda: next(clock))
    with deadline.within(10):
        assert [
            deadline.cap(4, ReadTimeout),
            deadline.cap(9, ReadTimeout),
            deadline.cap(None, ReadTimeout),
        ] == [
            4,
            7,
            7,
        ]
        with pytest.raises(ReadTimeout):
            deadline.cap(4, ReadTimeout)
    assert deadline.cap(4, ReadTimeout) == 4


@pytest.fixture(
    params=[
        (b"HTTP/1.1 200 OK\r\ncontent-length: 60\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nx-slow: ", b"\r\ncontent-length: 0\r\n\r\n"),
    ],
    ids=["body", "headers"],
)
def dripping(request: pytest.FixtureRequest) -> Iterator[Scripted]:
    with Scripted([]) as server:
        server.says.append(drip(*request.param))
        yield server


def test_a_dripping_answer_is_given_up(dripping: Scripted) -> None:
    """An answer whose every byte is in time is cut off all the same when the call's own time is over."""
    with pytest.raises(RetryLater, match=r"takes too long|ReadTimeout"):
        Patient(SHORT).post(dripping.url)


def test_each_try_is_made_anew() -> None:
    """Every try asks for its own request, so that a signature can hold the time of its try."""
    numbers = iter("abc")
    patient = Patient()
    with Scripted([answer(500), answer(500), answer(200)]) as server:
        patient.http.send(lambda: Call(method="POST", url=server.url, headers={"x-try": next(numbers)}))
    assert [heard.header("x-try") for heard in server.heard] == ["a", "b", "c"]


def test_no_cookie_is_kept() -> None:
    """What one call is told to remember does not ride on the next one."""
    patient = Patient()
    with Scripted([answer(200, set_cookie="a=b; Path=/")]) as server:
        patient.post(server.url)
        patient.post(server.url)
    assert "cookie" not in server.heard[1].head.lower()


def test_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The call goes where the URL says and as it was made, whatever proxies and passwords lie around."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    passwords = tmp_path / "netrc"
    passwords.write_text("machine 127.0.0.1 login me password word")
    monkeypatch.setenv("NETRC", str(passwords))
    with Scripted([answer(200)]) as server:
        assert Patient().post(server.url).status == 200
    assert "authorization" not in server.heard[0].head.lower()


@pytest.mark.parametrize(
    ("status", "error"), [(410, Gone), (404, Rejected), (302, Rejected), (400, Rejected)]
)
def test_statuses_by_table(status: int, error: type[Exception]) -> None:
    """The caller's table decides, and whatever is not in it is a rejection with the answer's words."""
    with Scripted([answer(status, b"no\r\nway")]) as server:
        said = Patient().post(server.url)
    with pytest.raises(error, match=f"^127.0.0.1 answered {status}: no way$"):
        raise_for(said, {410: Gone})


def test_words_are_short_and_printable() -> None:
    """However long and odd an answer is, what is said about it fits a line."""
    with Scripted([answer(400, ("\x1b[31m\n" + "ü" * 9_999).encode())]) as server:
        words = Patient().post(server.url).words()
    assert words.isprintable()
    assert len(words) < 300


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff", b"[" * 100_000])
def test_what_is_no_json(body: bytes) -> None:
    """A body that is no JSON is None, not an exception."""
    with Scripted([answer(200, body)]) as server:
        assert Patient().post(server.url).json() is None

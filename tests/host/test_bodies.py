"""How much of a body the functions take in, before the host reads it all."""

from collections.abc import Iterator
from io import BytesIO

import pytest

from functions.bodies import BODY_MAX_BYTES
from tests.host.conftest import Host
from tests.host.test_handlers import asked, notification, pushed
from tests.support.rig import OWNER

TOO_LONG = BODY_MAX_BYTES + 1


class Endless(BytesIO):
    """A body without an end, which counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            raise AssertionError("all of it was asked for")
        self.taken += size
        return b"x" * size

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        self.taken += len(buffer)
        buffer[:] = b"x" * len(buffer)
        return len(buffer)

    def __next__(self) -> bytes:
        raise AssertionError("it was read line by line")

    def __iter__(self) -> Iterator[bytes]:
        raise AssertionError("it was read line by line")


def send(host: Host, function: str, body: BytesIO, length: int | None) -> int:
    """As a body of this length, or as one that ends when it ends (chunked)."""
    chunked: dict[str, object] = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    how = chunked if length is None else {"CONTENT_LENGTH": str(length)}
    answer = host.client(function).post(
        "/",
        headers={**notification(), "Content-Type": "application/json"},
        environ_overrides={"wsgi.input": body, **how},
    )
    return answer.status_code


@pytest.mark.parametrize("length", [TOO_LONG, 1 << 40, None], ids=["longer", "huge", "endless"])
@pytest.mark.parametrize(
    "function", ["sync_calendar", "renew_channels", "sweep_calendars", "initialize_syncing"]
)
def test_a_body_that_is_too_long_is_refused(host: Host, function: str, length: int | None) -> None:
    """413, and what was read of it is bounded."""
    body = Endless()
    assert send(host, function, body, length) == 413
    assert body.taken <= 2 * BODY_MAX_BYTES


@pytest.mark.parametrize("length", [0, 7, TOO_LONG, 1 << 40, None, -1], ids=str)
def test_the_receiver_has_no_body(host: Host, length: int | None) -> None:
    """Its answer is the same, whatever is sent along, and nothing of that is read."""
    body = Endless()
    assert send(host, "receive_notification", body, length) == 204
    assert body.taken == 0


def test_a_body_that_breaks_off_is_refused(host: Host) -> None:
    """Shorter than it said: the sender is gone, and the function is not called."""
    assert send(host, "initialize_syncing", BytesIO(b'{"calendar_id"'), 100) == 400
    assert send(host, "receive_notification", BytesIO(b"x"), 100) == 204


def test_what_fits_is_read_whole(host: Host) -> None:
    """The longest body and message allowed come through."""
    host.enrol()
    spaces = b" " * (BODY_MAX_BYTES - 100)
    body = b'{"calendar_id": "%s"%s}' % (OWNER.encode(), spaces)
    assert host.client("initialize_syncing").post("/", data=body).status_code == 200
    assert host.client("sync_calendar").post("/", json=pushed(asked())).status_code == 200
    padded = pushed(asked(), attributes={"a": "x" * (BODY_MAX_BYTES - 2_000)})
    assert host.client("sync_calendar").post("/", json=padded).status_code == 200

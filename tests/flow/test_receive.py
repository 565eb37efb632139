"""A notification is safe in the queue before Google hears yes."""

from collections.abc import Mapping

from werkzeug.datastructures import Headers

from functions.adapters.queues.messages import decode
from functions.adapters.queues.sqlite import SqliteQueue
from functions.core.channel import sign
from functions.flow.receive import Seldom, receive
from functions.ports import Queue
from tests.flow.wrapped import ShutQueue
from tests.support.logged import logged

KEYS = ["k" * 32]


def headers(**change: str) -> Headers:
    usual: Mapping[str, str] = {
        "X-Goog-Channel-Id": "channel",
        "X-Goog-Resource-State": "exists",
        "X-Goog-Channel-Token": sign("c@example.com", "channel", KEYS),
        **{name.replace("_", "-"): value for name, value in change.items()},
    }
    return Headers(usual)


def never() -> Queue:
    raise AssertionError("the queue was opened for nothing")


def test_published_then_204() -> None:
    """The request is in the queue, with the channel of the notification."""
    queue = SqliteQueue(":memory:")
    assert receive("POST", headers(), KEYS, lambda: queue) == 204
    (delivery,) = queue.claim(9)
    request = decode(delivery.data)
    assert (request.calendar_id, request.channel_id, request.resource_id) == (
        "c@example.com",
        "channel",
        None,
    )


def test_not_published_is_503() -> None:
    """Google tries again on 503, and on hardly anything else."""
    assert receive("POST", headers(), KEYS, ShutQueue) == 503


def test_what_publishes_nothing_does_not_open_the_queue() -> None:
    """Forged, incomplete, greeting: answered without a connection to anything."""
    assert receive("POST", headers(X_Goog_Channel_Token="v1.x.y"), KEYS, never) == 403
    assert receive("POST", headers(X_Goog_Resource_State="sync"), KEYS, never) == 204
    assert receive("POST", Headers(), KEYS, never) == 400
    assert receive("GET", headers(), KEYS, never) == 405


def test_strangers_do_not_fill_the_log() -> None:
    """Of refusals of one kind a line a second is logged, with their number; other kinds have their own."""
    now = [100.0]
    seldom = Seldom(clock=lambda: now[0])
    with logged() as lines:
        for second in (100.0, 100.2, 100.9, 101.0, 101.5, 103.0):
            now[0] = second
            seldom.warn("notification.forged", {"channel_id": "c"})
        seldom.warn("notification.not_post", {"channel_id": "c"})
    told = [(line["message"], line["count"]) for line in lines]
    forged = [("notification.forged", count) for count in (1, 3, 2)]
    assert told == [*forged, ("notification.not_post", 1)]

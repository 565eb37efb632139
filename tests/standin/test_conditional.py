"""ETag, If-Match and If-None-Match."""

import pytest

from tests.standin.caller import Caller, Events
from tests.standin.samples import series, timed


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE"])
def test_if_match(caller: Caller, events: Events, verb: str) -> None:
    """A write with the current etag is done, one with an old etag is 412 and changes nothing."""
    made = events.insert(timed())
    newer = events.patch(made["id"], {"summary": "Newer"})
    path, body = f"{events.path}/{made['id']}", None if verb == "DELETE" else timed(summary="Written")

    stale = caller.call(verb, path, body, headers={"If-Match": made["etag"]})
    assert stale.refusal == (412, "conditionNotMet")
    assert events.get(made["id"])["summary"] == "Newer"

    assert caller.call(verb, path, body, headers={"If-Match": newer["etag"]}).status in {200, 204}


@pytest.mark.parametrize("known", ["{}", '"1", {}', "*"])
def test_if_none_match(caller: Caller, events: Events, known: str) -> None:
    """A client that has it already, as it says by one etag, several or `*`, gets 304 without a body."""
    made = events.insert(timed())
    listed = events.page()

    for path, etag in ((f"{events.path}/{made['id']}", made["etag"]), (events.path, listed["etag"])):
        unchanged = caller.call("GET", path, headers={"If-None-Match": known.format(etag)})
        assert (unchanged.status, unchanged.body) == (304, None)


def test_what_changed_is_read_anew(caller: Caller, events: Events) -> None:
    """An etag from before a change is no reason for 304, neither an event's nor a list's."""
    made = events.insert(timed())
    listed = events.page()
    events.patch(made["id"], {"summary": "Newer"})

    for path, etag in ((f"{events.path}/{made['id']}", made["etag"]), (events.path, listed["etag"])):
        assert caller.call("GET", path, headers={"If-None-Match": etag}).status == 200


def test_if_match_on_an_instance(caller: Caller, events: Events) -> None:
    """An instance nobody edited has its series' etag, and one of its own once edited."""
    made = events.insert(series())
    instance = f"{made['id']}_20260112T090000Z"

    edited = caller.ok(
        "PATCH", f"{events.path}/{instance}", {"summary": "x"}, headers={"If-Match": made["etag"]}
    )

    assert edited["etag"] != made["etag"]
    again = caller.call("PATCH", f"{events.path}/{instance}", {}, headers={"If-Match": made["etag"]})
    assert again.refusal == (412, "conditionNotMet")

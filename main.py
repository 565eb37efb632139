"""The six deployed handlers: unpack, call one flow, map errors to answers; nothing else.

The host decides by what comes back: a CloudEvent handler that returns acknowledges its message, one that
raises has it delivered again. Each handler loads its own flow, and no other's.
"""

import gc

gc.disable()  # until all is loaded: nothing of it is ever garbage, and looking for some slows the start

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import flask
import functions_framework

from functions import bodies, logs, wiring
from functions.adapters.queues import messages
from functions.core import caller, site
from functions.core.errors import AccessLost, BadRequest, Rejected, RetryLater

if TYPE_CHECKING:
    from cloudevents.http import CloudEvent

    from functions.core.channel import Headers

log = logging.getLogger("functions.main")
Answer = tuple[Mapping[str, object] | str, int]


@functions_framework.http
def receive_notification(request: flask.Request) -> Answer:
    from functions.flow.receive import receive

    _follow(request.headers)
    name = receive_notification.__name__
    given = wiring.settings(name)
    if file := site.file_at(request.method, request.path, given.site_files):
        return file, 200
    return "", receive(request.method, request.headers, given.keys, lambda: wiring.queue(name))


@functions_framework.cloud_event
def sync_calendar(event: "CloudEvent") -> None:
    from functions.flow.sync import sync
    from functions.flow.turn import Delivery

    _follow(flask.request.headers if flask.has_request_context() else {})  # or called without a host
    name, (request, published_at) = sync_calendar.__name__, _read(event)
    with _fit_for_the_log():
        delivery = Delivery(id=event["id"], published_at=published_at, skew=wiring.clock_skew(name))
        came_of_it = sync(wiring.context(name), request, delivery)
    fields = {"calendar_id": request.calendar_id, "reason": request.reason, "outcome": came_of_it}
    log.info("sync.ended", extra=fields)


@functions_framework.http
def renew_channels(request: flask.Request) -> Answer:
    from functions.flow.renew import renew

    _follow(request.headers)
    # A renewal that failed is its calendar's trouble, not the run's: it is logged, and tried again each hour.
    return asdict(renew(wiring.context(renew_channels.__name__))), 200


@functions_framework.http
def sweep_calendars(request: flask.Request) -> Answer:
    from functions.flow.sweep import sweep

    _follow(request.headers)
    counts = asdict(sweep(wiring.context(sweep_calendars.__name__)))
    return counts, 503 if counts["failed"] else 200  # the queue failed: that is so for any calendar


@functions_framework.http
def initialize_syncing(request: flask.Request) -> Answer:
    _follow(request.headers)
    try:
        who = _caller(request.headers)
    except BadRequest as error:
        return {"error": str(error)}, error.status
    except RetryLater as error:
        return {"error": str(error)}, 503
    return _asked(request, who)


@functions_framework.http
def connect_calendar(request: flask.Request) -> flask.Response:
    from functions.visits import Front

    _follow(request.headers)
    name = connect_calendar.__name__
    oauth = wiring.settings(name).oauth
    front = Front(
        context=wiring.context(name),
        identities=partial(wiring.addon_identities, name),
        addon=oauth.addon_client,
        url=oauth.connect_url,
    )
    return front.answer(request)


def _read(event: "CloudEvent") -> messages.Pushed:
    try:
        return messages.decode_pushed(event.data.get("message"))
    except BadRequest:
        log.exception("request.unreadable", extra={"message_id": event["id"]})
        raise


def _caller(headers: "Headers") -> caller.Caller:
    from functions.flow.callers import identified

    given = wiring.settings(initialize_syncing.__name__)
    return identified(headers, wiring.identities, audiences=given.audiences, operators=given.operators)


def _asked(request: flask.Request, who: caller.Caller) -> Answer:
    from functions.flow.claim import enrol_and_claim
    from functions.flow.leaving import leave
    from functions.flow.status import state

    context, args = wiring.context(initialize_syncing.__name__), request.args
    match request.method:
        case "POST":
            solutions = partial(wiring.solutions, initialize_syncing.__name__)
            return _answered(lambda: enrol_and_claim(context, who, request.get_data(), solutions))
        case "GET":
            return _answered(lambda: state(context, who.operates_on(args)))
        case "DELETE":
            return _answered(lambda: leave(context, who.operates_on(args), erase=caller.erases(args)))
    return {"error": "POST, GET or DELETE"}, 405


def _follow(headers: "Headers") -> None:
    logs.follow_trace(headers.get("X-Cloud-Trace-Context"), headers.get("Function-Execution-Id"))


@contextmanager
def _fit_for_the_log() -> Iterator[None]:
    """The host logs what is raised, and with it the cause, which may show a URL with a sync token."""
    try:
        yield
    except (RetryLater, Rejected) as error:
        raise type(error)(error.logged) from None


def _answered(flow: Callable[[], Mapping[str, object]]) -> Answer:
    try:
        return flow(), 200
    except BadRequest as error:
        return {"error": str(error)}, error.status
    except AccessLost as error:
        return {"error": str(error)}, 404
    except (RetryLater, Rejected) as error:
        return {"error": str(error)}, 502


if flask.has_app_context():  # the host's, which is yet to serve
    bodies.bound(flask.current_app)
logs.start_logging(os.environ.get("GOOGLE_CLOUD_PROJECT", ""))
if (function := os.environ.get("FUNCTION_TARGET", "")) in wiring.NEEDED:
    wiring.load(function)  # a fault in the settings ends the start, not the first request
gc.freeze()
gc.enable()

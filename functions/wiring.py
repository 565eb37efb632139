"""From settings to adapters, each made once per instance when first asked for. No other module has them all.

Imports stand inside the functions: every deployed function shares this module and loads only what it uses.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from functions import providers
from functions.settings import BadSettings, Settings, examine

if TYPE_CHECKING:
    from functions.core.errors import RetryLater
    from functions.core.model import Solution, SyncRequest
    from functions.flow.context import Context
    from functions.ports import Calendar, Identities, Provider, Queue, Store

# The settings that each deployed function, and each command, needs.
SYNC = ("STORE", "QUEUE", "CONFERENCE_SOLUTIONS")
OPEN = ("CHANNEL_TOKEN_KEYS", "NOTIFICATION_URL")
RENEW = ("STORE", "QUEUE", *OPEN)  # no provider: a fault in its settings must not let channels end
WATCH = (*SYNC, *OPEN)
NEEDED: Mapping[str, tuple[str, ...]] = {
    "receive_notification": ("QUEUE", "CHANNEL_TOKEN_KEYS"),
    "sync_calendar": SYNC,
    "sweep_calendars": SYNC,
    "renew_channels": RENEW,
    "initialize_syncing": WATCH,
    "enrol": WATCH,
    "leave": ("STORE",),
    "sync": SYNC,
    "renew": RENEW,
    "sweep": SYNC,
    "status": ("STORE",),
    "retry": SYNC,
    "plan": ("STORE", "CONFERENCE_SOLUTIONS"),
    "confirm": SYNC,
    "history": ("STORE",),
    "doctor": WATCH,
}


@cache
def settings(function: str) -> Settings:
    """The settings for one of the deployed functions; BadSettings names every fault, the providers' too."""
    found, faults, _ = survey(function)
    if faults:
        raise BadSettings(faults)
    return found


def load(function: str) -> None:
    """Load now, while nobody waits, what the first request would have to load."""
    given = settings(function)
    store = "stores.sqlite" if given.store.startswith("sqlite:") else "stores.firestore"
    queue = "queues.sqlite" if given.queue.startswith("sqlite:") else "queues.pubsub"
    modules = [store, "calendar.google"] if "STORE" in NEEDED[function] else [queue]
    for module in modules:
        import_module(f"functions.adapters.{module}")


@cache
def survey(function: str) -> tuple[Settings, list[str], Mapping[str, "Provider"]]:
    """The settings as far as they can be read, every fault in them, and the providers that could be made."""
    found, faults = examine(os.environ, NEEDED[function])
    made: dict[str, Provider] = {}
    for name in found.provider_names if "CONFERENCE_SOLUTIONS" in NEEDED[function] else ():
        try:
            made[name] = providers.usable(name, os.environ)
        except ValueError as error:
            faults.append(f"provider {name}: {error}")
    return found, faults, made


@cache
def queue(function: str) -> "Queue":
    return make_queue(settings(function))


def make_queue(given: Settings) -> "Queue":
    if given.queue.startswith("sqlite:"):
        from functions.adapters.queues.sqlite import SqliteQueue

        return SqliteQueue(given.queue.removeprefix("sqlite:"))
    from functions.adapters.queues.pubsub import PubsubQueue

    return PubsubQueue(project=given.project, topic=given.topic)


class _LazyQueue:
    """Loads what publishing needs only when something is published: most syncs publish nothing."""

    def __init__(self, function: str) -> None:
        self._function = function

    def publish(self, request: "SyncRequest") -> None:
        queue(self._function).publish(request)

    def publish_all(self, requests: "Sequence[SyncRequest]") -> "Mapping[SyncRequest, RetryLater]":
        return queue(self._function).publish_all(requests)

    def check(self) -> None:
        queue(self._function).check()


@cache
def store(function: str) -> "Store":
    return make_store(settings(function))


def make_store(given: Settings) -> "Store":
    if given.store.startswith("sqlite:"):
        from functions.adapters.stores.sqlite import SqliteStore

        return SqliteStore(given.store.removeprefix("sqlite:"))
    from functions.adapters.stores.firestore import FirestoreStore

    return FirestoreStore(project=given.project, database=given.database)


@cache
def calendar(function: str) -> "Calendar":
    return make_calendar(replace(settings(function), solutions=solutions(function)))


def solutions(function: str) -> "tuple[Solution, ...]":
    """Those of the settings, each with what its provider makes of an id."""
    return tuple(_named(one, provider(function, one.provider)) for one in settings(function).solutions)


def _named(solution: "Solution", its: "Provider") -> "Solution":
    from functions.ports import Naming

    return replace(solution, canonical=its.canonical) if isinstance(its, Naming) else solution


def make_calendar(given: Settings) -> "Calendar":
    from functions.adapters.calendar.google import GoogleCalendar
    from functions.core.model import Place

    address, account = given.notification_url or None, given.account or None
    return GoogleCalendar(
        auth=given.auth,
        solutions=given.solutions,
        endpoint=given.endpoint,
        address=address,
        account=account,
        writes=given.policy.write_back is not Place.OFF,
    )


@cache
def identities() -> "Identities":
    from functions.adapters.web.identity import GoogleIdentities

    return GoogleIdentities()


def provider_names(function: str) -> tuple[str, ...]:
    """Ours, and those of the settings: records may be of any of them."""
    return tuple(dict.fromkeys([*providers.OURS, *settings(function).provider_names]))


def provider(function: str, name: str) -> "Provider":
    """A conference may outlive its provider's settings; then this is one that says so."""
    made = survey(function)[2]
    if name in made:
        return made[name]
    from functions.adapters.providers.missing import MissingProvider

    return MissingProvider(name)


@cache
def context(function: str) -> "Context":
    """All that a flow needs."""
    from functions.flow.context import Context

    given = settings(function)
    return Context(
        calendar=calendar(function),
        provider=lambda name: provider(function, name),
        store=store(function),
        queue=_LazyQueue(function),
        policy=given.policy,
        keys=given.keys,
    )

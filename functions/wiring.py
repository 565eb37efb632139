"""From settings to adapters, each made once per instance when first asked for. No other module has them all.

Imports stand inside the functions: every deployed function shares this module and loads only what it uses.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from functions import providers
from functions.settings import OAUTH, BadSettings, Settings, examine

if TYPE_CHECKING:
    from functions.adapters.calendar.oauth import GoogleConsents
    from functions.core.errors import RetryLater
    from functions.core.model import Solution, SyncRequest
    from functions.flow.context import Context
    from functions.ports import Calendar, Directory, Grants, Identities, Letters, Provider, Queue, WholeStore

# The settings that each deployed function, and each command, needs.
ASK = ("CALENDAR_AUTH", "STORE")
SYNC = (*ASK, "QUEUE", "CONFERENCE_SOLUTIONS")
OPEN = ("CHANNEL_TOKEN_KEYS", "NOTIFICATION_URL")
RENEW = (*ASK, "QUEUE", *OPEN)  # no provider: a fault in its settings must not let channels end
WATCH = (*SYNC, *OPEN)
NEEDED: Mapping[str, tuple[str, ...]] = {
    "receive_notification": ("QUEUE", "CHANNEL_TOKEN_KEYS"),
    "sync_calendar": SYNC,
    "sweep_calendars": SYNC,
    "renew_channels": RENEW,
    "initialize_syncing": WATCH,
    "connect_calendar": (*RENEW, "CONNECT_URL"),
    "enrol": WATCH,
    "leave": ASK,
    "sync": SYNC,
    "renew": RENEW,
    "sweep": SYNC,
    "status": ("STORE",),
    "recount": ("STORE",),
    "retry": SYNC,
    "plan": (*ASK, "CONFERENCE_SOLUTIONS"),
    "confirm": SYNC,
    "history": ("STORE",),
    "conferences": ("STORE",),
    "export": ("STORE",),
    "letters": ("QUEUE",),
    "titles": (*ASK, "CONFERENCE_SOLUTIONS"),
    "connect": ("CHANNEL_TOKEN_KEYS", "CONNECT_URL"),
    "disconnect": (*ASK, "CONNECT_URL"),
    "reseal": (*ASK, "CONNECT_URL"),
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
    modules += ["calendar.oauth"] if given.auth == OAUTH and "STORE" in NEEDED[function] else []
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


def clock_skew(function: str) -> timedelta:
    """How far the queue's clock may be from the store's."""
    return timedelta(seconds=settings(function).policy.skew)


@cache
def queue(function: str) -> "Queue":
    return make_queue(settings(function))


def make_queue(given: Settings) -> "Queue":
    if given.queue.startswith("sqlite:"):
        from functions.adapters.queues.sqlite import SqliteQueue

        return SqliteQueue(given.queue.removeprefix("sqlite:"))
    from functions.adapters.queues.pubsub import PubsubQueue

    return PubsubQueue(project=given.project, topic=given.topic)


def letters(function: str) -> "Letters":
    """Those that end in the subscription of infra/messaging.tf, which is named after the topic."""
    given = settings(function)
    if given.queue.startswith("sqlite:"):
        from functions.adapters.queues.sqlite import SqliteQueue

        return SqliteQueue(given.queue.removeprefix("sqlite:"))
    from functions.adapters.queues.pubsub_letters import PubsubLetters

    return PubsubLetters(project=given.project, subscription=f"{given.topic}-dead-letters")


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
def store(function: str) -> "WholeStore":
    return make_store(settings(function))


def make_store(given: Settings) -> "WholeStore":
    if given.store.startswith("sqlite:"):
        from functions.adapters.stores.sqlite import SqliteStore

        return SqliteStore(given.store.removeprefix("sqlite:"))
    from functions.adapters.stores.firestore import FirestoreStore

    return FirestoreStore(project=given.project, database=given.database)


@cache
def calendar(function: str) -> "Calendar":
    given = replace(settings(function), solutions=solutions(function))
    return make_calendar(given, consents(function))


def solutions(function: str) -> "tuple[Solution, ...]":
    """Those of the settings, each with what its provider makes of an id."""
    return tuple(_named(one, provider(function, one.provider)) for one in settings(function).solutions)


def _named(solution: "Solution", its: "Provider") -> "Solution":
    from functions.ports import Naming

    return replace(solution, canonical=its.canonical) if isinstance(its, Naming) else solution


@cache
def consents(function: str) -> "GoogleConsents | None":
    """None where users are not asked."""
    given = settings(function)
    return make_consents(given, store(function)) if given.auth == OAUTH else None


def make_consents(given: Settings, kept: "Grants") -> "GoogleConsents":
    from functions.adapters.calendar.oauth import Client, GoogleConsents, Places
    from functions.adapters.seal import Seal

    oauth = given.oauth
    return GoogleConsents(
        client=Client(id=oauth.client_id, secret=oauth.client_secret),
        seal=Seal(oauth.grant_keys, setting="GRANT_KEYS"),
        kept=kept,
        advice=f"send them to {oauth.connect_url or 'CONNECT_URL'}",
        places=Places.on(oauth.origin) if oauth.origin else Places(),
    )


def make_calendar(given: Settings, asked: "GoogleConsents | None" = None) -> "Calendar":
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
        users=asked.credentials if asked else None,
    )


def directory(function: str, admin: str) -> "Directory":
    """Rejected if nobody can be acted as."""
    from functions.adapters.calendar.directory import GoogleDirectory
    from functions.core.errors import Rejected

    given = settings(function)
    if given.auth != "delegation" and not given.directory:
        raise Rejected("the Directory is asked as an administrator, which needs CALENDAR_AUTH=delegation")
    return GoogleDirectory(
        admin=admin, auth=given.auth, endpoint=given.directory, account=given.account or None
    )


@cache
def identities() -> "Identities":
    from functions.adapters.web.identity import GoogleIdentities

    return GoogleIdentities()


@cache
def addon_identities(function: str) -> "Identities":
    """Those of Google, or of the stand-in that plays it."""
    from functions.adapters.web.identity import GoogleIdentities

    origin = settings(function).oauth.origin
    return GoogleIdentities(url=f"{origin}/oauth2/v1/certs") if origin else identities()


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
    from functions.flow.context import Consenting, Context

    given, asked = settings(function), consents(function)
    url = given.oauth.connect_url
    return Context(
        calendar=calendar(function),
        provider=lambda name: provider(function, name),
        store=store(function),
        queue=_LazyQueue(function),
        policy=given.policy,
        keys=given.keys,
        consenting=Consenting(google=asked, kept=store(function), connect_url=url) if asked else None,
    )

"""The environment as one frozen `Settings`, or one message that lists every fault in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from functions import texts
from functions.core.caller import EVERYBODY
from functions.core.model import Place, Policy, Solution

OAUTH = "oauth"
AUTH = ("delegation", "service_account", "anonymous", OAUTH)
T = TypeVar("T")


class BadSettings(Exception):
    """One line for each fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("these settings must be mended:\n" + "\n".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Oauth:
    """Users who consent themselves. `origin` is a stand-in's; no URL ends in a slash."""

    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    grant_keys: tuple[str, ...] = field(default=(), repr=False)
    connect_url: str = ""
    addon_client: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`store` and `queue` may be `sqlite:` and a path. No audience ends in a slash."""

    project: str = ""
    store: str = "firestore"
    database: str = "(default)"
    queue: str = "pubsub"
    topic: str = "calendar-sync"
    notification_url: str = ""
    keys: tuple[str, ...] = ()
    solutions: tuple[Solution, ...] = ()
    policy: Policy = field(default_factory=Policy)
    auth: str = "delegation"
    account: str = ""
    endpoint: str | None = None
    directory: str | None = None
    operators: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    site_files: tuple[str, ...] = ()
    oauth: Oauth = field(default_factory=Oauth)

    @property
    def provider_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(solution.provider for solution in self.solutions))


def examine(environ: Mapping[str, str], needed: Sequence[str] = ()) -> tuple[Settings, list[str]]:
    """The settings, and a line for each fault; `needed` are the names of those that must be set.

    The project is needed too if `STORE` or `QUEUE` is among them and is one of Google's.
    """
    reader = _Reader(environ)
    settings = Settings(
        project=reader.text("GOOGLE_CLOUD_PROJECT"),
        store=reader.read("STORE", "firestore", texts.backend("firestore")),
        database=reader.text("FIRESTORE_DATABASE", "(default)"),
        queue=reader.read("QUEUE", "pubsub", texts.backend("pubsub")),
        topic=reader.text("SYNC_TOPIC", "calendar-sync"),
        notification_url=reader.read("NOTIFICATION_URL", "", texts.https),
        keys=reader.read("CHANNEL_TOKEN_KEYS", "", texts.keys),
        solutions=reader.read("CONFERENCE_SOLUTIONS", "", texts.solutions),
        policy=_policy(reader),
        auth=reader.read("CALENDAR_AUTH", "delegation", texts.one_of(AUTH)),
        account=reader.read("CALENDAR_SERVICE_ACCOUNT", "", texts.account),
        endpoint=reader.read("CALENDAR_API_ENDPOINT", "", texts.origin) or None,
        directory=reader.read("DIRECTORY_API_ENDPOINT", "", texts.stand_in) or None,
        operators=reader.read("OPERATORS", _usual_operators(reader), texts.operators),
        audiences=reader.read("INITIALIZE_AUDIENCES", "", texts.audiences),
        site_files=reader.read("SITE_VERIFICATION", "", texts.site_files),
        oauth=_oauth(reader),
    )
    reader.demand(needed)
    if settings.auth == OAUTH and "CALENDAR_AUTH" in needed:
        reader.demand(CONSENTED)
    if settings.auth != OAUTH and "CONNECT_URL" in needed:
        reader.faults.append(f"CALENDAR_AUTH: must be {OAUTH} where users connect, not {settings.auth!r}")
    on_google = {"STORE": "firestore", "QUEUE": "pubsub"}
    if any(name in needed and reader.text(name, usual) == usual for name, usual in on_google.items()):
        reader.demand(["GOOGLE_CLOUD_PROJECT"])
    return settings, reader.faults


def _policy(reader: "_Reader") -> Policy:
    usual = Policy()
    return Policy(
        channel_ttl=reader.number("CHANNEL_TTL_SECONDS", usual.channel_ttl, least=60),
        renew_before=reader.number("RENEW_BEFORE_SECONDS", usual.renew_before),
        sync_every=reader.number("SYNC_EVERY_SECONDS", usual.sync_every, least=1),
        lookback=reader.number("FULL_SYNC_LOOKBACK_SECONDS", usual.lookback),
        grace=reader.number("DELETE_GRACE_SECONDS", usual.grace),
        lease=reader.number("LEASE_SECONDS", usual.lease, least=1),
        fold=reader.number("FOLD_SECONDS", usual.fold),
        skew=reader.number("CLOCK_SKEW_SECONDS", usual.skew),
        time_limit=reader.number("TIME_LIMIT_SECONDS", usual.time_limit, least=1),
        concurrency=reader.number("PROVIDER_CONCURRENCY", usual.concurrency, least=1),
        calendars_per_user=reader.number("CALENDARS_PER_USER", usual.calendars_per_user, least=1),
        link_hosts=reader.read("LINK_HOSTS", "", texts.hosts),
        write_back=Place(reader.read("WRITE_BACK", usual.write_back, texts.one_of([*Place]))),
    )


def _oauth(reader: "_Reader") -> Oauth:
    return Oauth(
        client_id=reader.text("GOOGLE_OAUTH_CLIENT_ID"),
        client_secret=reader.text("GOOGLE_OAUTH_CLIENT_SECRET"),
        grant_keys=reader.read("GRANT_KEYS", "", texts.keys),
        connect_url=reader.read("CONNECT_URL", "", texts.page),
        addon_client=reader.text("ADDON_CLIENT_ID"),
        origin=reader.read("GOOGLE_OAUTH_URL", "", texts.stand_in),
    )


# What is needed to ask Calendar as users who consent themselves.
CONSENTED = ("GOOGLE_OAUTH_CLIENT_ID", "GOOGLE_OAUTH_CLIENT_SECRET", "GRANT_KEYS")
HINTS = {
    "GOOGLE_OAUTH_CLIENT_ID": "the id of the OAuth client that users consent to",
    "GOOGLE_OAUTH_CLIENT_SECRET": "the secret of that client",
    "GRANT_KEYS": "consents are sealed with it; make one with: openssl rand -hex 32",
    "CONNECT_URL": "the https URL of connect_calendar, where users connect",
    "GOOGLE_CLOUD_PROJECT": "Firestore and Pub/Sub need it",
    "CHANNEL_TOKEN_KEYS": "channel tokens are signed with it; make one with: openssl rand -hex 32",
    "CONFERENCE_SOLUTIONS": "such as: My Web Conference=webhook",
    "NOTIFICATION_URL": "the https URL of receive_notification, without which nothing can be watched",
}


class _Reader:
    """Reads one setting at a time and collects the faults."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.faults: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self._environ.get(name, "").strip() or default

    def read(self, name: str, default: str, parse: Callable[[str], T]) -> T:
        """If the text has a fault, that is noted and the default is used."""
        try:
            return parse(self.text(name, default))
        except ValueError as error:
            self.faults.append(f"{name}: {error}")
            return parse(default)

    def demand(self, names: Sequence[str]) -> None:
        """A setting with a default is never missing; it is named as needed only to say that it is used."""
        for name in names:
            if not self.text(name) and name in HINTS:
                self.faults.append(f"{name}: is not set; {HINTS[name]}")

    def number(self, name: str, default: int, least: int = 0) -> int:
        def parse(text: str) -> int:
            if not text.isascii() or not text.isdigit() or int(text) < least:
                raise ValueError(f"must be a whole number, {least} or more, not {text!r}")
            return int(text)

        return self.read(name, str(default), parse)


def _usual_operators(reader: "_Reader") -> str:
    """Nobody, but where only a stand-in can be asked, which nobody needs to be kept from."""
    return EVERYBODY if reader.text("CALENDAR_AUTH") == "anonymous" else ""

"""The environment as one frozen `Settings`, or one message that lists every fault in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from functions import providers
from functions.core.caller import EVERYBODY
from functions.core.model import Place, Policy, Solution
from functions.core.site import FILE

KEY_CHARACTERS_MIN = 32
OAUTH = "oauth"
AUTH = ("delegation", "service_account", "anonymous", OAUTH)
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
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
        store=reader.read("STORE", "firestore", _backend("firestore")),
        database=reader.text("FIRESTORE_DATABASE", "(default)"),
        queue=reader.read("QUEUE", "pubsub", _backend("pubsub")),
        topic=reader.text("SYNC_TOPIC", "calendar-sync"),
        notification_url=reader.read("NOTIFICATION_URL", "", _https),
        keys=reader.read("CHANNEL_TOKEN_KEYS", "", _keys),
        solutions=reader.read("CONFERENCE_SOLUTIONS", "", _solutions),
        policy=_policy(reader),
        auth=reader.read("CALENDAR_AUTH", "delegation", _one_of(AUTH)),
        account=reader.read("CALENDAR_SERVICE_ACCOUNT", "", _account),
        endpoint=reader.read("CALENDAR_API_ENDPOINT", "", _origin) or None,
        directory=reader.read("DIRECTORY_API_ENDPOINT", "", _stand_in) or None,
        operators=reader.read("OPERATORS", _usual_operators(reader), _operators),
        audiences=reader.read("INITIALIZE_AUDIENCES", "", _audiences),
        site_files=reader.read("SITE_VERIFICATION", "", _site_files),
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
        link_hosts=reader.read("LINK_HOSTS", "", _hosts),
        write_back=Place(reader.read("WRITE_BACK", usual.write_back, _one_of([*Place]))),
    )


def _oauth(reader: "_Reader") -> Oauth:
    return Oauth(
        client_id=reader.text("GOOGLE_OAUTH_CLIENT_ID"),
        client_secret=reader.text("GOOGLE_OAUTH_CLIENT_SECRET"),
        grant_keys=reader.read("GRANT_KEYS", "", _keys),
        connect_url=reader.read("CONNECT_URL", "", _page),
        addon_client=reader.text("ADDON_CLIENT_ID"),
        origin=reader.read("GOOGLE_OAUTH_URL", "", _stand_in),
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


def _backend(cloud: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text == cloud or (text.startswith("sqlite:") and len(text) > len("sqlite:")):
            return text
        raise ValueError(f"must be {cloud} or sqlite:PATH, not {text!r}")

    return parse


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text in choices:
            return text
        raise ValueError(f"must be one of {', '.join(choices)}, not {text!r}")

    return parse


def _https(text: str) -> str:
    parts = urlsplit(text)
    if text and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("must be an https URL: Calendar sends notifications to no other")
    return text


def _page(text: str) -> str:
    parts = urlsplit(text)
    if text and (
        (parts.scheme != "https" and parts.hostname not in LOOPBACK) or parts.query or parts.fragment
    ):
        raise ValueError("must be an https URL without a query: Google sends browsers back to no other")
    return text.rstrip("/")


def _stand_in(text: str) -> str:
    if text and urlsplit(text).hostname not in LOOPBACK:
        raise ValueError("must be on this machine: Google's own needs no setting")
    return text.rstrip("/")


def _account(text: str) -> str:
    if text and "@" not in text:
        raise ValueError(f"must be the address of a service account, not {text!r}")
    return text


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
        raise ValueError("must be a scheme and host, such as http://127.0.0.1:8081")
    return text


def _hosts(text: str) -> tuple[str, ...]:
    names = _listed(text.lower())
    odd = [name for name in names if urlsplit(f"https://{name}/").hostname != name or "." not in name]
    if odd or (text and not names):
        raise ValueError(
            f"must be host names by comma, such as meet.example.com, not {', '.join(odd) or text!r}"
        )
    return names


def _usual_operators(reader: "_Reader") -> str:
    """Nobody, but where only a stand-in can be asked, which nobody needs to be kept from."""
    return EVERYBODY if reader.text("CALENDAR_AUTH") == "anonymous" else ""


def _operators(text: str) -> tuple[str, ...]:
    """A name that cannot be an e-mail address is a fault: nobody could ever be recognized by it."""
    named = _listed(text)
    if named == (EVERYBODY,):
        return named
    odd = [name for name in named if not name.isascii() or name.count("@") != 1 or {" ", "*"} & {*name}]
    if odd or (text and not named):
        raise ValueError(f"must be e-mail addresses by comma, or {EVERYBODY}, not {', '.join(odd) or text!r}")
    return named


def _audiences(text: str) -> tuple[str, ...]:
    named = tuple(name.rstrip("/") for name in _listed(text))
    if any(not re.fullmatch(r"[0-9A-Za-z._:/-]+", name) for name in named) or (text and not named):
        raise ValueError(f"must be client ids or URLs by comma, not {text!r}")
    return named


def _site_files(text: str) -> tuple[str, ...]:
    """As Google names them; what is in such a file may be given, too."""
    names = tuple(name.removeprefix("google-site-verification:").strip() for name in _listed(text))
    if any(not FILE.fullmatch(name) for name in names) or (text and not names):
        raise ValueError(
            f"must be names of files by comma, such as google0123456789abcdef.html, not {text!r}"
        )
    return names


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _keys(text: str) -> tuple[str, ...]:
    keys = _listed(text)
    if any(len(key) < KEY_CHARACTERS_MIN for key in keys):
        raise ValueError(f"each key needs {KEY_CHARACTERS_MIN} characters or more")
    return keys


def _solutions(text: str) -> tuple[Solution, ...]:
    return tuple(_solution(pair.strip()) for pair in text.split(";") if pair.strip())


def _solution(pair: str) -> Solution:
    name, equals, provider = (part.strip() for part in pair.rpartition("="))
    if not equals or not name:
        raise ValueError(f"{pair!r} is not a name=provider pair")
    if not providers.known(provider):
        ways = f"{', '.join(providers.OURS)}, installed ones, and paths such as acme_sync:Provider"
        raise ValueError(f"{pair!r} names the provider {provider!r}, known are {ways}")
    if not name.startswith("uri:"):
        return Solution(provider=provider, name=name)
    uri = name.removeprefix("uri:")
    if "/" not in uri.partition("://")[2]:
        raise ValueError(f"{uri!r} must go on to a slash after the host, or it would match other hosts too")
    return Solution(provider=provider, uri=uri)

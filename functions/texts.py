"""What the text of a setting means: a value, or a ValueError that says what it must be."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from functions import providers
from functions.core.caller import EVERYBODY
from functions.core.model import Solution
from functions.core.site import FILE

KEY_CHARACTERS_MIN = 32
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def backend(cloud: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text == cloud or (text.startswith("sqlite:") and len(text) > len("sqlite:")):
            return text
        raise ValueError(f"must be {cloud} or sqlite:PATH, not {text!r}")

    return parse


def one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text in choices:
            return text
        raise ValueError(f"must be one of {', '.join(choices)}, not {text!r}")

    return parse


def https(text: str) -> str:
    parts = urlsplit(text)
    if text and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ValueError("must be an https URL: Calendar sends notifications to no other")
    return text


def page(text: str) -> str:
    parts = urlsplit(text)
    if text and (
        (parts.scheme != "https" and parts.hostname not in LOOPBACK) or parts.query or parts.fragment
    ):
        raise ValueError("must be an https URL without a query: Google sends browsers back to no other")
    return text.rstrip("/")


def stand_in(text: str) -> str:
    if text and urlsplit(text).hostname not in LOOPBACK:
        raise ValueError("must be on this machine: Google's own needs no setting")
    return text.rstrip("/")


def account(text: str) -> str:
    if text and "@" not in text:
        raise ValueError(f"must be the address of a service account, not {text!r}")
    return text


def origin(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
        raise ValueError("must be a scheme and host, such as http://127.0.0.1:8081")
    return text


def hosts(text: str) -> tuple[str, ...]:
    names = listed(text.lower())
    odd = [name for name in names if urlsplit(f"https://{name}/").hostname != name or "." not in name]
    if odd or (text and not names):
        raise ValueError(
            f"must be host names by comma, such as meet.example.com, not {', '.join(odd) or text!r}"
        )
    return names


def operators(text: str) -> tuple[str, ...]:
    """A name that cannot be an e-mail address is a fault: nobody could ever be recognized by it."""
    named = listed(text)
    if named == (EVERYBODY,):
        return named
    odd = [name for name in named if not name.isascii() or name.count("@") != 1 or {" ", "*"} & {*name}]
    if odd or (text and not named):
        raise ValueError(f"must be e-mail addresses by comma, or {EVERYBODY}, not {', '.join(odd) or text!r}")
    return named


def audiences(text: str) -> tuple[str, ...]:
    named = tuple(name.rstrip("/") for name in listed(text))
    if any(not re.fullmatch(r"[0-9A-Za-z._:/-]+", name) for name in named) or (text and not named):
        raise ValueError(f"must be client ids or URLs by comma, not {text!r}")
    return named


def site_files(text: str) -> tuple[str, ...]:
    """As Google names them; what is in such a file may be given, too."""
    names = tuple(name.removeprefix("google-site-verification:").strip() for name in listed(text))
    if any(not FILE.fullmatch(name) for name in names) or (text and not names):
        raise ValueError(
            f"must be names of files by comma, such as google0123456789abcdef.html, not {text!r}"
        )
    return names


def listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def keys(text: str) -> tuple[str, ...]:
    keys = listed(text)
    if any(len(key) < KEY_CHARACTERS_MIN for key in keys):
        raise ValueError(f"each key needs {KEY_CHARACTERS_MIN} characters or more")
    return keys


def solutions(text: str) -> tuple[Solution, ...]:
    return tuple(solution(pair.strip()) for pair in text.split(";") if pair.strip())


def solution(pair: str) -> Solution:
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

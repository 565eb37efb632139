"""What each case must be answered, worked out from the contract: nothing of `functions` is used here."""

import base64
import hmac
import re
from dataclasses import dataclass

from tests.fuzz.cases import CHANNEL, KEYS, STATE, TOKEN, Case

TOKEN_FORM = re.compile(r"v1\.(?P<calendar>[A-Za-z0-9_-]+)\.(?P<signature>[A-Za-z0-9_-]{43})")
TOKEN_MAX = 256
# The framework answers these without asking the function.
HOST_PATHS = {"/robots.txt": 404, "/favicon.ico": 404}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`calendar` and `channel` are what must be published; `hosts` is set where the framework answers."""

    status: int
    calendar: str | None = None
    channel: str | None = None
    hosts: bool = False


def sent(case: Case, name: str) -> str:
    """As a WSGI server hands it on: without space around it, doubled ones by comma, names in any case."""
    found = [text.strip(" \t") for key, text in case.headers if key.lower() == name.lower()]
    return ",".join(found)


def judge(case: Case) -> Verdict:
    if case.path in HOST_PATHS:
        return Verdict(status=HOST_PATHS[case.path], hosts=True)
    if case.method.upper() != "POST":  # the framework takes methods in any case
        return Verdict(status=405)
    channel, state, token = sent(case, CHANNEL), sent(case, STATE), sent(case, TOKEN)
    if not (channel and state and token):
        return Verdict(status=400)
    calendar = signed(token, channel)
    if calendar is None:
        return Verdict(status=403)
    if state == "sync":
        return Verdict(status=204)
    return Verdict(status=204, calendar=calendar, channel=channel)


def signed(token: str, channel: str) -> str | None:
    """The calendar that a key of ours has signed for this channel."""
    form = TOKEN_FORM.fullmatch(token) if len(token) <= TOKEN_MAX else None
    if form is None:
        return None
    # WSGI texts are bytes as Latin-1, and the function signs texts: so do we, as UTF-8.
    message = f"v1.{channel}.{form['calendar']}".encode()
    right = {base64.urlsafe_b64encode(hmac.digest(key.encode(), message, "sha256"))[:43] for key in KEYS}
    return _decoded(form["calendar"]) if form["signature"].encode() in right else None


def _decoded(encoded: str) -> str | None:
    """Only what base64url makes of a text, and no other spelling of it."""
    data = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)) if len(encoded) % 4 != 1 else b""
    if base64.urlsafe_b64encode(data).rstrip(b"=") != encoded.encode():
        return None
    try:
        return data.decode() or None
    except UnicodeDecodeError:
        return None

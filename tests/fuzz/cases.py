"""Notifications as strangers may send them: a good one, and what a few blows have made of it.

A case follows from its seed and number alone.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

KEYS = ("first-key-" * 4, "second-key" * 4)
CALENDARS = ("owner@example.com", "c_1a2b@group.calendar.google.com", "münchen@example.com", "x", "a" * 156)
CHANNELS = (
    "0b6ac0f4-6f0f-4a6e-9a55-6b2a3c0f3a51",
    "5d3e6a1c-9a7e-4a47-8f6d-0e9d1f2c3b4a",
    "plain",
    "a.b",
    "v1",
)
CHANNEL, STATE, TOKEN = "X-Goog-Channel-ID", "X-Goog-Resource-State", "X-Goog-Channel-Token"
LOOKALIKES = str.maketrans(
    {"a": "\u0430", "e": "\u0435", "v": "\uff56", "1": "\uff11", ".": "\uff0e", "o": "\u043e"}
)
ODD_VALUES = (
    "", " ", "\t", ".", "..", "...", "v1", "v1.", "v1..", "null", "0", "-1", "[]", "{}", "%00", "\0", "\x7f",
    "\xff", "\xc3\xa9", "\xed\xa0\x80", "a,b", '"', "'; drop table", "${jndi:ldap://x}", "../../etc/passwd",
    "x" * 8_000, "x" * 300_000, "." * 5_000, "=" * 100, "\u2028".encode().decode("latin-1"),
)  # fmt: skip
METHODS = (
    "GET",
    "PUT",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "PATCH",
    "TRACE",
    "CONNECT",
    "post",
    "P\xd6ST",
    "X" * 500,
    "",
)
STATES = ("sync", "exists", "not_exists", "SYNC", "Sync ", "sync,exists", "update", "\xff", "0")
PATHS = (
    "/",
    "/",
    "/any/where",
    "/%00",
    "/\xff",
    "/a//b",
    "//",
    "/robots.txt",
    "/favicon.ico",
    "/..",
    "/" + "p" * 9_000,
)
OTHERS = {
    "X-Cloud-Trace-Context": ("105445aa7843bc8bf206b12000100000/1;o=1", "nonsense", "x" * 9_000, "\xff"),
    "Function-Execution-Id": ("Xm3kQ9aZ07bc", '", "severity": "EMERGENCY', "\n", "e" * 9_000),
    "Content-Type": (
        "application/json; utf-8",
        "multipart/form-data",
        "text/plain; charset=utf-7",
        "\xff",
        ";" * 999,
    ),
    "Content-Length": ("0", "-1", "7", "abc", "9" * 30, "1e3", "0x10", "\xb2"),
    "Transfer-Encoding": ("chunked", "gzip, chunked", "identity", "\xff"),
    "Content-Encoding": ("gzip", "br"),
    "Authorization": ("Bearer x.y.z", "Basic OnA="),
    "X-Forwarded-For": ("127.0.0.1", "x" * 9_000),
    "X-HTTP-Method-Override": ("POST", "GET"),
    "Cookie": ("a=b", ";" * 999),
    "X-Goog-Resource-ID": ("", "r" * 8_000, "\xff", "\0"),
    "X-Goog-Channel-Expiration": ("Tue, 19 Nov 2013 01:13:52 GMT", "never"),
}
BODIES = (b"", b"{}", b"\xff\xfe", b"x" * 200_000, b"[" * 50_000, b"a=b&a=c", b"0\r\n\r\n")
STANDARD = str.maketrans("-_", "+/")


@dataclass(slots=True, kw_only=True)
class Case:
    """`headers` in the order and case in which they are sent; their texts are the bytes, as Latin-1."""

    number: int
    method: str = "POST"
    path: str = "/"
    query: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    blows: list[str] = field(default_factory=list)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def mac(key: str, channel: str, calendar: str, version: str = "v1") -> bytes:
    return hmac.digest(key.encode(), f"{version}.{channel}.{calendar}".encode("latin-1", "replace"), "sha256")


def token(key: str, channel: str, calendar: str) -> str:
    encoded = b64(calendar.encode())
    return f"v1.{encoded}.{b64(mac(key, channel, encoded))}"


def make(seed: int, number: int) -> Case:
    chance = Random(f"{seed} {number}")
    channel, calendar = chance.choice(CHANNELS), chance.choice(CALENDARS)
    case = Case(number=number, body=b"")
    case.headers = [
        (CHANNEL, channel),
        (STATE, chance.choice(("exists", "exists", "not_exists", "sync"))),
        (TOKEN, token(chance.choice(KEYS), channel, calendar)),
        ("X-Goog-Resource-ID", "ret08u3rv24htgh289g"),
        ("Host", "receive.example.com"),
    ]
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 5))):
        blow = chance.choice(BLOWS)
        case.blows.append(blow.__name__)
        blow(case, chance)
    return case


def value(case: Case, name: str) -> str:
    return next((text for key, text in case.headers if key.lower() == name.lower()), "")


def put(case: Case, name: str, text: str) -> None:
    """In place of what it held; where it is not sent any more, it stays away."""
    case.headers = [(key, text if key.lower() == name.lower() else old) for key, old in case.headers]


def _any(case: Case, chance: Random) -> str:
    """But `Host`: by that one the front end picks the function, and an odd one never comes here."""
    return chance.choice([name for name, _ in case.headers if name.lower() != "host"] or [TOKEN])


def missing(case: Case, chance: Random) -> None:
    name = _any(case, chance)
    case.headers = [(key, text) for key, text in case.headers if key != name]


def doubled(case: Case, chance: Random) -> None:
    name = _any(case, chance)
    old = value(case, name)
    again = chance.choice((old, "", "other", token(KEYS[0], "plain", "x"), chance.choice(ODD_VALUES)))
    case.headers.insert(chance.randrange(len(case.headers) + 1), (name, again))


def odd_case(case: Case, chance: Random) -> None:
    def mixed(name: str) -> str:
        return "".join(chance.choice((str.upper, str.lower))(sign) for sign in name)

    case.headers = [(mixed(name), text) for name, text in case.headers]


def odd_name(case: Case, chance: Random) -> None:
    name = _any(case, chance)
    other = chance.choice(
        (name.replace("-", "_"), f" {name}", f"{name} ", name + "\xff", name.replace("-", ""))
    )
    case.headers = [(other if key == name else key, text) for key, text in case.headers]


def odd_value(case: Case, chance: Random) -> None:
    put(case, chance.choice((CHANNEL, STATE, TOKEN)), chance.choice(ODD_VALUES))


def noise(case: Case, chance: Random) -> None:
    """Any bytes, in the place of any header."""
    text = "".join(chr(chance.randrange(256)) for _ in range(chance.choice((1, 3, 30, 300))))
    put(case, _any(case, chance), text)


def swapped(case: Case, chance: Random) -> None:
    one, other = chance.sample((CHANNEL, STATE, TOKEN, "X-Goog-Resource-ID"), 2)
    first, second = value(case, one), value(case, other)
    put(case, one, second)
    put(case, other, first)


def other_state(case: Case, chance: Random) -> None:
    put(case, STATE, chance.choice(STATES))


def other_method(case: Case, chance: Random) -> None:
    case.method = chance.choice(METHODS)


def other_path(case: Case, chance: Random) -> None:
    case.path = chance.choice(PATHS)
    case.query = chance.choice(("", "token=x", "%ff=%00", "&" * 500))


def other_header(case: Case, chance: Random) -> None:
    name = chance.choice(list(OTHERS))
    case.headers.append((name, chance.choice(OTHERS[name])))


def other_body(case: Case, chance: Random) -> None:
    case.body = chance.choice(BODIES)


def other_channel(case: Case, chance: Random) -> None:
    """The token of one channel from another, and what a dot in its id might hide."""
    old = value(case, CHANNEL)
    parts = value(case, TOKEN).split(".")
    glued = (f"{old}.{parts[1]}", f"{old}.") if len(parts) > 1 else (old[:-1],)
    put(case, CHANNEL, chance.choice((*CHANNELS, old.upper(), f"{old} ", f"v1.{old}", *glued)))


def other_calendar(case: Case, chance: Random) -> None:
    """The signature of one calendar under the name of another."""
    parts = value(case, TOKEN).split(".")
    if len(parts) == 3:
        put(case, TOKEN, f"{parts[0]}.{b64(chance.choice(CALENDARS).encode())}.{parts[2]}")


def one_sign(case: Case, chance: Random) -> None:
    """One character of the token changed, lost, added or doubled, at any place of it."""
    old = value(case, TOKEN)
    at = chance.randrange(len(old) + 1)
    sign = chance.choice(("", "", ".", "=", "-", "_", "+", "A", "\0", " ", "\xff", old[at : at + 1] * 2))
    put(case, TOKEN, old[:at] + sign + old[at + chance.randrange(2) :])


def one_bit(case: Case, chance: Random) -> None:
    old = value(case, TOKEN)
    if old:
        at = chance.randrange(len(old))
        put(case, TOKEN, old[:at] + chr(ord(old[at]) % 256 ^ 1 << chance.randrange(8)) + old[at + 1 :])


def cut(case: Case, chance: Random) -> None:
    old = value(case, TOKEN)
    at = chance.randrange(len(old) + 1)
    put(case, TOKEN, chance.choice((old[:at], old[at:])))


def moved_dots(case: Case, chance: Random) -> None:
    """The same characters, parted elsewhere."""
    bare = value(case, TOKEN).replace(".", "")
    places = sorted(chance.randrange(len(bare) + 1) for _ in range(chance.choice((1, 2, 2, 2, 3))))
    for at in reversed(places):
        bare = f"{bare[:at]}.{bare[at:]}"
    put(case, TOKEN, bare)


def other_spelling(case: Case, chance: Random) -> None:
    """Padded, of the other alphabet, in another case, with letters that only look alike, repeated."""
    old = value(case, TOKEN)
    put(
        case,
        TOKEN,
        chance.choice(
            (
                f"{old}=",
                old.replace(".", "=.") + "=",
                old.replace(".", "==."),
                old.translate(STANDARD),
                old.upper(),
                old.lower(),
                old.swapcase(),
                old.translate(LOOKALIKES).encode().decode("latin-1"),
                f" {old}",
                f"{old} ",
                f"{old}\t",
                f'"{old}"',
                f"Bearer {old}",
                f"{old},{old}",
                f"{old}.{old}",
                old.replace(".", "%2E"),
                old[::-1],
                base64.b64encode(old.encode("utf-8", "replace")).decode(),
            )
        ),
    )


def forged(case: Case, chance: Random) -> None:
    """Signed by somebody who knows how it is done, and not the keys."""
    channel, calendar = value(case, CHANNEL), b64(chance.choice(CALENDARS).encode())
    message = f"v1.{channel}.{calendar}".encode("latin-1", "replace")
    signature = chance.choice(
        (
            mac("", channel, calendar),
            mac("other-key-" * 4, channel, calendar),
            mac(",".join(KEYS), channel, calendar),
            mac(KEYS[0][:-1], channel, calendar),
            mac(KEYS[0], "", calendar),
            mac(KEYS[0], calendar, channel),
            mac(KEYS[0], channel, calendar, version="v2"),
            mac(KEYS[0], channel, calendar, version=""),
            mac(KEYS[0], channel, calendar)[:31],
            mac(KEYS[0], channel, calendar) + b"\0",
            hashlib.sha256(message).digest(),
            hashlib.sha256(KEYS[0].encode() + message).digest(),
            hmac.digest(KEYS[0].encode(), message, "sha1"),
            hmac.digest(KEYS[0].encode(), message, "sha512"),
            mac(KEYS[0], channel, calendar).hex().encode(),
            b"",
            b"\0" * 32,
        )
    )
    version = chance.choice(("v1", "v1", "v1", "V1", "v2", "", "v01"))
    put(case, TOKEN, f"{version}.{calendar}.{b64(signature)}")


def oddly_signed(case: Case, chance: Random) -> None:
    """With a key of ours, over a calendar that we would never have written so."""
    channel = value(case, CHANNEL)
    odd = (
        "",
        "_w",
        "A",
        "AB",
        "!!",
        "+/8",
        "eA==",
        "eB",
        "gICA",
        b64(b"\xff"),
        b64(b"x" * 300),
        "e A",
        b64(b"\0"),
    )
    calendar = chance.choice(odd)
    put(case, TOKEN, f"v1.{calendar}.{b64(mac(chance.choice(KEYS), channel, calendar))}")


def resigned(case: Case, chance: Random) -> None:
    """A good token once more, for whatever the channel is called by now."""
    put(case, TOKEN, token(chance.choice(KEYS), value(case, CHANNEL), chance.choice(CALENDARS)))


BLOWS: tuple[Callable[[Case, Random], None], ...] = (
    missing, doubled, odd_case, odd_name, odd_value, noise, swapped, other_state, other_method, other_path,
    other_header, other_body, other_channel, other_calendar, one_sign, one_sign, one_bit, one_bit, cut,
    moved_dots, other_spelling, forged, forged, oddly_signed, resigned,
)  # fmt: skip

"""Messages that a receiver of webhooks must refuse, made of those that the service sends."""

import base64
from dataclasses import dataclass, replace
from datetime import timedelta

from conformance.sender import NOW, Bend, as_made
from functions.adapters.web.client import Call

WRONG = f"v1,{base64.b64encode(bytes(32)).decode()}"
MINUTES = timedelta(minutes=6)
STRANGERS = "whoever knows the address can change and end conferences"
RECORDED = "a message that somebody recorded does its work again whenever they like"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    name: str
    bend: Bend = as_made
    shift: timedelta = NOW
    breaks: str = STRANGERS


def headers(**changed: str) -> Bend:
    """A keyword `webhook_id` replaces the header `webhook-id`; an empty text takes it away."""
    named = {name.replace("_", "-"): text for name, text in changed.items()}

    def bend(call: Call) -> Call:
        merged = {**call.headers, **named}
        return replace(call, headers={name: text for name, text in merged.items() if text})

    return bend


def rotated(call: Call) -> Call:
    """Signed with a secret that the receiver does not know, and with its own."""
    return headers(webhook_signature=f"{WRONG} {call.headers['webhook-signature']}")(call)


def lengthened(call: Call) -> Call:
    return replace(call, body=call.body + b" ")


FORGERIES = (
    Forgery(name="wrong signature", bend=headers(webhook_signature=WRONG)),
    Forgery(name="no signature", bend=headers(webhook_signature="")),
    Forgery(name="another body", bend=lengthened),
    Forgery(name="another id", bend=headers(webhook_id="another"), breaks=RECORDED),
    Forgery(name="6 minutes old", shift=-MINUTES, breaks=RECORDED),
    Forgery(name="6 minutes early", shift=MINUTES, breaks=RECORDED),
)

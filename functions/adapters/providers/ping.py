"""What a webhook's receiver makes of two pings, one signed and one forged: whether secret and path are right.

The forged one tells a receiver that does not know `ping` from one that is not there: whatever it answers to
a type, it refuses that one first. And it finds a receiver that takes everything.
"""

import httpx

from functions.adapters.web.client import Answer
from functions.core.errors import Rejected

PING = "ping"
UNTRUSTED = "WEBHOOK_SECRET is not the receiver's, or its clock is minutes off, or another door refuses first"
PATH = "nothing takes webhooks at this path: see WEBHOOK_URL"
ELSEWHERE = "no redirect is followed: give WEBHOOK_URL the address that it leads to"
OPEN = "it took a ping whose signature is wrong, too: the receiver must verify signatures with WEBHOOK_SECRET"
UNCLEAR = (
    "and so to a ping whose signature is wrong: if WEBHOOK_SECRET is the receiver's, the receiver must "
    "answer 2xx to a ping and 401 to a wrong signature, or this cannot be seen"
)
_REFUSED = frozenset({401, 403})
_NOT_THERE = frozenset({404, 405})


def refused(answer: Answer) -> bool:
    """Whether an answer says that the signature is not to be trusted."""
    return answer.status in _REFUSED


def found(signed: Answer, forged: Answer) -> str:
    """For people. Rejected with the setting that is wrong."""
    if fault := _fault(signed, forged):
        raise fault_of(signed, fault)
    told = f"answers {signed.status} to a signed ping, {forged.status} to a forged one"
    return told if _good(signed) else f"{told}: it does not know ping, but the secret"


def fault_of(signed: Answer, fault: str) -> Rejected:
    return Rejected(f"{signed.words()}; {fault}", logged=f"{signed.brief}; {fault}")


def _fault(signed: Answer, forged: Answer) -> str:
    if _good(forged):
        return OPEN
    if _good(signed) or refused(forged):
        return ""
    if httpx.codes.is_redirect(signed.status):
        return ELSEWHERE
    return PATH if signed.status in _NOT_THERE else UNCLEAR


def _good(answer: Answer) -> bool:
    return httpx.codes.is_success(answer.status)

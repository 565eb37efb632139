"""A caller of `initialize_syncing` is told from others by their identity token."""

from collections.abc import Callable, Collection, Sequence

from functions.core import caller
from functions.core.caller import ANYBODY, EVERYBODY, Caller
from functions.core.channel import Headers
from functions.ports import Identities


def identified(
    headers: Headers,
    identities: Callable[[], Identities],
    *,
    audiences: Collection[str],
    operators: Sequence[str],
) -> Caller:
    """`identities` is asked for only if a token is to be verified. BadRequest (403), RetryLater."""
    if EVERYBODY in operators:
        return ANYBODY
    token = caller.presented(headers)
    return caller.recognize(identities().claims(token), audiences=audiences, operators=operators)

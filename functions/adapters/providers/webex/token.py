"""Access tokens for Webex: a refresh token is exchanged for one.

The refresh token itself stays in the secret store. Webex lets it live for some time (90 days) after each
exchange: only one that nobody uses ends.
"""

import logging

from functions.adapters.web.client import Answer
from functions.adapters.web.tokens import Credentials, Granted, seconds
from functions.core.errors import Rejected, RetryLater

log = logging.getLogger(__name__)
MEND = "see WEBEX_CLIENT_ID, WEBEX_CLIENT_SECRET, WEBEX_REFRESH_TOKEN; how to make a new one: docs/webex.md"
DAY_S = 86_400
REFRESH_LEFT_MIN_S = 14 * DAY_S


def no_token(answer: Answer) -> RetryLater:
    """Its words are not repeated: what was sent were secrets."""
    if answer.status in {400, 401, 403}:
        return Credentials(f"{answer.brief} to the refresh token: {MEND}")
    return RetryLater(f"{answer.brief} and no access token: see WEBEX_API_URL")


def note_end(granted: Granted) -> None:
    """Log that the refresh token ends soon. An access token lasts for days, so each instance says it once."""
    left = seconds(granted.said.get("refresh_token_expires_in"))
    if left is not None and left < REFRESH_LEFT_MIN_S:
        log.warning("system.token_ends", extra={"provider": "webex", "days_left": int(left // DAY_S)})


def lifetime(granted: Granted, refresh_token: str) -> str:
    """How long the refresh token is good. Rejected if that ends soon."""
    left = seconds(granted.said.get("refresh_token_expires_in"))
    if left is None:
        return "can be reached; Webex did not say how long the refresh token is good"
    said = f"the refresh token is good for {int(left // DAY_S)} more days"
    if granted.said.get("refresh_token") not in (None, refresh_token):
        said += ", and Webex gave another one: make a new one and keep that, as docs/webex.md says"
    if left < REFRESH_LEFT_MIN_S:
        raise Rejected(f"{said}: make a new one before it ends, as docs/webex.md says")
    return f"can be reached; {said}"

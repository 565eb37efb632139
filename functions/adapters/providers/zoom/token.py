"""Zoom's access tokens for a server-to-server app: https://developers.zoom.us/docs/internal-apps/s2s-oauth/."""

import httpx

from functions.adapters.providers.zoom.errors import SCOPES, ScopeMissing, lacking
from functions.adapters.web.client import Answer
from functions.adapters.web.tokens import Credentials, Granted
from functions.core.errors import RetryLater

API_URL = "https://api.zoom.us/v2"

_ZOOM = ("zoom.us", "zoomgov.com")
_SETTINGS = "see ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET and ZOOM_TOKEN_URL"
_HINTS = {
    "invalid_client": "see ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET",
    "invalid_request": "see ZOOM_ACCOUNT_ID; is the app activated?",
    "unsupported_grant_type": "is it a server-to-server OAuth app?",
}


def no_token(answer: Answer) -> RetryLater:
    if httpx.codes.is_success(answer.status):  # what it said may be a token
        return RetryLater("this is not how Zoom gives a token, see ZOOM_TOKEN_URL")
    said = answer.json()
    hint = _HINTS.get(str(said.get("error")) if isinstance(said, dict) else "", _SETTINGS)
    return Credentials(f"Zoom gives no token: {answer.words()}; {hint}", logged=f"{answer.brief}; {hint}")


def check_scopes(granted: Granted) -> None:
    """ScopeMissing. Zoom need not say them."""
    scopes = frozenset(str(granted.said.get("scope", "")).replace(",", " ").split())
    missing = [scope for scope, older in SCOPES.items() if scopes.isdisjoint({scope, *older})]
    if scopes and missing:
        raise ScopeMissing(f"the app's token lacks scopes: {lacking(missing)}")


def api_url(granted: Granted) -> str:
    """The account's own API, if that is Zoom's: the token goes there."""
    try:
        url = httpx.URL(str(granted.said.get("api_url", "")))
    except httpx.InvalidURL:
        return API_URL
    zooms = any(url.host == each or url.host.endswith(f".{each}") for each in _ZOOM)
    usual = url.port is None and not url.userinfo
    return f"https://{url.host}/v2" if url.scheme == "https" and zooms and usual else API_URL

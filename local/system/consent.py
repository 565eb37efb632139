"""Where users consent themselves: the service is a client of the stand-in's, which then asks for tokens."""

from collections.abc import Mapping

from gcal_standin.server import Server

CONNECT = "connect_calendar"
CLIENT_ID = "1-service.apps.googleusercontent.com"
ADDON_ID = "2-addon.apps.googleusercontent.com"  # what the control `identity` is given as its audience


def consent_settings(calendar_url: str, connect_url: str, secrets: Mapping[str, str]) -> dict[str, str]:
    return {
        **{name: secrets[name] for name in ("GOOGLE_OAUTH_CLIENT_SECRET", "GRANT_KEYS")},
        "GOOGLE_OAUTH_URL": calendar_url,
        "GOOGLE_OAUTH_CLIENT_ID": CLIENT_ID,
        "CONNECT_URL": connect_url.rstrip("/"),
        "ADDON_CLIENT_ID": ADDON_ID,
        "OPERATORS": "*",  # as where nobody is asked: all of it is on this machine
    }


def register(settings: Mapping[str, str], calendar: Server) -> None:
    """As an operator does in Google's console."""
    client = {
        "id": settings["GOOGLE_OAUTH_CLIENT_ID"],
        "secret": settings["GOOGLE_OAUTH_CLIENT_SECRET"],
        "redirectUris": [f"{settings['CONNECT_URL']}/callback"],
    }
    calendar.control("POST", "clients", client)

"""Scopes: their full names, and which of them a person may leave unticked.

A tick is shown for each scope beyond signing in, once there is more than one thing to allow:
https://developers.google.com/identity/protocols/oauth2/resources/granular-permissions
"""

from collections.abc import Collection, Sequence

from gcal_standin.consent.errors import Refused, missing

GOOGLE = "https://www.googleapis.com/auth/"
OPENID, EMAIL, PROFILE = "openid", f"{GOOGLE}userinfo.email", f"{GOOGLE}userinfo.profile"
SIGN_IN = (OPENID, EMAIL, PROFILE)
_SHORT = {"email": EMAIL, "profile": PROFILE}


def asked(text: str) -> Sequence[str]:
    """The scopes of an authorisation request. Refused if there is none, or one that Google does not have."""
    scopes = tuple(dict.fromkeys(_SHORT.get(each, each) for each in text.split()))
    if not scopes:
        raise missing("scope")
    unknown = [each for each in scopes if each != OPENID and not each.startswith(GOOGLE)]
    if unknown:
        raise Refused(400, "invalid_scope", f"Some requested scopes were invalid: {unknown}")
    return scopes


def with_ticks(scopes: Sequence[str]) -> Sequence[str]:
    """Those that a person ticks one by one."""
    others = [each for each in scopes if each not in SIGN_IN]
    things = len(others) + (len(others) < len(scopes))
    return others if things > 1 else ()


def granted(scopes: Sequence[str], ticked: Collection[str] | None) -> Sequence[str]:
    """What is left of the scopes asked for; no `ticked` at all means that everything was."""
    if ticked is None:
        return scopes
    choice = with_ticks(scopes)
    return tuple(each for each in scopes if each not in choice or each in ticked)

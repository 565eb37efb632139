"""conferenceData: written only when the caller says it knows of it, checked against Google's limits."""

import hashlib

from gcal_standin.model.errors import invalid
from gcal_standin.model.times import Json

_URI_MAX = 1300
_LABEL_MAX = 512
_CODE_MAX = 128
_NOTES_MAX = 2048
_CODES = ("meetingCode", "accessCode", "passcode", "password", "pin")
_AT_MOST_ONE = ("video", "sip", "more")
_MEET = {"key": {"type": "hangoutsMeet"}, "name": "Google Meet"}


def accepted(data: Json) -> Json:
    """Return the conference as Google stores it: a copy, or a new Meet for a create request."""
    if "createRequest" in data and "conferenceSolution" not in data:
        return _created(data["createRequest"])
    if not data.get("conferenceSolution") or not data.get("entryPoints"):
        raise invalid("Invalid conference data: a solution and an entry point are needed.")
    _check_entry_points(data["entryPoints"])
    if len(data.get("notes", "")) > _NOTES_MAX:
        raise invalid("Invalid conference data: the notes are too long.")
    return data


def _check_entry_points(points: list[Json]) -> None:
    kinds = [point.get("entryPointType") for point in points]
    if any(kinds.count(kind) > 1 for kind in _AT_MOST_ONE) or set(kinds) == {"more"}:
        raise invalid("Invalid conference data: entry points.")
    for point in points:
        codes_long = any(len(point.get(code, "")) > _CODE_MAX for code in _CODES)
        if codes_long or len(point.get("uri", "")) > _URI_MAX or len(point.get("label", "")) > _LABEL_MAX:
            raise invalid("Invalid conference data: an entry point's field is too long.")


def _created(request: Json) -> Json:
    kind = request.get("conferenceSolutionKey", {}).get("type", "hangoutsMeet")
    if not request.get("requestId") or kind != "hangoutsMeet":
        # Conferences of add-ons are made by the add-on, never by a create request.
        raise invalid("Invalid conference type value.")
    letters = "".join(
        chr(ord("a") + byte % 26) for byte in hashlib.sha256(request["requestId"].encode()).digest()
    )
    code = f"{letters[:3]}-{letters[3:7]}-{letters[7:10]}"
    uri = f"https://meet.google.com/{code}"
    return {
        "createRequest": request | {"status": {"statusCode": "success"}},
        "entryPoints": [{"entryPointType": "video", "uri": uri, "label": uri.removeprefix("https://")}],
        "conferenceSolution": _MEET,
        "conferenceId": code,
    }

"""The small Webex in tests: a provider for it, and Webex's own description to hold both against."""

import json
from pathlib import Path
from typing import Any

from functions.adapters.http import Http
from functions.adapters.provider_webex import WebexProvider, WebexSettings
from local.webex.server import CLIENT
from tests import needs

DESCRIPTION = "webex-meeting.slim.json"


def settings(url: str, **more: str) -> WebexSettings:
    return WebexSettings(**{**CLIENT, "refresh_token": "refresh-word", "api_url": url, **more})


def provider(url: str, *, http: Http | None = None, now: Any = None, **more: str) -> WebexProvider:
    """One that loses no time between its tries."""
    http = http or Http(sleep=lambda _seconds: None)
    return WebexProvider(settings(url, **more), http=http, **({"now": now} if now else {}))


def description(folder: Path) -> str:
    """Cisco's, with what its prose says and its schema leaves out: agenda and recurrence may be null. Tokens are
    described elsewhere, so their address is let through.
    """
    found = json.loads((needs.descriptions() / DESCRIPTION).read_text())
    operation = found["paths"]["/meetings/{meetingId}"]["patch"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    while "$ref" in schema:
        schema = found["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for name in ("agenda", "recurrence"):
        schema["properties"][name]["nullable"] = True
    schema["additionalProperties"] = False
    answer = {"description": "a token or why not", "content": {"application/json": {"schema": {}}}}
    body = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}}
    found["paths"]["/access_token"] = {"post": {"requestBody": body, "responses": {"default": answer}}}
    path = folder / DESCRIPTION
    path.write_text(json.dumps(found))
    return str(path)

"""What goes back over HTTP: JSON with the headers Google sends, refusals, and 304 for who has it already."""

import json
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Request, Response

from gcal_standin.model.errors import ApiError
from gcal_standin.web.call import Answer
from gcal_standin.web.discovery import Method
from gcal_standin.web.fields import masked
from gcal_standin.web.refusals import Detailed, Garbled

JSON = "application/json; charset=UTF-8"
_VARY = {"Vary": "Origin, X-Origin, Referer"}
_READ = {"Cache-Control": "private, max-age=0, must-revalidate, no-transform"}
_WRITTEN = {"Cache-Control": "no-cache, no-store, max-age=0, must-revalidate", "Pragma": "no-cache"}
_REALM = 'Bearer realm="https://accounts.google.com/"'


def success(answer: Answer, method: Method, query: dict[str, list[str]], request: Request) -> Response:
    """Write an answer, less what its mask leaves out."""
    headers = _VARY | (_READ if method.verb == "GET" else _WRITTEN)
    if answer.content is None:
        return Response(status=answer.status, headers=headers)
    if answer.etag and "items" not in answer.content:
        headers["ETag"] = answer.etag
    if method.verb == "GET" and answer.etag and _has(request, answer.etag):
        return Response(status=304, headers=headers)
    return document(
        masked(answer.content, query.get("fields", [""])[-1], method.response), answer.status, headers
    )


def document(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Write JSON as Google does."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers, content_type=JSON)


def refused(error: ApiError) -> Response:
    """Write a refusal, or the odd text that comes in its place."""
    headers = dict(_VARY)
    if error.retry_after is not None:
        headers["Retry-After"] = f"{error.retry_after:g}"
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = f'{_REALM}, error="invalid_token"'
    if isinstance(error, Detailed) and error.challenge:
        headers["WWW-Authenticate"] = f"{_REALM}, {error.challenge}"
    if isinstance(error, Garbled):
        kind = "text/html; charset=UTF-8" if error.text.startswith("<") else JSON
        return Response(error.text, error.status, headers, content_type=kind)
    return document(error.envelope(), error.status, headers)


def _has(request: Request, etag: str) -> bool:
    known = request.if_none_match
    return known.star_tag or known.contains_raw(etag)

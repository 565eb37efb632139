"""Calls to Zoom's API, each with a token."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from functions.adapters.providers.zoom.errors import error_of, wait
from functions.adapters.providers.zoom.token import api_url
from functions.adapters.web.client import Answer, Call, Http
from functions.adapters.web.tokens import Granted, Tokens
from functions.core.errors import RetryLater


class Api:
    """`url` is used instead of what Zoom says of itself, if there is one."""

    def __init__(self, *, url: str, http: Http, tokens: Tokens) -> None:
        self._url = url.rstrip("/")
        self._http = http
        self._tokens = tokens

    def read(self, path: str) -> Mapping[str, Any]:
        answer = self._asked("GET", path)
        said = answer.json()
        if not isinstance(said, dict):
            why = "this is not how Zoom answers, see ZOOM_API_URL"
            raise RetryLater(f"{why}: {answer.words()}", logged=f"{why}: {answer.brief}")
        return said

    def patch(self, path: str, fields: Mapping[str, object]) -> None:
        self._asked("PATCH", path, json.dumps(fields).encode())

    def delete(self, path: str) -> None:
        self._asked("DELETE", path)

    def _asked(self, method: str, path: str, body: bytes = b"") -> Answer:
        answer = self._tokens.used(lambda granted: self._once(granted, method, path, body))
        if not httpx.codes.is_success(answer.status):
            raise error_of(answer)
        return answer

    def _once(self, granted: Granted, method: str, path: str, body: bytes) -> Answer:
        headers = {"accept": "application/json", "authorization": f"Bearer {granted.token}"}
        if body:
            headers["content-type"] = "application/json"
        url = f"{self._url or api_url(granted)}{path}"
        return self._http.send(lambda: Call(method=method, url=url, headers=headers, body=body), wait=wait)

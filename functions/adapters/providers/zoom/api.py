"""Calls to Zoom's API, each with a token; a token that is refused is replaced once."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from functions.adapters.providers.zoom.errors import Credentials, TokenRefused, error_of, wait
from functions.adapters.providers.zoom.token import Token, Tokens
from functions.adapters.web.client import Answer, Call, Http
from functions.core.errors import RetryLater


class Api:
    """`url` is used instead of what Zoom says of itself, if there is one."""

    def __init__(self, *, url: str, http: Http, tokens: Tokens) -> None:
        self._url = url.rstrip("/")
        self._http = http
        self._tokens = tokens

    def read(self, path: str) -> Mapping[str, Any]:
        answer = self._asked("GET", path, None)
        said = answer.json()
        if not isinstance(said, dict):
            why = "this is not how Zoom answers, see ZOOM_API_URL"
            raise RetryLater(f"{why}: {answer.words()}", logged=f"{why}: {answer.brief}")
        return said

    def patch(self, path: str, fields: Mapping[str, object]) -> None:
        self._asked("PATCH", path, json.dumps(fields).encode())

    def delete(self, path: str) -> None:
        self._asked("DELETE", path, None)

    def _asked(self, method: str, path: str, body: bytes | None) -> Answer:
        token = self._tokens.get()
        try:
            return self._once(token, method, path, body)
        except TokenRefused:
            token = self._tokens.get(refused=token)
        try:
            return self._once(token, method, path, body)
        except TokenRefused as error:
            hint = "Zoom does not take the token that it just gave: is the app activated?"
            raise Credentials(f"{error}; {hint}", logged=f"{error.logged}; {hint}") from error

    def _once(self, token: Token, method: str, path: str, body: bytes | None) -> Answer:
        headers = {"accept": "application/json", "authorization": f"Bearer {token.text}"}
        if body is not None:
            headers["content-type"] = "application/json"
        url = f"{self._url or token.api_url}{path}"
        answer = self._http.send(
            lambda: Call(method=method, url=url, headers=headers, body=body or b""), wait=wait
        )
        if not httpx.codes.is_success(answer.status):
            raise error_of(answer)
        return answer

"""Connections to Calendar: answers that end, and no redirects, which Calendar does not use.

httplib2 reads an answer whole, whatever its length. It refuses one that unpacks to more than a hundred times
its size, which a page of similar events may well do: here only the unpacked length counts.
"""

from http.client import HTTPException, HTTPResponse
from typing import Any

import httplib2
from httplib2.decode import DecodeLimitError

TIMEOUT_S = 30
ANSWER_MAX_BYTES = 16 << 20  # a page of 100 events, each with all the text that Calendar takes, has some 6


class TooLong(HTTPException):
    """An answer is longer than `ANSWER_MAX_BYTES`, packed or unpacked."""


class _Answer(HTTPResponse):
    def read(self, amt: int | None = None) -> bytes:
        if amt is not None:
            return super().read(amt)
        try:
            body = super().read(ANSWER_MAX_BYTES + 1)
        finally:
            self.close()  # the library leaves open what breaks off or names no length, until it is collected
        if len(body) > ANSWER_MAX_BYTES:
            raise TooLong
        return body


class CalendarHttp(httplib2.Http):  # type: ignore[misc]
    """Not to be shared between threads."""

    def __init__(self) -> None:
        super().__init__(timeout=TIMEOUT_S, decode_limit_hard=ANSWER_MAX_BYTES, decode_limit_ratio=0)
        self.follow_redirects = False

    def __del__(self) -> None:
        """Calendar keeps connections open: they are closed with this object, such as when its thread ends."""
        self.close()

    def _conn_request(self, conn: Any, *request: Any) -> Any:
        conn.response_class = _Answer
        try:
            return super()._conn_request(conn, *request)
        except TooLong:
            conn.close()  # the rest of the answer is still on the line
            raise
        except DecodeLimitError as error:
            raise TooLong from error

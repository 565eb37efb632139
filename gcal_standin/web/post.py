"""One notification as Google sends it: a POST with an empty, chunked body whose headers say everything."""

import http.client
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from urllib.parse import urlsplit

from gcal_standin.model.channels import Channel

_TIMEOUT_S = 10.0


def headers(channel: Channel, state: str, number: int) -> dict[str, str]:
    expires = datetime.fromtimestamp(channel.expires_ms // 1000, UTC)
    told = {
        "User-Agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
        "Transfer-Encoding": "chunked",
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate, br",
        "X-Goog-Channel-ID": channel.id,
        "X-Goog-Channel-Expiration": format_datetime(expires, usegmt=True),
        "X-Goog-Message-Number": str(number),
        "X-Goog-Resource-ID": channel.resource_id,
        "X-Goog-Resource-State": state,
        "X-Goog-Resource-URI": channel.resource_uri,
    }
    return told | ({"X-Goog-Channel-Token": channel.token} if channel.token else {})


def post(channel: Channel, state: str, number: int) -> int | None:
    """Send one notification; return the receiver's status, or None when there was no answer."""
    parts = urlsplit(channel.address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(parts.scheme, parts.netloc)
    try:
        # Who goes by the headers alone may have answered and hung up before the empty body has ended.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", path, (), headers=headers(channel, state, number), encode_chunked=True)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _connection(scheme: str, netloc: str) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(netloc, timeout=_TIMEOUT_S, context=_tls())
    return http.client.HTTPConnection(netloc, timeout=_TIMEOUT_S)

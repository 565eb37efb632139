"""`POST /batch/calendar/v3`: several calls in one multipart request, each answered as if it came alone."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from uuid import uuid4

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from gcal_standin.model.errors import ApiError

# The figure in the guides about batches; whether Calendar still holds to it is not confirmed.
_CALLS_MAX = 50


def respond(request: Request, one: Callable[[Request], Response]) -> Response:
    parts = list(_parts(request))
    if len(parts) > _CALLS_MAX:
        raise ApiError(400, "invalid", f"The batch request has more than {_CALLS_MAX} calls.")
    boundary = f"batch_{uuid4().hex}"
    answers = b"".join(_answer(part, one, boundary) for part in parts)
    return Response(
        answers + f"--{boundary}--\r\n".encode(), content_type=f"multipart/mixed; boundary={boundary}"
    )


def _parts(request: Request) -> Iterator[Message]:
    head = f"Content-Type: {request.content_type}\r\n\r\n".encode()
    whole = message_from_bytes(head + request.get_data(), policy=HTTP)
    if not whole.is_multipart():
        raise ApiError(400, "badRequest", "A batch request is multipart/mixed.")
    for part in whole.walk():
        if part.get_content_type() == "application/http":
            yield part


def _answer(part: Message, one: Callable[[Request], Response], boundary: str) -> bytes:
    response = one(_inner(part))
    content_id = str(part.get("Content-ID", "")).strip("<> ")
    lines = [f"--{boundary}", "Content-Type: application/http", f"Content-ID: <response-{content_id}>", ""]
    lines += [
        f"HTTP/1.1 {response.status}",
        *(f"{name}: {value}" for name, value in response.headers),
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + response.get_data() + b"\r\n"


def _inner(part: Message) -> Request:
    content = part.get_payload(decode=True)
    start, _, rest = (content if isinstance(content, bytes) else b"").lstrip().partition(b"\n")
    verb, target, *_ = start.decode().split()
    message = BytesParser().parsebytes(rest)
    body = message.get_payload(decode=True)
    builder = EnvironBuilder(
        path=target.partition("?")[0],
        query_string=target.partition("?")[2],
        method=verb,
        headers=list(message.items()),
        data=body if isinstance(body, bytes) and body.strip() else None,
    )
    return Request(builder.get_environ())

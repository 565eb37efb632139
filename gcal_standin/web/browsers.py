"""What a page of another origin may do in a browser: whatever it asks for, as with Google."""

from werkzeug.wrappers import Request, Response

_METHODS = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"
_FORGOTTEN_AFTER_S = 3_600


def preflight(request: Request) -> Response:
    """Answer what a browser asks before it lets a page make a call."""
    response = opened(request, Response())
    asked = request.headers.get("Access-Control-Request-Headers")
    if "Origin" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = _METHODS
        response.headers["Access-Control-Max-Age"] = str(_FORGOTTEN_AFTER_S)
    if asked:
        response.headers["Access-Control-Allow-Headers"] = asked
    return response


def foreign(request: Request) -> bool:
    """Whether a page of another origin makes the call."""
    origin = request.headers.get("Origin")
    return origin is not None and origin != request.host_url.rstrip("/")


def opened(request: Request, response: Response) -> Response:
    """Let the page that made a call see the answer."""
    origin = request.headers.get("Origin")
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
    return response

"""The page over HTTP: its files, what happens as server-sent events, and what people do on it.

It answers before the system is up, and says so.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from local.page.news import News
from local.page.wishes import BadWish, Wish
from local.system.ports import listener
from local.system.served import HOST, ROOT, StartFailed

STATIC = Path(__file__).parent / "static"
WIDGET = ROOT / ".cache" / "page" / "node_modules" / "@event-calendar" / "build" / "dist"
LOOK_EVERY_S = 0.03
PULSE_EVERY = 200  # looks without news, until a page that is gone is noticed
STOP_WITHIN_S = 2
NOT_UP = "The system is still starting: try again in a moment."
# Nothing from elsewhere is loaded, and no other page may frame this one.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

Action = Callable[[Wish], Any]


class PageServer:
    """Runs from its making to `stop`. `actions` are what a page may ask for, by name, once they are there."""

    def __init__(self, port: int, news: News) -> None:
        self._news = news
        self.actions: dict[str, Action] = {}
        self._stopping = threading.Event()
        self._listener = listener(port)
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}/"
        config = uvicorn.Config(
            self._app(),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            lifespan="off",
        )
        self._server = uvicorn.Server(config)
        run = self._server.run
        self._thread = threading.Thread(target=run, args=([self._listener],), name="page", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    def _app(self) -> Starlette:
        routes = [
            Route("/", self._index),
            Route("/api/stream", self._stream),
            Route("/api/{action}", self._act, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
            Mount("/widget", StaticFiles(directory=WIDGET, check_dir=False)),
        ]
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
        return Starlette(routes=routes, middleware=[hosts])

    async def _index(self, _: Request) -> Response:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return FileResponse(STATIC / "index.html", headers=headers)

    async def _stream(self, request: Request) -> Response:
        run, _, seq = request.headers.get("last-event-id", "").partition("-")
        since = int(seq) if run == self._news.run and seq.isdigit() else 0
        return StreamingResponse(
            self._events(since), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _events(self, seq: int) -> AsyncIterator[str]:
        yield f"retry: 1000\nevent: run\ndata: {json.dumps({'run': self._news.run})}\n\n"
        idle = 0
        while not self._stopping.is_set():
            items, idle = self._news.since(seq), idle + 1
            for item in items:
                seq, idle = item.seq, 0
                yield f"id: {self._news.run}-{seq}\nevent: {item.kind}\ndata: {json.dumps(item.data)}\n\n"
            if idle == PULSE_EVERY:
                idle = 0
                yield ": still here\n\n"
            await asyncio.sleep(LOOK_EVERY_S)

    async def _act(self, request: Request) -> Response:
        """JSON alone is taken: no form of another site can send that."""
        action = self.actions.get(request.path_params["action"])
        if action is None:
            known = ", ".join(self.actions)
            return _told(
                f"There is no such action: it is one of {known}." if known else NOT_UP, 404 if known else 503
            )
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _told("Send application/json.", 415)
        try:
            wish = Wish(json.loads(await request.body()))
            return JSONResponse(await run_in_threadpool(action, wish))
        except ValueError:
            return _told("The body is no JSON: send one object.", 400)
        except BadWish as bad:
            return _told(str(bad), 400)
        except StartFailed as failed:
            return _told(str(failed), 503)


def _told(sentence: str, status: int) -> Response:
    return JSONResponse({"error": sentence}, status)

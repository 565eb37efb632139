"""A Pub/Sub that answers each publish after so many milliseconds, as one that is a network away.

A process of its own: `python -m bench.slow_pubsub MS` prints its port, and ends when its input does.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import grpc  # type: ignore[import-untyped]
from google.pubsub_v1.types import PublishRequest, PublishResponse

from bench.deployed import ROOT
from bench.load import HOST

PUBLISH = "/google.pubsub.v1.Publisher/Publish"


class SlowPublisher(grpc.GenericRpcHandler):  # type: ignore[misc]
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ids = count(1)

    def service(self, details: Any) -> Any:
        return grpc.unary_unary_rpc_method_handler(self._publish) if details.method == PUBLISH else None

    async def _publish(self, request: bytes, _: object) -> bytes:
        await asyncio.sleep(self._seconds)
        ids = [str(next(self._ids)) for _ in PublishRequest.pb().FromString(request).messages]
        answer: bytes = PublishResponse.pb()(message_ids=ids).SerializeToString()
        return answer


async def _serve(seconds: float) -> None:
    server = grpc.aio.server(handlers=[SlowPublisher(seconds)])
    print(server.add_insecure_port(f"{HOST}:0"), flush=True)
    await server.start()
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(None)


@contextmanager
def slow_pubsub(milliseconds: float) -> Iterator[str]:
    """Its host and port."""
    command = [sys.executable, "-m", "bench.slow_pubsub", str(milliseconds)]
    with subprocess.Popen(  # closes the pipes at its end
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        yield f"{HOST}:{process.stdout.readline().strip()}"


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]) / 1000))

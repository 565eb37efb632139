"""Sends one request over many kept connections, each again as soon as it is answered. A process of its own:
`python -m bench.load PORT CONNECTIONS SECONDS` with the request on standard input; prints JSON.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field

from bench.deployed import ROOT

HOST = "127.0.0.1"
WARM_SHARE = 0.25  # of the time measured goes before it, for connections and threads to come up
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    per_second: float
    statuses: dict[str, int]
    median_ms: float
    late_ms: float


@dataclass(slots=True, kw_only=True)
class _Tally:
    request: bytes
    counting: bool = False
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def add(self, status: str, seconds: float) -> None:
        if self.counting:
            self.statuses[status] += 1
            self.seconds.append(seconds)


class _Connection(asyncio.Protocol):
    def __init__(self, tally: _Tally) -> None:
        self._tally = tally
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, end, body = self._answer.partition(END)
        if not end:
            return
        length = LENGTH.search(head)
        if length is None or len(body) >= int(length[1]):
            self._tally.add(head[9:12].decode(), time.perf_counter() - self._sent)
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it so
        self._tally.statuses["connection lost"] += 1

    def _send(self) -> None:
        self._answer, self._sent = b"", time.perf_counter()
        self._transport.write(self._tally.request)


async def _load(port: int, connections: int, seconds: float, request: bytes) -> Outcome:
    tally, loop = _Tally(request=request), asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: _Connection(tally), HOST, port)
    await asyncio.sleep(seconds * WARM_SHARE)
    tally.counting, began = True, time.perf_counter()
    await asyncio.sleep(seconds)
    tally.counting, took = False, time.perf_counter() - began
    ranked = sorted(tally.seconds)
    return Outcome(
        per_second=len(ranked) / took,
        statuses=dict(tally.statuses),
        median_ms=ranked[len(ranked) // 2] * 1000,
        late_ms=ranked[len(ranked) * 99 // 100] * 1000,
    )


def load(port: int, *, connections: int, seconds: float, request: bytes) -> Outcome:
    """Done by another process, so that it shares no interpreter with anything measured."""
    command = [sys.executable, "-m", "bench.load", str(port), str(connections), str(seconds)]
    done = subprocess.run(command, input=request, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return Outcome(**json.loads(done.stdout))


if __name__ == "__main__":
    _port, _connections, _seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    outcome = asyncio.run(_load(_port, _connections, _seconds, sys.stdin.buffer.read()))
    print(json.dumps(asdict(outcome)))

"""Changes the events of many calendars and sends each change's burst of notifications, at a steady rate.

A process of its own, as Google is: `python -m bench.rush` with an Order on standard input; prints a Sent.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

HOST = "127.0.0.1"
CONNECTIONS = 32
RETRY_S = 1.0  # Google's pause after a failure, which only the first is as short as
TRIES_MAX = 10
TAKEN = "204"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Ports of the receiver and of the stand-in; each burst is a calendar's headers and its two changes."""

    receiver: int
    standin: int
    rate: float
    size: int
    bursts: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`given_up` are notifications that were never taken."""

    seconds: float
    statuses: Mapping[str, int]
    given_up: int
    median_ms: float
    late_ms: float


@dataclass(slots=True, kw_only=True)
class Rush:
    order: Order
    waiting: asyncio.Queue[tuple[bytes, int, float]] = field(default_factory=asyncio.Queue)
    statuses: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    given_up: int = 0

    async def run(self) -> Sent:
        began = time.perf_counter()
        senders = [asyncio.create_task(self._send()) for _ in range(CONNECTIONS)]
        async with asyncio.TaskGroup() as bursts:
            for number, burst in enumerate(self.order.bursts):
                due = began + number * self.order.size / self.order.rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                bursts.create_task(self._burst(burst))
        await self.waiting.join()
        seconds, ranked = time.perf_counter() - began, sorted(self.took)
        for sender in senders:
            sender.cancel()
        return Sent(
            seconds=seconds,
            statuses=dict(self.statuses),
            given_up=self.given_up,
            median_ms=ranked[len(ranked) // 2] * 1000,
            late_ms=ranked[len(ranked) * 99 // 100] * 1000,
        )

    async def _burst(self, burst: Mapping[str, Any]) -> None:
        """Half follows the first change, half the second."""
        request = post("/", burst["headers"], b"")
        for change, count in zip(burst["changes"], halves(self.order.size), strict=True):
            await self._change(change)
            for _ in range(count):
                self.waiting.put_nowait((request, 1, time.perf_counter()))

    async def _change(self, change: Mapping[str, Any]) -> None:
        reader, writer = await asyncio.open_connection(HOST, self.order.standin)
        writer.write(post("/standin/events", {"Connection": "close"}, json.dumps(change).encode()))
        answer = await reader.read()
        writer.close()
        if answer[9:12] != b"200":
            raise ValueError(answer.decode())

    async def _send(self) -> None:
        line = None
        while True:
            request, tries, since = await self.waiting.get()
            try:
                line = line or await asyncio.open_connection(HOST, self.order.receiver)
                status = await _answered(*line, request)
            except (OSError, asyncio.IncompleteReadError):
                line, status = None, "no answer"
            self.statuses[status] += 1
            if status == TAKEN:
                self.took.append(time.perf_counter() - since)
            elif tries < TRIES_MAX:
                await asyncio.sleep(RETRY_S)
                self.waiting.put_nowait((request, tries + 1, since))
            else:
                self.given_up += 1
            self.waiting.task_done()


async def _answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> str:
    """The status; IncompleteReadError if the connection was closed meanwhile."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, length, rest = head.partition(b"content-length:")
    if length:
        await reader.readexactly(int(rest.partition(b"\r\n")[0]))
    return head[9:12].decode()


def post(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = {"Host": "bench", "Content-Length": str(len(body)), **headers}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {path} HTTP/1.1\r\n{text}\r\n".encode() + body


def halves(size: int) -> tuple[int, int]:
    return size - size // 2, size // 2


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(Rush(order=Order(**json.load(sys.stdin))).run()))))

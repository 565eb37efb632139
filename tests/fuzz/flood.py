"""Large bodies sent to the receiver at once, as a process of its own: what its memory has to stand."""

import os
import socket
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx

from local.system.ports import ports
from local.system.served import Served
from tests.fuzz.cases import KEYS

AT_ONCE = 16
BODY_MIB = 30  # Cloud Run takes 32 MiB at most
PIECE = b"x" * (1 << 20)
START_S, PATIENCE_S = 60.0, 30.0
LENGTH = f"Content-Length: {BODY_MIB << 20}"
CHUNKED = "Transfer-Encoding: chunked"


def flood() -> dict[str, int]:
    """Peak memory in MiB of the whole receiver: before anything was sent, then after each kind of body."""
    with tempfile.TemporaryDirectory() as folder:
        served, port = _started(Path(folder))
        try:
            peaks = {"idle": _peak(served)}
            for kind in (LENGTH, CHUNKED):
                with ThreadPoolExecutor(AT_ONCE) as pool:
                    list(pool.map(_send, [port] * AT_ONCE, [kind] * AT_ONCE))
                peaks[kind] = _peak(served)
        finally:
            served.terminate()
            served.wait()
    return peaks


def _started(folder: Path) -> tuple[Served, int]:
    with ports(0, 1) as (port,):
        return _served(folder, port), port


def _served(folder: Path, port: int) -> Served:
    served = Served("receive_notification", port, folder / "log")
    keys, queue = ",".join(KEYS), f"sqlite:{folder / 'queue'}"
    threads = {"THREADS": str(2 * AT_ONCE)}  # as many as a function gets requests at once
    served.start({"PATH": os.environ["PATH"], "CHANNEL_TOKEN_KEYS": keys, "QUEUE": queue, **threads})
    with httpx.Client() as client:
        served.wait_until_ready(client, time.monotonic() + START_S)
    return served


def _send(port: int, kind: str) -> None:
    """Until the receiver has had enough: it may hang up before the end."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), PATIENCE_S) as line:
        line.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{kind}\r\n\r\n".encode())
        for _ in range(BODY_MIB):
            line.sendall(b"100000\r\n" + PIECE + b"\r\n" if kind == CHUNKED else PIECE)
        if kind == CHUNKED:
            line.sendall(b"0\r\n\r\n")
        line.recv(1)


def _peak(served: Served) -> int:
    """In MiB, of the largest of its processes."""
    assert served._process is not None
    group = served._process.pid
    return max(_high_water(process) for process in Path("/proc").iterdir() if _is_of(process, group))


def _is_of(process: Path, group: int) -> bool:
    if not process.name.isdigit():
        return False
    try:
        return os.getpgid(int(process.name)) == group
    except ProcessLookupError:  # ended meanwhile
        return False


def _high_water(process: Path) -> int:
    lines = (process / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) >> 10

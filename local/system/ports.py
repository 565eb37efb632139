"""Ports of this machine for what is served here."""

import errno
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from local.system.served import HOST, StartFailed

OTHERWISE = "choose another first one, as in make local PORT=8800, or --port 8800 (0: free ones)"


@contextmanager
def ports(first: int, count: int) -> Iterator[Sequence[int]]:
    """So many ports from the first on, or any that are free if it is 0. StartFailed if one cannot be had.

    In the block they are given to nobody who asks for a free one, also while their server is started again.
    It must set SO_REUSEADDR, as servers do. Elsewhere than on Linux that would not let it bind what we hold,
    so there they are only found free.
    """
    wanted = range(first, first + count) if first else [0] * count
    with ExitStack() as held:
        found = [held.enter_context(_bound(port)).getsockname()[1] for port in wanted]
        if sys.platform != "linux":
            held.close()
        yield found


def listener(port: int) -> socket.socket:
    """At this port, at any that is free if it is 0. StartFailed."""
    listening = _bound(port)
    listening.listen()
    return listening


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
        raise StartFailed(f"port {port} {why}: {OTHERWISE}") from error
    return bound

"""Ports that functions are started at, and started again."""

import socket
import sys

import pytest

from local.system.ports import ports
from local.system.served import HOST, StartFailed


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a held port cannot be bound once more")
def test_nobody_else_gets_a_port_while_its_server_is_away() -> None:
    """Servers come and go there; who asks for any free port, or sets nothing, is given another."""
    with ports(0, 2) as (port, other):
        assert port != other
        for _ in range(2):
            with socket.create_server((HOST, port)), pytest.raises(StartFailed), ports(port, 1):
                pass
            with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
                stranger.bind((HOST, port))
    with socket.socket() as stranger:
        stranger.bind((HOST, port))


def test_ports_in_a_row_from_the_first() -> None:
    """If one of them is taken, that is said, with what to do."""
    with ports(0, 1) as (free,):
        pass
    with ports(free, 1) as found:
        assert list(found) == [free]
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartFailed, match=f"port {port} is taken: choose another"), ports(port, 1):
            pass

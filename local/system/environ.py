"""The environment that the functions run in: their settings, and nothing that a shell happens to hold."""

import errno
import os
import shlex
import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from local.system.served import HOST, StartFailed

# Proxies and settings of other systems stay outside: everything here is on this machine.
OTHERWISE = "choose another first one, as in make local PORT=8800, or --port 8800 (0: free ones)"
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "PYTHONDONTWRITEBYTECODE")


def functions_environ(settings: Mapping[str, str]) -> dict[str, str]:
    return {name: os.environ[name] for name in KEPT if name in os.environ} | dict(settings)


def settings_on(data: Path, secrets: Mapping[str, str]) -> dict[str, str]:
    """The settings that do not hang on an address."""
    return {
        **{name: secrets[name] for name in ("CHANNEL_TOKEN_KEYS", "WEBHOOK_SECRET")},
        "STORE": f"sqlite:{data / 'store.sqlite'}",
        "QUEUE": f"sqlite:{data / 'queue.sqlite'}",
        "CALENDAR_AUTH": "anonymous",
        "CONFERENCE_SOLUTIONS": "My Web Conference=webhook",
        "WEBHOOK_ALLOW_PRIVATE": "true",
        "CLOCK_SKEW_SECONDS": "0",  # one machine has both clocks
        "FOLD_SECONDS": "0",  # whoever tries it out changes one event after the other, and looks
    }


def write_settings(settings: Mapping[str, str], path: Path) -> None:
    """A file that a shell can read in, so that the command line works on this system; for its owner alone."""
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items()))


def ports(first: int, count: int) -> Sequence[int]:
    """So many ports from the first on, or any that are free if it is 0. StartFailed if one cannot be had."""
    wanted = range(first, first + count) if first else [0] * count
    with ExitStack() as probes:  # all held until the last is found, or one might be found twice
        return [probes.enter_context(listener(port)).getsockname()[1] for port in wanted]


def listener(port: int) -> socket.socket:
    """At this port, at any that is free if it is 0. StartFailed."""
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had: {error.strerror}"
        raise StartFailed(f"port {port} {why}: {OTHERWISE}") from error

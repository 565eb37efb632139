"""The environment that the functions run in: their settings, and nothing that a shell happens to hold."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

# Proxies and settings of other systems stay outside: everything here is on this machine.
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

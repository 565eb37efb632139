"""What a data folder keeps from one run to the next: its lock, and the secrets that its records need."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from local.conferences.server import new_secret
from local.system.served import StartFailed

VERSION = 1  # of what is in the folder; the records have a format of their own
FILE = "system.json"
MAKERS = {
    "CHANNEL_TOKEN_KEYS": lambda: secrets.token_hex(32),
    "GRANT_KEYS": lambda: secrets.token_hex(32),
    "GOOGLE_OAUTH_CLIENT_SECRET": lambda: secrets.token_hex(16),
    "WEBHOOK_SECRET": new_secret,
}


def fault(folder: Path) -> str:
    """Why a system cannot keep its data there, empty if it can. Makes the folder if there is none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        empty = not any(folder.iterdir())
    except FileExistsError:
        return f"{folder} is not a folder: name one, or one that is to be made"
    except OSError as error:
        return f"{folder}: {error.strerror}: name a folder that you may write to"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"{folder} cannot be written to: name a folder that you may write to"
    return "" if empty else _unreadable(folder)


def _unreadable(folder: Path) -> str:
    try:
        version = json.loads((folder / FILE).read_bytes())["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return f"{folder} holds something else than a system's data: name an empty folder"
    if version != VERSION:
        return f"{folder} is of version {version}, this is version {VERSION}: name an empty folder"
    return ""


@contextmanager
def held(folder: Path) -> Iterator[Mapping[str, str]]:
    """The folder's secrets, made if it has none; until the end no other system may have it. StartFailed."""
    if said := fault(folder):
        raise StartFailed(said)
    with _locked(folder / FILE, f"{folder} is used by another system: stop it, or name another") as file:
        text = file.read()
        if not text:
            made = {"version": VERSION, "secrets": {name: make() for name, make in MAKERS.items()}}
            text = json.dumps(made)
            file.write(text)
            file.flush()
        known: dict[str, str] = json.loads(text)["secrets"]
        yield known


def webhook_secret(path: Path) -> str:
    """The one in this file, made if there is none. StartFailed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartFailed(f"{path} cannot be written: {error.strerror}") from error
    with _locked(path, f"{path} is written by another system: try again") as file:
        secret = file.read().strip()
        if not secret:
            secret = new_secret()
            file.write(f"{secret}\n")
        return secret


@contextmanager
def _locked(path: Path, otherwise: str) -> Iterator[IO[str]]:
    """The file, which is for its owner alone, while nobody else has it."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StartFailed(otherwise) from error
        yield file

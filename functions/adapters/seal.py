"""Secrets of users, sealed for the store: AES-256-GCM, by keys that the store does not have.

An envelope is `v1.<key id>.<nonce and ciphertext>`. The owner is associated data, so an envelope that was
moved to another record does not open. Keys are rotated by putting a new one first: that seals, all open.
A nonce is random: one key seals some 2^32 times (NIST SP 800-38D section 8.3).
"""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from functions.core.errors import RetryLater

VERSION = "v1"
NONCE_BYTES = 12
REST_S = 600  # until somebody has acted, every try is in vain


class Seal:
    """`keys` are texts of any form; RetryLater names the setting that they are from."""

    def __init__(self, keys: Sequence[str], *, setting: str) -> None:
        self._keys = {_id(key): _of(key, "seal") for key in keys}
        self._first = _id(keys[0])
        self._setting = setting

    def close(self, secret: str, *owner: str) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        closed = AESGCM(self._keys[self._first]).encrypt(nonce, secret.encode(), _named(owner))
        return f"{VERSION}.{self._first}.{base64.urlsafe_b64encode(nonce + closed).decode()}"

    def open(self, envelope: str, *owner: str) -> str:
        """RetryLater if no key of ours closed it for this owner."""
        version, _, rest = envelope.partition(".")
        key_id, _, text = rest.partition(".")
        try:
            data = base64.urlsafe_b64decode(text)
            opened = AESGCM(self._keys[key_id]).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _named(owner))
        except (KeyError, binascii.Error, ValueError, InvalidTag) as error:
            lacking = f"the key {key_id[:8]} is missing" if key_id not in self._keys else "it is another's"
            said = f"a sealed secret does not open: {lacking if version == VERSION else 'another version'}"
            raise RetryLater(f"{said}, see {self._setting}", delay=REST_S, of_project=True) from error
        return opened.decode()

    def is_by_first(self, envelope: str) -> bool:
        return envelope.startswith(f"{VERSION}.{self._first}.")


def _named(owner: Sequence[str]) -> bytes:
    return json.dumps(owner).encode()


def _id(key: str) -> str:
    return _of(key, "id").hex()[:8]


def _of(key: str, use: str) -> bytes:
    return hmac.digest(key.encode(), use.encode(), "sha256")

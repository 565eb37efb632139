"""Identity tokens, signed as Google signs them, by a key of the tests."""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from functions import wiring
from functions.adapters.web.identity import GoogleIdentities
from tests.support.scripted import Say, Scripted, answer

AUDIENCE = "https://initialize-syncing-1.europe-west1.run.app"
REMOVED = "SIGNATURE_REMOVED_BY_GOOGLE"  # what Cloud Run puts in place of a signature that it has verified


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    del name  # another name, another key
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A key by its id."""

    key_id: str = "1"

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        return private_key(self.key_id)

    @cached_property
    def certificate(self) -> str:
        name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")]), datetime.now(UTC)
        built = x509.CertificateBuilder(name, name, self.key.public_key(), 1, now, now + timedelta(days=1))
        return built.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def token(self, email: str, /, **claims: object) -> str:
        """As Google makes them, unless `claims` say something else; one that is None is left out."""
        return jwt({"alg": "RS256", "kid": self.key_id}, named(email, **claims), self.sign)


def named(email: str, /, **claims: object) -> dict[str, object]:
    now = int(time.time())
    usual = {"iss": "https://accounts.google.com", "aud": AUDIENCE, "iat": now - 9, "exp": now + 3_591}
    whole = {**usual, "email": email, "email_verified": True, **claims}
    return {name: claim for name, claim in whole.items() if claim is not None}


def jwt(header: Mapping[str, object], claims: object, sign: Callable[[bytes], bytes]) -> str:
    signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
    return f"{signed}.{_encoded(sign(signed.encode()))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(kw_only=True)
class Certificates:
    """Google's server of certificates; `now` is its caller's clock, in seconds."""

    server: Scripted
    now: float = 1_000.0

    def publish(self, *signers: Signer, max_age: int = 3_600) -> None:
        body = json.dumps({signer.key_id: signer.certificate for signer in signers}).encode()
        self.say(answer(200, body, cache_control=f"public, max-age={max_age}, must-revalidate"))

    def say(self, say: Say) -> None:
        self.server.says[:] = [say]

    def identities(self) -> GoogleIdentities:
        return GoogleIdentities(url=self.server.url, clock=lambda: self.now)


@contextmanager
def certificates(monkeypatch: pytest.MonkeyPatch) -> Iterator[Certificates]:
    """In place of Google's, for the functions of this process."""
    with Scripted([answer(503)]) as server:
        made = Certificates(server=server)
        made.publish(Signer())
        monkeypatch.setattr(wiring, "identities", cache(made.identities))
        yield made

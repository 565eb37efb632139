"""The key that identity tokens are signed with (RS256), as JWKS and as certificates."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import cast

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from gcal_standin.model.times import Json

_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stand-in Google")])
_VALID_FROM, _VALID = datetime(2000, 1, 1, tzinfo=UTC), timedelta(days=36_500)


class Keys:
    def __init__(self) -> None:
        self._key = generate_private_key(public_exponent=65_537, key_size=2_048)
        self.id = secrets.token_hex(20)

    def sign(self, claims: Json) -> str:
        head = {"alg": "RS256", "kid": self.id, "typ": "JWT"}
        signed = b".".join(_packed(json.dumps(part).encode()) for part in (head, claims))
        return (signed + b"." + _packed(self._key.sign(signed, PKCS1v15(), SHA256()))).decode()

    def claims(self, token: str) -> Json | None:
        """What was signed here, whether or not it is still valid; None if nothing was."""
        signed, _, signature = token.encode().rpartition(b".")
        try:
            self._key.public_key().verify(_unpacked(signature), signed, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return None
        return cast("Json", json.loads(_unpacked(signed.partition(b".")[2])))

    def jwks(self) -> Json:
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id}
        return {"keys": [key | {"n": _number(numbers.n), "e": _number(numbers.e)}]}

    @cached_property
    def certificates(self) -> Json:
        builder = x509.CertificateBuilder(
            issuer_name=_NAME,
            subject_name=_NAME,
            public_key=self._key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=_VALID_FROM,
            not_valid_after=_VALID_FROM + _VALID,
        )
        return {self.id: builder.sign(self._key, SHA256()).public_bytes(Encoding.PEM).decode()}


def _packed(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


def _unpacked(text: bytes) -> bytes:
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def _number(value: int) -> str:
    return _packed(value.to_bytes((value.bit_length() + 7) // 8)).decode()

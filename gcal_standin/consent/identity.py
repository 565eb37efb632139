"""Identity tokens: who signed in, for which client, signed by Google.

https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
"""

import hashlib
from base64 import urlsafe_b64encode
from functools import cached_property
from typing import TYPE_CHECKING

from gcal_standin.consent.people import People
from gcal_standin.model.clock import Clock
from gcal_standin.model.errors import not_implemented
from gcal_standin.model.times import Json

if TYPE_CHECKING:
    from gcal_standin.consent.keys import Keys

ISSUER = "https://accounts.google.com"
LIFE_S = 3_600


class Identities:
    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._clock = clock

    @cached_property
    def keys(self) -> "Keys":
        # A key takes 0.1 s to make, and most stand-ins sign nothing.
        try:
            from gcal_standin.consent.keys import Keys  # noqa: PLC0415
        except ImportError as error:
            raise not_implemented(
                'identity tokens without cryptography: pip install "gcal-standin[consent]"'
            ) from error
        return Keys()

    def token(self, user: str, audience: str, changes: Json) -> str:
        """Return a signed token; `changes` replace claims, and null leaves one out."""
        now_s = self._clock.now_ms() // 1000
        claims: Json = {"iss": ISSUER, "azp": audience, "aud": audience} | self._people.identity(user)
        claims |= {"iat": now_s, "exp": now_s + LIFE_S} | changes
        return self.keys.sign({name: value for name, value in claims.items() if value is not None})


def hash_of(access_token: str) -> str:
    """`at_hash`: binds an access token to the identity token that it came with (OpenID Connect 3.1.3.6)."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return urlsafe_b64encode(half).rstrip(b"=").decode()

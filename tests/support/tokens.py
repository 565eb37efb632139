"""Identity tokens as Cloud Run hands them on: verified there, and without their signature."""

import base64
import json


def identity_token(*, removed: str = "SIGNATURE_REMOVED_BY_GOOGLE", **claims: object) -> str:
    parts = ({"alg": "RS256", "kid": "1", "typ": "JWT"}, {"iss": "https://accounts.google.com", **claims})
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
    return ".".join([*encoded, removed])


def bearer(email: str, *, verified: object = True) -> str:
    return f"Bearer {identity_token(email=email, email_verified=verified)}"

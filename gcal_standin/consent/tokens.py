"""The token endpoint: codes and refresh tokens become access tokens; and the end of them all.

Errors are worded as the reports of Google's answers have them.
"""

from collections.abc import Mapping

from gcal_standin.consent.clients import Client
from gcal_standin.consent.consent import Code, Consent
from gcal_standin.consent.errors import Refused, invalid_grant, missing
from gcal_standin.consent.grants import ACCESS_S, Grant
from gcal_standin.consent.identity import hash_of
from gcal_standin.consent.scopes import EMAIL, OPENID
from gcal_standin.model.times import Json

_ENDED = "Token has been expired or revoked."
Form = Mapping[str, str]


def answer(consent: Consent, form: Form) -> Json:
    """Return the tokens that a client asks for."""
    kind = _needed(form, "grant_type")
    if kind not in {"authorization_code", "refresh_token"}:
        raise Refused(400, "unsupported_grant_type", f"Invalid grant_type: {kind}")
    client = consent.clients.authenticated(_needed(form, "client_id"), form.get("client_secret", ""))
    if kind == "refresh_token":
        return _refreshed(consent, client, _needed(form, "refresh_token"))
    return _exchanged(consent, client, form)


def revoke(consent: Consent, token: str) -> None:
    """End all that its person allowed the token's project."""
    grant = consent.grants.by_access(token) or consent.grants.by_refresh(token)
    if grant is None:
        raise Refused(400, "invalid_token", "Token expired or revoked")
    consent.grants.end(grant.user, grant.client.project)


def info(consent: Consent, query: Form) -> Json:
    """Tell of a token what tokeninfo does: all values are strings."""
    token = query.get("access_token", "")
    grant = consent.grants.by_access(token)
    if grant is not None:
        return _told(consent, grant, grant.access[token] // 1000)
    claims = consent.identities.keys.claims(query["id_token"]) if query.get("id_token") else None
    if claims is None or claims.get("exp", 0) <= consent.clock.now_ms() // 1000:
        raise Refused(400, "invalid_token", "Invalid Value")
    return {name: str(value).lower() if value is True else str(value) for name, value in claims.items()}


def _exchanged(consent: Consent, client: Client, form: Form) -> Json:
    code = consent.code(_needed(form, "code"))
    if code is None or code.asked.client.id != client.id:
        raise invalid_grant("Malformed auth code.")
    _spend(consent, code)
    if _needed(form, "redirect_uri") != code.asked.redirect_uri:
        raise Refused(400, "redirect_uri_mismatch", "Bad Request")
    code.asked.challenge.check(form.get("code_verifier", ""))
    user, asked = code.decision.user, code.asked
    first = not consent.grants.of(user, client)
    offline = asked.offline and (first or asked.asks_again)
    code.grant = consent.grants.add(user, client, code.scopes, offline=offline)
    refresh = {"refresh_token": code.grant.refresh_token} if offline else {}
    nonce = {"nonce": asked.nonce} if asked.nonce else {}
    return _tokens(consent, code.grant, nonce | code.decision.claims) | refresh


def _spend(consent: Consent, code: Code) -> None:
    """A code works once; whoever comes with it again may have stolen it, so what it gave is ended."""
    if code.grant is not None:
        consent.grants.end_one(code.grant)
    if code.spent or code.expires_ms <= consent.clock.now_ms():
        raise invalid_grant()
    code.spent = True


def _refreshed(consent: Consent, client: Client, token: str) -> Json:
    grant = consent.grants.by_refresh(token)
    if grant is None:
        raise invalid_grant(_ENDED if token in consent.grants.issued else "Bad Request")
    if grant.client.id != client.id:
        raise Refused(401, "unauthorized_client", "Unauthorized")
    return _tokens(consent, grant, {})


def _tokens(consent: Consent, grant: Grant, claims: Json) -> Json:
    access = consent.grants.access_token(grant)
    told: Json = {
        "access_token": access,
        "expires_in": ACCESS_S,
        "scope": " ".join(grant.scopes),
        "token_type": "Bearer",
    }
    if OPENID not in grant.scopes:
        return told
    hidden = {} if EMAIL in grant.scopes else {"email": None, "email_verified": None}
    changes = hidden | {"at_hash": hash_of(access)} | claims
    identity = consent.identities.token(grant.user, grant.client.id, changes)
    consent.grants.issued.append(identity)
    return told | {"id_token": identity}


def _told(consent: Consent, grant: Grant, expires_s: int) -> Json:
    """https://developers.google.com/identity/protocols/oauth2: the address only with a scope for it."""
    email = {"email": grant.user, "email_verified": "true"} if EMAIL in grant.scopes else {}
    return {
        "azp": grant.client.id,
        "aud": grant.client.id,
        "sub": consent.people.subject(grant.user),
        "scope": " ".join(grant.scopes),
        "exp": str(expires_s),
        "expires_in": str(expires_s - consent.clock.now_ms() // 1000),
        **email,
        "access_type": "offline" if grant.refresh_token else "online",
    }


def _needed(form: Form, name: str) -> str:
    if not form.get(name):
        raise missing(name)
    return form[name]

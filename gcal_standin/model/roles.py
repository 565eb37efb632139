"""Who may see and do what with a calendar."""

from gcal_standin.model.calendar import Settings
from gcal_standin.model.errors import forbidden, invalid, not_found
from gcal_standin.model.times import Json

# From the least to the most; the role between reader and writer sees no private details either.
ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
_SCOPES = ("default", "user", "group", "domain")


def at_least(role: str, needed: str) -> bool:
    return ROLES.index(role) >= ROLES.index(needed)


def role_of(settings: Settings, caller: str) -> str:
    if caller == settings.owner:
        return "owner"
    domain = caller.partition("@")[2]
    wanted = {"default", f"user:{caller}", f"group:{caller}", f"domain:{domain}"}
    roles = [rule["role"] for rule_id, rule in settings.rules.items() if rule_id in wanted]
    return max(roles, key=ROLES.index, default="none")


def require(role: str, needed: str) -> None:
    if role == "none":
        raise not_found()
    if not at_least(role, needed):
        raise forbidden("requiredAccessLevel", f"You need to have {needed} access to this calendar.")


def check_rule(body: Json) -> Json:
    """Return the rule as it is stored, with its id."""
    scope = body.get("scope", {})
    kind, value = scope.get("type"), scope.get("value")
    if kind not in _SCOPES or (kind == "default") == bool(value):
        raise invalid("Invalid scope value.")
    if body.get("role") not in ROLES:
        raise invalid("Invalid role value.")
    rule_id = kind if kind == "default" else f"{kind}:{value}"
    return {
        "id": rule_id,
        "scope": {"type": kind} | ({"value": value} if value else {}),
        "role": body["role"],
    }

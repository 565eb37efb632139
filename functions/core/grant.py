"""A user's consent to read their calendars, as it is kept: who gave it, to what, and what it is worth."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`subject` is Google's own id of the account: an address may be given to somebody else. `sealed` holds
    the refresh token (`adapters.seal`), `scopes` what was granted, which may be less than was asked for.
    """

    user: str
    subject: str
    sealed: str = field(repr=False)
    scopes: tuple[str, ...]
    granted_at: datetime

    def allows(self, scope: str) -> bool:
        return scope in self.scopes

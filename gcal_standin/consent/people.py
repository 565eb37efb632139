"""Google accounts: the `sub` of an address, which another account gets when the address is given out anew."""

import hashlib
from collections import Counter

from gcal_standin.model.times import Json

_CONSUMER = {"gmail.com", "googlemail.com"}


class People:
    def __init__(self) -> None:
        self._accounts: Counter[str] = Counter()  # how often an address has changed hands
        self._given: dict[str, str] = {}

    def subject(self, user: str) -> str:
        """21 digits, the same for an address in each run."""
        number = hashlib.sha256(f"{user} {self._accounts[user]}".encode()).hexdigest()
        return self._given.get(user, f"1{int(number, 16) % 10**20:020}")

    def recycle(self, user: str, subject: str | None = None) -> str:
        """Give an address to another account; return its subject."""
        self._accounts[user] += 1
        self._given.pop(user, None)
        if subject:
            self._given[user] = subject
        return self.subject(user)

    def identity(self, user: str) -> Json:
        domain = user.partition("@")[2]
        company = {} if domain in _CONSUMER else {"hd": domain}
        return {"sub": self.subject(user), "email": user, "email_verified": True} | company

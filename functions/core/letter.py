"""A dead letter: a message of the queue that was delivered in vain too often, and waits for an operator."""

from dataclasses import dataclass
from datetime import datetime

from functions.core.model import SyncRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`request` is None if the data cannot be read as one; then `why` says what is wrong with it. Otherwise
    `why` is how the last delivery failed, if the queue knows. `published_at` is when the message was first
    published, `deliveries` how often it was tried; 0 if the queue does not say.
    """

    id: str
    data: bytes
    request: SyncRequest | None
    published_at: datetime
    deliveries: int = 0
    why: str = ""

"""The settings that functions are measured with: those of a deployment, led to parts on this machine."""

from collections.abc import Mapping
from uuid import uuid4

from bench.plan import Parts
from local.conferences.server import new_secret
from local.system.environ import functions_environ

KEY = "k" * 32
NOBODY = "http://127.0.0.1:9"
SOLUTION = "My Web Conference"
TOPIC = "calendar-sync"


def environ(parts: Parts, **settings: str) -> dict[str, str]:
    usual: Mapping[str, str] = {
        "GOOGLE_CLOUD_PROJECT": new_project(),
        "FIRESTORE_EMULATOR_HOST": parts.firestore,
        "PUBSUB_EMULATOR_HOST": parts.pubsub,
        "SYNC_TOPIC": TOPIC,
        "CHANNEL_TOKEN_KEYS": KEY,
        "NOTIFICATION_URL": f"{NOBODY}/",
        "CALENDAR_AUTH": "anonymous",
        "CALENDAR_API_ENDPOINT": NOBODY,
        "CONFERENCE_SOLUTIONS": f"{SOLUTION}=webhook",
        "WEBHOOK_URL": f"{NOBODY}/",
        "WEBHOOK_SECRET": new_secret(),
        "WEBHOOK_ALLOW_PRIVATE": "true",
        "FOLD_SECONDS": "0",  # each request is to be work
    }
    found = functions_environ({**usual, **settings})
    found.pop("PYTHONDONTWRITEBYTECODE", None)  # what is deployed is compiled once, not at every start
    return found


def new_project() -> str:
    """Its Firestore is empty and its Pub/Sub has no topics."""
    return f"bench-{uuid4().hex}"

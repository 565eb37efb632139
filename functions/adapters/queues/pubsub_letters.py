"""Dead letters in Pub/Sub: a subscription that is pulled, for the command line alone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from google.api_core.exceptions import (
    DeadlineExceeded,
    Forbidden,
    GoogleAPIError,
    NotFound,
    RetryError,
    ServerError,
)
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud.pubsub_v1 import SubscriberClient  # type: ignore[import-untyped]

from functions.adapters.queues import messages
from functions.core.errors import Rejected, RetryLater
from functions.core.letter import Letter

PULL_WAIT_S = 5.0  # an answer comes at once if there is a message, and not before this if there is none
RPC_TIMEOUT_S = 10.0
PULLED_AT_ONCE = 100
HELD_S = 600  # the longest that Pub/Sub lets somebody have a message
# What Pub/Sub adds to a message that it moves here:
# https://cloud.google.com/pubsub/docs/handling-failures#track-delivery-attempts
TIMES = "CloudPubSubDeadLetterSourceDeliveryCount"
FIRST_PUBLISHED = "CloudPubSubDeadLetterSourceTopicPublishTime"


class PubsubLetters:
    """A subscription to the dead-letter topic. Killed with letters held, it has them for `HELD_S` longer."""

    def __init__(self, *, project: str, subscription: str, wait: float = PULL_WAIT_S) -> None:
        try:
            self._client = SubscriberClient()
        except DefaultCredentialsError as error:
            raise Rejected(
                f"no Google credentials: run gcloud auth application-default login ({error})"
            ) from error
        self._name = self._client.subscription_path(project, subscription)
        self._wait = wait
        self._held: dict[str, str] = {}  # by message id, what acknowledges it

    @contextmanager
    def held(self, most: int) -> Iterator[Sequence[Letter]]:
        found: dict[str, Letter] = {}
        try:
            while len(found) < most:
                pulled = self._pull(min(most - len(found), PULLED_AT_ONCE))
                if all(each.message.message_id in found for each in pulled):  # it may come twice
                    break
                found |= {each.message.message_id: _letter(each.message) for each in pulled}
            yield sorted(found.values(), key=lambda letter: letter.published_at)
        finally:
            self._give_back()

    def remove(self, letters: Sequence[Letter]) -> None:
        acks = [self._held.pop(letter.id) for letter in letters]
        if acks:
            self._call(self._client.acknowledge, ack_ids=acks)

    def close(self) -> None:
        self._client.close()

    def _pull(self, most: int) -> Sequence[Any]:
        try:
            answer = self._call(self._client.pull, max_messages=most, timeout=self._wait, retry=None)
        except _Nothing:
            return []
        pulled: Sequence[Any] = answer.received_messages
        self._held |= {each.message.message_id: each.ack_id for each in pulled}
        if pulled:
            acks = [each.ack_id for each in pulled]
            self._call(self._client.modify_ack_deadline, ack_ids=acks, ack_deadline_seconds=HELD_S)
        return pulled

    def _give_back(self) -> None:
        acks, self._held = list(self._held.values()), {}
        if acks:
            self._call(self._client.modify_ack_deadline, ack_ids=acks, ack_deadline_seconds=0)

    def _call(self, rpc: Any, **asked: Any) -> Any:
        try:
            return rpc(subscription=self._name, **({"timeout": RPC_TIMEOUT_S} | asked))
        except DeadlineExceeded as error:
            raise _Nothing(f"Pub/Sub: {error}") from error
        except NotFound as error:
            raise Rejected(f"{self._name} is not there: deploy it, see infra/messaging.tf") from error
        except Forbidden as error:
            raise Rejected(f"{self._name}: grant roles/pubsub.subscriber ({error.message})") from error
        except (ServerError, RetryError) as error:
            raise RetryLater(f"Pub/Sub: {error}") from error
        except (GoogleAPIError, GoogleAuthError) as error:
            raise Rejected(f"Pub/Sub: {error}") from error


class _Nothing(RetryLater):
    """No answer in time, which of a pull means that there was nothing."""


def _letter(message: Any) -> Letter:
    request, why = messages.opened(message.data)
    times = message.attributes.get(TIMES, "")
    return Letter(
        id=message.message_id,
        data=message.data,
        request=request,
        published_at=_first_published(message),
        deliveries=int(times) if times.isascii() and times.isdigit() else 0,
        why=why,
    )


def _first_published(message: Any) -> datetime:
    try:
        return datetime.fromisoformat(message.attributes.get(FIRST_PUBLISHED, "")).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(message.publish_time.timestamp(), UTC)

"""Publishes sync requests to a Pub/Sub topic. Loaded by the receiver at every cold start: publishing only."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future

from google.api_core.exceptions import Forbidden, GoogleAPIError, NotFound, RetryError, ServerError
from google.api_core.retry import Retry, if_transient_error
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud.pubsub_v1 import PublisherClient  # type: ignore[import-untyped]
from google.cloud.pubsub_v1.types import BatchSettings  # type: ignore[import-untyped]

from functions.adapters.queues import messages
from functions.core.errors import Rejected, RetryLater
from functions.core.model import SyncRequest

PUBLISH_TIMEOUT_S = 10.0
# Under load a batch fills while the one before is sent; to wait longer than this for more is a waste.
BATCH_WAIT_S = 0.001


class PubsubQueue:
    """`timeout` is for each call with its retries, in seconds."""

    def __init__(self, *, project: str, topic: str, timeout: float = PUBLISH_TIMEOUT_S) -> None:
        try:
            self._client = PublisherClient(BatchSettings(max_latency=BATCH_WAIT_S))
        except DefaultCredentialsError as error:
            raise Rejected(
                f"no Google credentials: run gcloud auth application-default login ({error})"
            ) from error
        self._topic = self._client.topic_path(project, topic)
        self._timeout = timeout
        self._retry = Retry(if_transient_error, initial=0.1, maximum=1.0, multiplier=2.0, timeout=timeout)

    def publish(self, request: SyncRequest) -> None:
        """Every error is RetryLater, even a missing topic: it may be created while the caller tries again."""
        _await(self._begin(request), self._timeout)

    def publish_all(self, requests: Sequence[SyncRequest]) -> Mapping[SyncRequest, RetryLater]:
        """All share one timeout."""
        end = time.monotonic() + self._timeout
        begun = [(request, self._begin(request)) for request in requests]
        failed = {}
        for request, future in begun:
            try:
                _await(future, max(0.0, end - time.monotonic()))
            except RetryLater as error:
                failed[request] = error
        return failed

    def _begin(self, request: SyncRequest) -> Future[str]:
        begun: Future[str] = self._client.publish(
            self._topic, messages.encode(request), retry=self._retry, timeout=self._timeout
        )
        return begun

    def check(self) -> None:
        try:
            self._client.get_topic(topic=self._topic, retry=self._retry, timeout=self._timeout)
        except NotFound as error:
            raise Rejected(f"{self._topic} is not there: make it with gcloud pubsub topics create") from error
        except Forbidden as error:
            raise Rejected(f"{self._topic}: grant roles/pubsub.viewer to see it ({error.message})") from error
        except (ServerError, RetryError) as error:
            raise RetryLater(f"Pub/Sub: {error}") from error

    def close(self) -> None:
        """Returns when everything that was published has been sent."""
        self._client.stop()
        self._client.transport.close()


def _await(future: Future[str], seconds: float) -> None:
    try:
        future.result(seconds)
    except (GoogleAPIError, GoogleAuthError, TimeoutError) as error:
        raise RetryLater(f"Pub/Sub did not take it: {error!r}") from error

"""How Firestore is called: what is tried again, for how long, in a transaction, and what its errors mean."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.cloud import firestore

from functions.core.errors import RetryLater

T = TypeVar("T")

TRANSACTION_TRIES = 3
PASSING = (
    exceptions.Aborted,
    exceptions.Cancelled,
    exceptions.ServerError,
    exceptions.TooManyRequests,
    exceptions.RetryError,
)


def limits(timeout: float, *retried: type[Exception]) -> dict[str, Any]:
    again = Retry(
        predicate=if_exception_type(*retried), initial=0.1, maximum=1.0, multiplier=2.0, timeout=timeout
    )
    return {"retry": again, "timeout": timeout}


def transact(client: firestore.Client, work: Callable[[firestore.Transaction], T]) -> tuple[T, Any]:
    """What `work` returned, and when it was written; None if it wrote nothing. `work` is repeated only if
    others have kept it from writing. Unknown if it may or may not be written.
    """
    transaction = client.transaction(max_attempts=TRANSACTION_TRIES)
    try:
        made = firestore.transactional(work)(transaction)
    except ValueError as error:  # the client raises this if all its tries were aborted
        if isinstance(error.__cause__, exceptions.Aborted):
            raise error.__cause__ from error
        raise
    except exceptions.InvalidArgument as error:
        # The client repeats a commit that got no answer. If that one was made, its transaction is over.
        if "transaction" in error.message.lower():
            raise exceptions.Unknown(error.message) from error  # type: ignore[no-untyped-call]
        raise
    written = transaction.write_results
    return made, written[0].update_time if written else None


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except PASSING as error:
        raise RetryLater(f"Firestore: {error}") from error

"""Many jobs, several at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

from functions.flow.context import Context

LOOK_S = 60.0
T = TypeVar("T")


def abreast(
    context: Context, most: int, jobs: Iterator[Callable[[], T]], go_on: Callable[[], bool]
) -> Iterator[T]:
    """What comes of each, as it ends. A job is fetched only when a thread is free for it, and while `go_on`.

    What a job raises is a bug: it does not stop the others, and is raised in the end.
    """
    running, bugs = set[Future[T]](), list[Future[T]]()
    with context.pool(most) as pool:
        while True:
            if go_on():
                running |= {pool.submit(job) for job in islice(jobs, most - len(running))}
            if not running:
                break
            ended = context.first_ended(running, LOOK_S)
            running -= ended
            bugs += [future for future in ended if future.exception()]
            yield from [future.result() for future in ended if not future.exception()]
    for bug in bugs:
        bug.result()

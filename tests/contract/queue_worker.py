"""Processes of their own for the queue's contract, made to be killed. They print what they do.

Run as `python -m tests.contract.queue_worker {sqlite FILE | pubsub PROJECT | consume FILE}`.
"""

import sys
from itertools import count

from functions.adapters.queues import messages
from functions.adapters.queues.pubsub import PubsubQueue
from functions.adapters.queues.sqlite import SqliteQueue
from functions.core.model import Reason, SyncRequest
from functions.ports import Queue

TOPIC = "calendar-sync"


def publish(queue: Queue) -> None:
    for number in count():
        queue.publish(SyncRequest(calendar_id=str(number), reason=Reason.SWEEP))
        print(number, flush=True)  # noqa: T201 - how the test learns of it


def consume(queue: SqliteQueue) -> None:
    """Names what it has in hand, and is done with it when told so."""
    while True:
        for delivery in queue.claim(3):
            print(messages.decode(delivery.data).calendar_id, flush=True)  # noqa: T201 - as above
            sys.stdin.readline()
            queue.ack(delivery)


if __name__ == "__main__":
    kind, where = sys.argv[1:]
    if kind == "consume":
        consume(SqliteQueue(where))
    publish(SqliteQueue(where) if kind == "sqlite" else PubsubQueue(project=where, topic=TOPIC))

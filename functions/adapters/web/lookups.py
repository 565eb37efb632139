"""Where names lead, asked within the deadline of a call: the system's own resolver takes no timeout."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait

import httpcore

LOOKUPS_MAX = 32

Addresses = Callable[[str, int], Sequence[str]]


class Lookups:
    """Each lookup has a thread. Nothing ends one that hangs: it is left behind, and there are at most `most`.

    No process waits for them to end.
    """

    def __init__(self, addresses: Addresses, most: int = LOOKUPS_MAX) -> None:
        self._addresses = addresses
        self._free = threading.BoundedSemaphore(most)

    def find(self, host: str, port: int, left: Callable[[], float | None]) -> Sequence[str]:
        """What `addresses` gives or raises. ConnectTimeout if that takes longer than what is `left`, or if
        all threads hang for so long.
        """
        late = httpcore.ConnectTimeout(f"the addresses of {host} are not known in time")
        if not self._free.acquire(timeout=left()):
            raise late
        found = Future[Sequence[str]]()
        threading.Thread(target=self._look_up, args=(host, port, found), daemon=True).start()
        if not wait([found], timeout=left()).done:
            raise late
        return found.result()

    def _look_up(self, host: str, port: int, found: Future[Sequence[str]]) -> None:
        try:
            found.set_result(self._addresses(host, port))
        except Exception as error:  # noqa: BLE001 - whoever waits for the answer raises it
            found.set_exception(error)
        finally:
            self._free.release()

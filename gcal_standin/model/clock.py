"""The stand-in's clock: the machine's, moved by a control, or stopped."""

import time
from datetime import UTC, datetime


class Clock:
    def __init__(self) -> None:
        self._offset_s = 0.0
        self._stopped_at_s: float | None = None

    def now_us(self) -> int:
        return int(self._now_s() * 1_000_000)

    def now_ms(self) -> int:
        return self.now_us() // 1000

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.now_us() / 1_000_000, UTC)

    def advance(self, seconds: float) -> None:
        self._offset_s += seconds
        if self._stopped_at_s is not None:
            self._stopped_at_s += seconds

    def set(self, moment: datetime) -> None:
        self.advance(moment.timestamp() - self._now_s())

    def stop(self) -> None:
        self._stopped_at_s = self._now_s()

    def go(self) -> None:
        if self._stopped_at_s is not None:
            self._offset_s = self._stopped_at_s - time.time()
            self._stopped_at_s = None

    def _now_s(self) -> float:
        return self._stopped_at_s if self._stopped_at_s is not None else time.time() + self._offset_s

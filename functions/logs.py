"""One JSON line for each thing that happens, as Cloud Logging reads it, with the request's trace.

Flows log a constant name and fields; whatever stands in `extra` becomes a field.
"""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

TRACE = re.compile(r"(?P<trace>[0-9a-f]{32})(?:/(?P<span>\d+))?")
_trace: ContextVar[str] = ContextVar("trace", default="")
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """https://cloud.google.com/logging/docs/structured-logging names the special fields."""

    def __init__(self, project: str) -> None:
        super().__init__()
        self._project = project

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "severity": record.levelname,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "message": record.getMessage(),
            "logger": record.name,
            **{name: value for name, value in record.__dict__.items() if name not in _OWN},
        }
        if trace := _trace.get():
            line["logging.googleapis.com/trace"] = f"projects/{self._project}/traces/{trace}"
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def start_logging(project: str) -> None:
    """Once per process, before anything is logged."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(project))
    logger = logging.getLogger("functions")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def follow_trace(header: str | None) -> None:
    """What this request logs belongs to the trace of its `X-Cloud-Trace-Context`."""
    match = TRACE.match(header or "")
    _trace.set(match["trace"] if match else "")

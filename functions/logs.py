"""One JSON line for each thing that happens, as Cloud Logging reads it, with the request's trace.

Flows log a constant name and fields (docs/logs.md); everything in `extra` becomes a field. Of what other
libraries log, only the template is kept: its arguments may be URLs with sync tokens in them.
"""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

OURS = "functions"
TRACE = re.compile(r"(?P<trace>[0-9a-f]{32})(?:/(?P<span>\d+))?")
EXECUTION = re.compile(r"[0-9A-Za-z_-]{1,64}")
_trace: ContextVar[str] = ContextVar("trace", default="")
_execution: ContextVar[str] = ContextVar("execution", default="")
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
            **_said(record),
            "logger": record.name,
        }
        if trace := _trace.get():
            line["logging.googleapis.com/trace"] = f"projects/{self._project}/traces/{trace}"
        if execution := _execution.get():
            line["logging.googleapis.com/labels"] = {"execution_id": execution}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _said(record: logging.LogRecord) -> dict[str, object]:
    if record.name.partition(".")[0] != OURS:
        return {"message": str(record.msg)}
    fields = {name: value for name, value in record.__dict__.items() if name not in _OWN}
    return {"message": record.getMessage(), **fields}


def start_logging(project: str) -> None:
    """Once per process, before anything is logged."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(project))
    logger = logging.getLogger(OURS)
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
    root = logging.getLogger()  # the framework's own handler there would write plain text
    root.handlers = [*(other for other in root.handlers if type(other) is not logging.StreamHandler), handler]


def follow_trace(trace: str | None, execution: str | None = None) -> None:
    """What is logged from now on belongs to this `X-Cloud-Trace-Context` and `Function-Execution-Id`."""
    match = TRACE.match(trace or "")
    _trace.set(match["trace"] if match else "")
    _execution.set(execution if execution and EXECUTION.fullmatch(execution) else "")

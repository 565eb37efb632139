"""How a command ends: a number for scripts, and for people what went wrong and what to do about it."""

from enum import IntEnum

from functions.core.errors import AccessLost, BadRequest, Gone, Rejected, RetryLater, SyncTokenExpired
from functions.settings import BadSettings

FORESEEN = (RetryLater, Rejected, Gone, SyncTokenExpired, AccessLost, BadRequest)
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells count
CUT_OFF = 141  # and of SIGPIPE: the program that read the output has stopped


class Exit(IntEnum):
    DONE = 0
    FAILED = 1
    USAGE = 2
    UNKNOWN = 3
    SETTINGS = 4
    LATER = 5


MEANING = {
    Exit.DONE: "done",
    Exit.FAILED: "it did not work; standard error says what to do",
    Exit.USAGE: "the command was not understood",
    Exit.UNKNOWN: "the calendar is not enrolled, or the conference is not known",
    Exit.SETTINGS: "settings are missing or wrong; every fault is listed",
    Exit.LATER: "passing trouble: try later",
}


def exit_for(error: Exception) -> Exit:
    match error:
        case BadSettings():
            return Exit.SETTINGS
        case RetryLater():
            return Exit.LATER
        case BadRequest(status=404):
            return Exit.UNKNOWN
    return Exit.FAILED


def advice(error: Exception) -> str:
    match error:
        case BadSettings():
            return "Mend them in the environment, then look with: python -m functions doctor"
        case RetryLater(delay=delay):
            return f"Try again in {delay:.0f} seconds." if delay else "Try again in a minute."
        case AccessLost():
            return "See what may be read with: python -m functions doctor CALENDAR --user USER"
        case BadRequest(status=404):
            return "See what is known with: python -m functions status"
        case BadRequest():
            return ""
    return "Look for the cause with: python -m functions doctor"

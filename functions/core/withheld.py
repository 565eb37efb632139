"""The guard against mass deletion, and what an operator says to it."""

from dataclasses import replace

from functions.core.enrolment import Enrolment
from functions.core.model import Reason

RELEASES_MIN = 20  # so many releases at once, and more than half of the holds, are taken for a mistake


def too_many(*, releases: int, holds: int, confirmed: int) -> bool:
    """Whether a reconciliation must release nothing: the guard against mass deletion."""
    mass = releases >= RELEASES_MIN and 2 * releases > holds
    return mass and releases > confirmed


def confirm(enrolment: Enrolment, releases: int) -> Enrolment:
    """An operator has seen so many releases and lets them go, at the next reconciliation."""
    return replace(enrolment, confirmed=releases)


def looks_anew(enrolment: Enrolment, reason: Reason) -> bool:
    """Whether this request is to be answered by a full read: something waits for an operator, and he or the
    sweep asks whether it still does.
    """
    return enrolment.withheld is not None and reason in (Reason.SWEEP, Reason.INITIALIZE)

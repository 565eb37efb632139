"""The guard against mass deletion, and its confirmation by an operator."""

from dataclasses import replace

from functions.core.enrolment import Enrolment

RELEASES_MIN = 20  # so many releases at once, and more than half of the holds, are taken for a mistake


def too_many(*, releases: int, holds: int, confirmed: int) -> bool:
    """Whether a reconciliation must release nothing: the guard against mass deletion."""
    mass = releases >= RELEASES_MIN and 2 * releases > holds
    return mass and releases > confirmed


def confirm(enrolment: Enrolment, releases: int) -> Enrolment:
    """An operator has seen so many releases and allows them at the next reconciliation."""
    return replace(enrolment, confirmed=releases)

"""Sync tokens of what a user has but once, their list of calendars and their settings: epoch and position."""

from gcal_standin.model.errors import ApiError, full_sync_required
from gcal_standin.model.world import World


def made(world: World, position: int) -> str:
    return f"{world.list_epoch}.{position}"


def position_of(world: World, token: str, last: int) -> int:
    """Return where the token's reader stands; raise what Google answers if that is nowhere."""
    epoch, _, position = token.partition(".")
    if not (epoch.isdecimal() and position.isdecimal()):
        raise ApiError(400, "invalid", "Invalid sync token value.")
    if int(epoch) != world.list_epoch or int(position) > last:
        raise full_sync_required()
    return int(position)

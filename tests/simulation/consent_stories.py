"""Stories of consents that end and return, each with what must strike in it and what its systems are told."""

from collections.abc import Mapping
from typing import NamedTuple


class Path(NamedTuple):
    """`struck` and `told` are the least that must happen, by name; what is not named may be anything."""

    story: str
    struck: frozenset[str]
    told: Mapping[str, int]


ENDED, REFUSED = "consent ended at Google", "token endpoint invalid_grant"
# A consent that lasts again, and what people did while there was none.
PATHS = {
    "a consent ends, people go on, and the reconnect catches up": Path(
        """
        seed=1 calendars=ann@example.com,team,bob@example.com consent=yes
        10 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        12 create event=e2 day=4 calendar=team title=T room=w2
        14 create event=e3 day=4 calendar=team title=T room=w3
        16 create event=e4 day=4 calendar=bob@example.com title=B room=w4
        400 revoke user=ann@example.com
        500 rename event=e1 title=A2
        510 delete event=e2
        520 delete event=e3
        530 rename event=e4 title=B2
        9000 restore event=e3
        20000 create event=e5 day=5 calendar=team title=T room=w5
        20010 connect user=ann@example.com
        22000 touch event=e4 colour=3
        """,
        frozenset({ENDED, REFUSED}),
        {"conference.deleted": 1, "conference.updated": 7},
    ),
    "a consent ends and returns before anybody noticed": Path(
        """
        seed=2 calendars=ann@example.com,team,bob@example.com consent=yes
        10 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        400 revoke user=ann@example.com
        401 delete event=e1
        460 connect user=ann@example.com
        """,
        frozenset({ENDED}),
        {"conference.deleted": 1},
    ),
    "an event moves away from a calendar whose consent has ended, and is deleted": Path(
        """
        seed=3 calendars=ann@example.com,bob@example.com,second consent=yes
        10 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        400 revoke user=ann@example.com
        500 move event=e1 calendar=bob@example.com
        900 rename event=e1 title=B
        5000 delete event=e1
        30000 connect user=ann@example.com
        """,
        frozenset({ENDED, REFUSED}),
        {"conference.deleted": 1},
    ),
    "a deletion is due when the consent ends": Path(
        """
        seed=4 calendars=ann@example.com,team,bob@example.com consent=yes grace=900
        10 create event=e1 day=4 calendar=team title=A room=w1
        400 delete event=e1
        450 revoke user=ann@example.com
        20000 restore event=e1
        20100 rename event=e1 title=B
        21000 connect user=ann@example.com
        """,
        frozenset({ENDED, REFUSED}),
        {"conference.updated": 2},
    ),
    "an administrator forbids it, and what is allowed again heals by itself": Path(
        """
        seed=5 calendars=ann@example.com,team,bob@example.com consent=yes
        10 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        400 forbid user=ann@example.com
        500 rename event=e1 title=B
        600 connect user=ann@example.com
        1500 allow user=ann@example.com
        """,
        frozenset({"token endpoint admin_policy_enforced"}),
        {"conference.updated": 2},
    ),
    "a user disconnects, conferences stay, and a calendar is connected again": Path(
        """
        seed=6 calendars=ann@example.com,team,bob@example.com consent=yes
        10 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        12 create event=e2 day=4 calendar=team title=T room=w2
        14 create event=e3 day=4 calendar=bob@example.com title=B room=w3
        400 disconnect user=ann@example.com
        500 delete event=e1
        510 rename event=e2 title=T2
        520 rename event=e3 title=B2
        9000 connect user=ann@example.com calendar=team
        9100 rename event=e2 title=T3
        """,
        frozenset({"disconnected"}),
        {"conference.updated": 6},
    ),
    "an operator disconnects a user whose consent has ended already": Path(
        """
        seed=7 calendars=ann@example.com,team,bob@example.com consent=yes
        10 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        12 create event=e2 day=4 calendar=bob@example.com title=B room=w2
        400 revoke user=ann@example.com
        500 delete event=e1
        7000 disconnect user=ann@example.com by=operator
        7100 rename event=e2 title=B2
        """,
        frozenset({ENDED, "disconnected", "token endpoint invalid_token"}),
        {"conference.updated": 3},
    ),
    "a grant is forgotten after a month, and its user connects again": Path(
        """
        seed=8 calendars=ann@example.com,team,bob@example.com consent=yes
        10 create event=e1 day=44 calendar=ann@example.com title=A room=w1
        12 create event=e2 day=44 calendar=team title=T room=w2
        14 create event=e3 day=44 calendar=bob@example.com title=B room=w3
        400 revoke user=ann@example.com
        500 rename event=e1 title=A2
        510 delete event=e2
        3000000 rename event=e3 title=B2
        3000010 connect user=ann@example.com
        """,
        frozenset({ENDED, REFUSED, "grant dropped"}),
        {"conference.deleted": 1, "conference.updated": 5},
    ),
    "a user connects again after a month, while Calendar does not answer": Path(
        """
        seed=70007576 calendars=ann@example.com,team,bob@example.com consent=yes
        10 create event=e1 day=44 calendar=ann@example.com title=A room=w1
        12 create event=e2 day=44 calendar=team title=T room=w2
        400 revoke user=ann@example.com
        500 rename event=e1 title=A2
        510 delete event=e2
        3000009 fault op=calendar.resolve kind=timeout skip=0 times=1
        3000010 connect user=ann@example.com
        3010000 touch event=e1 colour=3
        """,
        frozenset({ENDED, REFUSED, "grant dropped"}),
        {"conference.deleted": 1, "conference.updated": 3},
    ),
    "a user stays away, and whom they share a conference with go on": Path(
        """
        seed=9 calendars=ann@example.com,bob@example.com,second consent=yes away=ann@example.com
        10 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        12 create event=e2 day=4 calendar=bob@example.com title=B room=w2
        20 copy event=e1 to=e3 calendar=bob@example.com
        400 revoke user=ann@example.com
        500 delete event=e1
        600 delete event=e3
        700 rename event=e2 title=B2
        """,
        frozenset({ENDED, REFUSED}),
        {"conference.updated": 3},
    ),
    "the same user connects in two windows": Path(
        """
        seed=10 calendars=ann@example.com,team,bob@example.com consent=yes
        10 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        400 revoke user=ann@example.com
        500 rename event=e1 title=B
        4000 connect user=ann@example.com
        4000.1 connect user=ann@example.com calendar=team
        """,
        frozenset({ENDED, REFUSED}),
        {"conference.updated": 2},
    ),
}
DOWN = """
    seed=11 calendars=ann@example.com,team,bob@example.com consent=yes
    10 create event=e1 day=4 calendar=ann@example.com title=A room=w1
    12 create event=e2 day=4 calendar=team title=T room=w2
    14 create event=e3 day=4 calendar=bob@example.com title=B room=w3
    400 tokens kind={kind} seconds=15000 user={user}
    500 rename event=e1 title=A2
    510 delete event=e2
    520 rename event=e3 title=B2
    14000 touch event=e1 colour=3
    """

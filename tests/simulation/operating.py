"""What is done neither by people nor to their events: by operators, by administrators, and by bad luck."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from functions.core.model import Place
from functions.flow.plan import let_go
from functions.flow.retry import retry
from local.virtual.hub import Hub
from tests.simulation import meanwhile
from tests.simulation.consents import Consents, Outage
from tests.simulation.google import Google, Push
from tests.simulation.people import People, room_id
from tests.simulation.service import SOLUTIONS, Service
from tests.simulation.story import Line, line
from tests.simulation.systems import Systems
from tests.simulation.truth import Room, Truth
from tests.simulation.witness import Witness

ANN, BOB = "ann@example.com", "bob@example.com"
STRANGER, ELSEWHERE = "mallory@example.com", "carol@example.com"  # one with a calendar here, one without
FOR_EVER = 1_000_000


class Enrolling(NamedTuple):
    """Who owns a calendar, whom the add-on names, and as whom it is read then."""

    owner: str
    user: str | None
    reader: str


CALENDARS = {
    ANN: Enrolling(ANN, None, ANN),
    "team": Enrolling(ANN, ANN, ANN),
    BOB: Enrolling(BOB, BOB, BOB),
    "shared": Enrolling(BOB, ANN, ANN),
    "second": Enrolling(BOB, BOB, BOB),  # in place of that where users consent: it is for their own calendars
    STRANGER: Enrolling(STRANGER, STRANGER, STRANGER),
}


def makers(maker: str) -> frozenset[str]:
    """A conference is its maker's: of the user of the calendar in which it was first wanted."""
    return frozenset({CALENDARS[maker].reader if maker in CALENDARS else maker})


def colleagues(maker: str) -> frozenset[str]:
    """A conference made by one of them is theirs together."""
    return frozenset({ANN, BOB}) if makers(maker) <= {ANN, BOB} else makers(maker)


# Whose a conference is, by a word for it; without one its system does not say.
OWNERS = {"makers": makers, "colleagues": colleagues}


@dataclass(slots=True, kw_only=True)
class Operators:
    """`named_at` says since when a solution is named again, `writes_since` the same of the present place of
    links; `ailing` are conferences whose system fails.
    """

    hub: Hub
    google: Google
    systems: Systems
    people: People
    truth: Truth
    witness: Witness
    service: Service
    was_hidden: set[Room] = field(default_factory=set)
    was_deaf: set[str] = field(default_factory=set)
    ailing: set[str] = field(default_factory=set)
    named_at: dict[str, float] = field(default_factory=dict)
    writes_since: float = 0.0

    def _fault(self, each: Line) -> None:
        self.service.luck.arm(each)

    def _push(self, each: Line) -> None:
        self.service.luck.struck[f"notification {each.words['kind']}"] += 1
        self.google.disturbed.append(
            Push(
                calendar_id=each.words["calendar"],
                kind=each.words["kind"],
                times=int(each.number("times", 1)),
                seconds=each.number("seconds", 60),
            )
        )

    def _expire(self, each: Line) -> None:
        """Calendar forgets the tokens of a calendar."""
        self.service.luck.struck["calendar token expired"] += 1
        self.google.world.calendars[each.words["calendar"]].settings.sync_epoch += 1

    def _pages(self, _: Line) -> None:
        """Calendar forgets all reads that are under way."""
        self.service.luck.struck["calendar pages lost"] += 1
        self.google.pages._open.clear()

    def _shape(self, each: Line) -> None:
        """A release that reads with other parameters."""
        self.service.luck.struck["settings void tokens"] += 1
        self.google.shape = each.words["name"]

    def _deaf(self, each: Line) -> None:
        """A calendar's channels die without expiring."""
        self.service.luck.struck["channel died"] += 1
        self.was_deaf.add(each.words["calendar"])
        for channel in self.google.channels.live():
            if channel.calendar_id == each.words["calendar"]:
                self.google.channels.forget(channel.id)

    def _unsigned(self, each: Line) -> None:
        """Nobody gets a token for any user."""
        self.service.luck.struck["signing outage"] += 1
        self.google.unsigned_until = self.hub.seconds + each.number("seconds")

    def _hide(self, each: Line) -> None:
        """Our role on a calendar is lowered."""
        self.service.luck.struck[f"role {each.words['role']}"] += 1
        before = self.truth.carriers()
        self._role(each.words["calendar"], each.words["role"])
        self.was_hidden |= before.keys()

    def _unhide(self, each: Line) -> None:
        self._role(each.words["calendar"], None, voids=each.words.get("voids") != "no")

    def _role(self, calendar_id: str, role: str | None, *, voids: bool = True) -> None:
        """Who changes an access rule of the calendar voids the tokens made under the old ones."""
        world, key = self.google.world, (calendar_id, self.truth.readers[calendar_id])
        if world.roles.pop(key, None) != role and voids:
            world.access_changed(world.calendars[calendar_id])
        if role is not None:
            world.roles[key] = role

    def _again(self, each: Line) -> None:
        """An operator has a conference tried again."""
        if each.words["room"] in self.people.rooms:
            self._retry(self.people.rooms[each.words["room"]][0].id)

    def _retry(self, conference_id: str) -> None:
        self.service.run("retry", lambda context: retry(context, conference_id, ("webhook", "titles")))

    def _let_go(self, calendar_id: str, releases: int, braked: int) -> None:
        self.service.run("confirm", lambda context: let_go(context, calendar_id, releases, braked=braked))

    def _enrol(self, each: Line) -> None:
        calendar_id = each.words["calendar"]
        if self.service.consents and not self.service.consents.stands(CALENDARS[calendar_id].reader):
            self.service.connect(CALENDARS[calendar_id].reader, calendar_id)
            return
        self.service.enrol(calendar_id, CALENDARS[calendar_id].user, once=each.words.get("once") == "yes")

    def _unenrol(self, each: Line) -> None:
        self.service.leave(each.words["calendar"], once=each.words.get("once") == "yes")

    def _renew(self, _: Line) -> None:
        """An operator's, beside the hourly one."""
        self.service.renew()

    def _set(self, each: Line) -> None:
        """A release with other settings: processes that start from now on have them."""
        service, words = self.service, each.words
        before = service.named
        service.solutions = SOLUTIONS[words["solutions"]] if "solutions" in words else service.solutions
        service.policy = replace(
            service.policy,
            grace=int(words.get("grace", service.policy.grace)),
            write_back=Place(words.get("write_back", service.policy.write_back)),
        )
        self.witness.grace = min(self.witness.grace, service.policy.grace)
        if "write_back" in words:
            self.writes_since = self.hub.seconds
        self.witness.unnamed |= before - service.named
        self.named_at |= dict.fromkeys(service.named - before, self.hub.seconds)

    def _dead(self, each: Line) -> None:
        """A conference whose system fails until all is quiet."""
        room = room_id(each.words["room"])
        words = {**each.words, "room": room}
        self.ailing.add(room)
        armed = {"kind": "500", "times": FOR_EVER, **words}
        self.service.luck.arm(line(each.at, "fault", op="provider.apply", skip=0, **armed))

    # What users do about their consent, and what Google and administrators do to it.

    @property
    def _consents(self) -> Consents:
        assert self.service.consents
        return self.service.consents

    def _connect(self, each: Line) -> None:
        """A calendar of theirs, whether or not they are connected; by default one that is to be enrolled."""
        user = each.words["user"]
        self.service.connect(user, each.words.get("calendar") or next(iter(self._wanted(user)), user))

    def _disconnect(self, each: Line) -> None:
        """At our page, or an operator does."""
        user = each.words["user"]
        self.service.luck.struck["disconnected"] += 1
        self.service.disconnect(user, self._read_as(user), by_user=each.words.get("by") != "operator")

    def _revoke(self, each: Line) -> None:
        """At Google, where we do not learn of it."""
        self.service.luck.struck["consent ended at Google"] += 1
        self._consents.end(each.words["user"])

    def _forbid(self, each: Line) -> None:
        """An administrator does not let the user."""
        self.service.luck.struck["consent forbidden by the administrator"] += 1
        self._consents.block(each.words["user"])

    def _allow(self, each: Line) -> None:
        self._consents.allow(each.words["user"])

    def _tokens(self, each: Line) -> None:
        """The token endpoint fails for a while, and what was given lasts no longer."""
        self.service.luck.struck["token endpoint down"] += 1
        user = each.words.get("user", "")
        until = self.hub.seconds + each.number("seconds", 300)
        self._consents.outages.append(Outage(kind=each.words["kind"], until=until, user=user))
        self._consents.google.grants.end_access(user or None)

    def _read_as(self, user: str) -> list[str]:
        return [name for name, reader in self.truth.readers.items() if reader == user]

    def _wanted(self, user: str) -> list[str]:
        """The user's calendars that are to be enrolled, by what was asked last."""
        last = {name: self.service.asking.last(name) for name in self._read_as(user)}
        return [name for name, asked in last.items() if asked and asked.enrols]

    def _look(self, _: Line) -> None:
        """Whether what is healthy is in step by now."""
        for wrong in meanwhile.judge(self):
            self.witness.say(wrong)

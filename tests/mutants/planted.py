"""The faults: classic ones of systems that follow calendars, and turns of our own protocol left out."""

from dataclasses import dataclass

CHANNELS = ("tests/flow/test_channels.py", "tests/core/test_channel.py")
CHANGES = (
    "tests/core/test_decide.py",
    "tests/host/test_rows.py",
    "tests/host/test_rows_series.py",
    "tests/host/test_rows_shared.py",
    "tests/host/test_rows_tails.py",
)
CURSOR = ("tests/core/test_records.py", "tests/flow/test_protocol.py")
COMMIT = ("tests/flow/test_commit.py",)
RECORD = ("tests/core/test_records.py", "tests/flow/test_rare_orders.py")
DEGRADED = ("tests/core/test_decide.py", "tests/flow/test_degraded.py")
DELETED = ("tests/core/test_decide.py", "tests/flow/test_sweep.py")
MASS = ("tests/flow/test_mass_deletion.py",)
COUNTS = ("tests/core/test_counts.py", "tests/flow/test_counts.py", "tests/cli/test_fleet.py")
BRAKE = ("tests/core/test_brake.py", "tests/flow/test_brake.py")
ORPHANS = ("tests/flow/test_protocol.py", "tests/flow/test_channels.py")
PROTOCOL = ("tests/flow/test_protocol.py", "tests/flow/test_rare_orders.py")
AGAIN = ("tests/flow/test_told_again.py", "tests/core/test_records.py")
OLDER = ("tests/host/test_older_readings.py", "tests/flow/test_sweep.py", "tests/simulation/test_stories.py")
IN_FLIGHT = ("tests/core/test_records.py", "tests/flow/test_told_again.py", "tests/flow/test_protocol.py")
LINKS = ("tests/flow/test_write_back.py",)
FOLD = ("tests/flow/test_fold.py",)
GLANCE = ("tests/flow/test_glance.py", "tests/flow/test_shared_looks.py")
HUGE = ("tests/flow/test_huge.py",)
FAILING = ("tests/flow/test_failing.py",)
REFUSING = ("tests/flow/test_refusing.py", "tests/host/test_wrong_secret.py")
RESTS = ("tests/flow/test_resting.py",)
DOMAIN = ("tests/cli/test_enrolling_a_domain.py",)
EXPORT = ("tests/core/test_concerning.py",)
LETTERS = ("tests/cli/test_letters.py",)
ROSTER = ("tests/cli/test_enrolling_many.py",)
RETRIES = ("tests/cli/test_retry_all.py",)
SWEEP = ("tests/flow/test_sweep.py", "tests/flow/test_rare_orders.py")
STORIES = ("tests/simulation/test_stories.py",)
PARTS = (
    "tests/core/test_decide.py",
    "tests/core/test_parts.py",
    "tests/core/test_records.py",
    "tests/core/test_span.py",
    "tests/host/test_rows_parts.py",
)
SETTINGS = ("tests/core/test_shape.py", "tests/core/test_decide.py", "tests/flow/test_settings_changed.py")
OWNERS = ("tests/core/test_owning.py", "tests/host/test_owners.py")
WHOSE = ("tests/flow/test_whose.py",)
LINK_ORDERS = ("tests/flow/test_link_orders.py",)
CALLERS = ("tests/core/test_caller.py", "tests/host/test_callers.py")
CONNECTED = ("tests/host/test_connect.py",)
CONSENTED = ("tests/host/test_consented.py",)
ERASED = ("tests/flow/test_erasing.py",)
LOOKUPS = ("tests/contract/test_lookups.py",)
REFUSALS = ("tests/contract/test_calendar_refusals.py",)
WEBEX = ("tests/contract/test_webex_answers.py",)
WEBHOOK = ("tests/contract/test_provider_webhook.py",)
PINGS = ("tests/contract/test_webhook_ping.py",)
BUILDS = ("tests/infra/test_builds.py",)
CONNECTIONS = ("tests/contract/test_calendar_connections.py",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """`old` stands once in `file` and becomes `new`; `tests` are likely to see it."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def mutant(name: str, file: str, tests: tuple[str, ...], old: str, new: str) -> Mutant:
    return Mutant(name=name, file=f"functions/{file}.py", tests=tests, old=old, new=new)


MUTANTS = (
    # The token and the pages.
    mutant(
        "the token moves on though a call failed", "flow/reading", PROTOCOL,
        "        self._raise_troubles()\n        if page.next_token is None:",
        "        if page.next_token is None:",
    ),
    mutant(
        "410 without reconciliation", "flow/reading", PROTOCOL,
        "self._reconciled(unhurried) if full else None",
        "None",
    ),
    mutant(
        "reading ends at an empty page", "flow/reading", PROTOCOL,
        "if done and page.next_page is None and not",
        "if done and (page.next_page is None or not page.events) and not",
    ),
    mutant(
        "a full read lets go at once", "core/decide", CHANGES,
        "return Suspect(action.row) if standing.full and ends else action",
        "return action",
    ),
    mutant(
        "what a full read does not show is deleted", "flow/reconcile", MASS,
        "            found = self._look_up(doubtful[start : start + LOOKED_UP_AT_ONCE])\n",
        "            from functions.core.ids import missing\n"
        "            found = [missing(ref) for ref in doubtful[start : start + LOOKED_UP_AT_ONCE]]\n",
    ),
    mutant(
        "the guard against mass deletion is off", "core/withheld", MASS,
        "return mass and releases > confirmed",
        "return False",
    ),
    mutant(
        "deletions told one by one have no brake", "flow/revisit", BRAKE,
        "    if gone is None or not holds_back(work, gone.calendar_id):\n",
        "    if True:\n",
    ),
    mutant(
        "what comes back counts as deleted all the same", "core/brake", BRAKE,
        "back._replace(number=-1) if back else None",
        "None",
    ),
    mutant(
        "the brake counts what a full read has guarded", "core/brake", BRAKE,
        "conference.holds or conference.deleted_at or conference.guarded",
        "conference.holds or conference.deleted_at",
    ),
    mutant(
        "a confirmation covers what came after it was shown", "core/brake", BRAKE,
        "brake.withheld and brake.withheld.releases <= shown",
        "brake.withheld",
    ),
    mutant(
        "what is withheld goes after a day", "core/brake", BRAKE,
        "    if brake.withheld:\n        left =",
        "    if brake.withheld and brake.withheld.since > now - WINDOW:\n        left =",
    ),
    mutant(
        "a turn forgets what it released", "flow/turn", BRAKE,
        "counted(changed, at, found=noted, leased=True)",
        "changed",
    ),
    mutant(
        "what a sync changes is not counted", "flow/context", COUNTS,
        "            self._found += found\n",
        "            self._found += ()\n",
    ),
    mutant(
        "what a change without an answer counts is certain", "flow/context", COUNTS,
        "notes.note_change(before, value, since, sure=False)",
        "notes.note_change(before, value, since)",
    ),
    mutant(
        "who takes over a lease believes the counts", "core/protocol", COUNTS,
        "doubted(enrolment.tally) if lease else enrolment.tally",
        "enrolment.tally",
    ),
    mutant(
        "what is in the count is added to it", "core/enrolment", COUNTS,
        "newer = leased or counted_at is None or one.since > counted_at\n",
        "newer = True\n",
    ),
    mutant(
        "what others stored while it was counted is lost", "core/enrolment", COUNTS,
        "counted_at=now if tally == recount.before else None",
        "counted_at=now",
    ),
    mutant(
        "what was never counted is nothing", "flow/fleet", COUNTS,
        "known = None if tally.counts is None else counts.by_name(tally.counts)",
        "known = counts.by_name(tally.counts or {})",
    ),
    mutant(
        "a token of other parameters is used", "core/protocol", PROTOCOL,
        "if enrolment.token and enrolment.token.read_params == read_params else None",
        "if enrolment.token else None",
    ),
    mutant(
        "a read that ran out of time begins anew", "flow/reading", PROTOCOL,
        "if enrolment.resume and enrolment.resume.read_params == read_params:",
        "if False:",
    ),
    mutant(
        "what a page has settled is forgotten when time runs out", "flow/reading", HUGE,
        "(*self.settled, *map(mark, self.done))",
        "()",
    ),
    mutant(
        "an event that changed since counts as settled", "core/slices", HUGE,
        "repr(event).encode",
        "repr(event.ref).encode",
    ),
    mutant(
        "a delivery with little time settles nothing", "flow/turn", HUGE,
        "        return up and not self.late\n",
        "        return up\n",
    ),
    mutant(
        "details come back and nobody looks", "flow/reading", STORIES,
        "if self.token and self._enrolment.details_hidden and not page.hides_details:",
        "if False:",
    ),
    mutant(
        "instances that came before their series are forgotten", "flow/reading", STORIES,
        "        found = [event for event in self.early if self._follows_its_series(event)]",
        "        found = list[Event | Unreadable]()",
    ),
    mutant(
        "instances that came early are forgotten when time runs out", "flow/reading", RECORD,
        "early={**self.before.early, **early},",
        "early={},",
    ),
    mutant(
        "an instance of an earlier delivery is not met when its series lets go", "flow/reading", RECORD,
        " or name in self.before.shown]",
        "]",
    ),
    mutant(
        "what was seen before a call is decided on after others wrote", "flow/calls", AGAIN,
        "        if self.others_wrote:\n",
        "        if False:\n",
    ),
    mutant(
        "a series that lets go hides its instance", "core/hold", RECORD,
        "replace(mine, instances=names, rank=rank)",
        "replace(mine, instances=(), rank=rank)",
    ),
    # The lease.
    mutant(
        "the lease is taken from whoever has it", "core/protocol", CURSOR,
        "if lease and lease.owner != owner and lease.expires_at > now:",
        "if False:",
    ),
    mutant(
        "a redelivered message waits for its own lease", "core/protocol", CURSOR,
        "if lease and lease.owner != owner and lease.expires_at > now:",
        "if lease and lease.expires_at > now:",
    ),
    mutant(
        "the fence is ignored on commit", "core/protocol", CURSOR,
        "    if lease is None or lease.fence != fence or enrolment.token",
        "    if lease is None or enrolment.token",
    ),
    mutant(
        "a token made void during the read is written over", "core/protocol", CURSOR,
        " or enrolment.token != finding.token_before:",
        ":",
    ),
    mutant(
        "a commit whose answer was lost is taken for a lost lease", "flow/turn", COMMIT,
        "            if protocol.was_committed(found, self.fence, began):\n",
        "            if False:\n",
    ),
    mutant(
        "the fence is ignored before applying", "flow/turn", PROTOCOL,
        "        if lease is None or lease.fence != self.fence:",
        "        if lease is None:",
    ),
    mutant(
        "a covered request reads again", "flow/sync", PROTOCOL,
        "if protocol.covered(kept.value, delivery.published_at, delivery.skew):",
        "if False:",
    ),
    mutant(
        "the holder is not asked to read again", "flow/turn", PROTOCOL,
        "        context.store.ask_again(kept.value.calendar_id, kept.read_at)\n",
        "        pass\n",
    ),
    mutant(
        "the holder forgets that it was asked", "core/protocol", CURSOR,
        "again = _asked_since(enrolment, began)",
        "again = False",
    ),
    mutant(
        "a failed sync keeps its lease", "core/trouble", CURSOR,
        "        return replace(enrolment, lease=None, trouble=trouble, due_at=now + wait)",
        "        return replace(enrolment, trouble=trouble, due_at=now + wait)",
    ),
    mutant(
        "nobody owes what a failed sync was asked for", "core/trouble", CURSOR,
        "return timedelta() if owed(enrolment) else usual",
        "return usual",
    ),
    mutant(
        "two clocks are taken for one", "core/protocol", CURSOR,
        "enrolment.synced_at >= published_at + skew",
        "enrolment.synced_at >= published_at",
    ),
    mutant(
        "who met the lease is compared by another clock", "flow/turn", PROTOCOL,
        "        context.store.ask_again(kept.value.calendar_id, kept.read_at)\n",
        "        context.store.ask_again(kept.value.calendar_id, delivery.published_at)\n",
    ),
    mutant(
        "a burst that one read may have covered is read one by one", "core/protocol", CURSOR,
        "(max(skew, fold) if published_at <= synced else fold)",
        "fold",
    ),
    mutant(
        "those that follow a read are read one by one", "flow/turn", FOLD,
        "fold = protocol.NO_FOLD if delivery.awaited else timedelta(seconds=context.policy.fold)",
        "fold = protocol.NO_FOLD",
    ),
    mutant(
        "clocks are a second apart at most", "core/model", PROTOCOL,
        "skew: int = 2 ",
        "skew: int = 1 ",
    ),
    mutant(
        "a confirmation that comes during a full read is lost", "core/protocol", MASS,
        "return finding.reconciled and enrolment.confirmed == finding.confirmed",
        "return finding.reconciled",
    ),
    mutant(
        "a mark stays when the events are back", "core/protocol", MASS,
        "return enrolment.withheld is not None and reason in (Reason.SWEEP, Reason.INITIALIZE)",
        "return False",
    ),
    # What a change means.
    mutant(
        "a cancelled instance deletes the series", "adapters/calendar/event", CHANGES,
        "            return replace(event, cancelled=True)\n",
        "            series = EventRef(calendar_id, event.instance.series_id) if event.instance else ref\n"
        "            return Event(ref=series, cancelled=True)\n",
    ),
    mutant(
        "a deleted copy takes the original's conference", "core/holding", RECORD,
        "left = tuple(other for other in conference.holds if other not in gone)",
        "left = ()",
    ),
    mutant(
        "hidden details are read as a removal", "core/decide", DEGRADED,
        "    if hidden or unnamed(event, conference):",
        "    if unnamed(event, conference):",
    ),
    mutant(
        "a foreign solution is matched by substring", "core/model", ("tests/core/test_event.py",),
        "return name == self.name if self.name else",
        "return self.name in name if self.name else",
    ),
    mutant(
        "a guest's copy counts", "core/decide", CHANGES,
        "    if not event.organizers_copy:",
        "    if False:",
    ),
    mutant(
        "a guest's copy left by a move deletes", "flow/job", SWEEP,
        "grace = self.work.context.policy.grace if action.delete else None",
        "grace = self.work.context.policy.grace",
    ),
    mutant(
        "the later part of a split series is a mere copy", "core/hold", CHANGES,
        "return named or (after and base != earlier_base)",
        "return after and base != earlier_base",
    ),
    mutant(
        "a new primary is not told", "core/holding", PARTS,
        "found = replace(unrefused(found), push_at=now)",
        "found = unrefused(found)",
    ),
    mutant(
        "an occurrence is told again and again", "core/dates", CHANGES,
        "    if pushed or not new or standing.abilities.absent:",
        "    if not new or standing.abilities.absent:",
    ),
    mutant(
        "our own write is taken for a change", "adapters/calendar/event", ("tests/flow/test_write_back.py",),
        "location=link.own_location(shown.location, shown.written),",
        "location=shown.location,",
    ),
    mutant(
        "an instance of a series on the same page is not met", "flow/apply", STORIES,
        "        if event.carries:  # what takes a series up",
        "        if False:  # what takes a series up",
    ),
    # How conference systems are pushed.
    mutant(
        "a retry has a new change id", "core/ledger", RECORD,
        "conference.revision + (0 if retried else 1)",
        "conference.revision + 1",
    ),
    mutant(
        "another change has the old change id", "core/ledger", RECORD,
        "conference.revision + (0 if retried else 1)",
        "conference.revision or 1",
    ),
    mutant(
        "a change under way counts as made", "core/ledger", RECORD,
        'pending=True)\n    return replace(conference, applied="", refused=None)\n',
        "pending=True)\n    return conference\n",
    ),
    mutant(
        "a refusal is taken for passing trouble", "flow/verdict", PROTOCOL,
        "    return error\n\n\ndef _doubted",
        "    return Failed(str(error))\n\n\ndef _doubted",
    ),
    mutant(
        "gone already counts as a failed deletion", "core/decide", DELETED,
        '            return Ended("E05")\n',
        '            return Park("E05", str(error))\n',
    ),
    mutant(
        "what may have been made anew is left behind", "core/holding", RECORD,
        "return conference.deleted_at is not None and not any(call.kind is Kind.UPDATED for call in calls)",
        "return conference.deleted_at is not None",
    ),
    mutant(
        "the record of a series without an end expires", "core/expiry", ("tests/core/test_expiry.py",),
        "    if not (days and all(days)):\n",
        "    if not any(days):\n",
    ),
    # Deletion.
    mutant(
        "the grace is ignored", "core/holding", RECORD,
        "now + timedelta(seconds=grace or 0)",
        "now",
    ),
    mutant(
        "deleted without looking again", "flow/revisit", SWEEP,
        "{ref: _reread(job, ref) for ref in sources}",
        "{ref: _reread(case, ref) for ref in sources if conference.holds}",
    ),
    mutant(
        "nobody looks around before a deletion", "flow/revisit", GLANCE,
        "    looked_at = around(work, job.conference, due_since)\n",
        "    looked_at: list[Enrolment] = []\n",
    ),
    mutant(
        "a look from before the release counts for a deletion", "flow/looks", GLANCE,
        "since <= began and ",
        "",
    ),
    mutant(
        "a look counts for ever", "flow/looks", GLANCE,
        "now < began + COUNTS_FOR and ",
        "",
    ),
    mutant(
        "only the first page around is looked at", "flow/glance", GLANCE,
        "        page_token = page.next_page\n",
        "        page_token = None\n",
    ),
    mutant(
        "what a read passes over is not looked at before a deletion", "flow/glance", SETTINGS,
        " if whole else frozenset()",
        " if False else frozenset()",
    ),
    mutant(
        "a conference counts as named by settings that it was never seen under", "core/holding", SETTINGS,
        'settings if labels <= {event.label} else ""',
        "settings",
    ),
    mutant(
        "any conference of the same id that nobody names keeps one for ever", "flow/looks", GLANCE,
        'one.carries != conference.key and ("" in labels or one.label in labels)',
        "one.carries != conference.key",
    ),
    mutant(
        "what an update undoes is not told again", "core/ledger", AGAIN,
        "    if resets and intent.kind is Kind.UPDATED:\n",
        "    if False:\n",
    ),
    mutant(
        "an occurrence under way when its system asks for a rest is forgotten", "core/ledger", AGAIN,
        "        return occurrence(conference, intent, pending=True)\n",
        "        return occurrence(conference, intent, pending=False)\n",
    ),
    mutant(
        "a system that asks for a day of rest is called again at once", "core/ledger", AGAIN,
        "(parked is not None and parked.retry_at > now)",
        "False",
    ),
    # Channels and requests.
    mutant(
        "a failed publish is answered 204", "flow/receive", ("tests/flow/test_receive.py",),
        "        return 503\n",
        "        return 204\n",
    ),
    mutant(
        "a token is good for any channel", "core/channel", CHANNELS,
        'message = f"{VERSION}.{channel_id}.{calendar}"',
        'message = f"{VERSION}.{calendar}"',
    ),
    mutant(
        "the old channel is stopped before the new one is there", "flow/renew", CHANNELS,
        "    asked = amend_enrolment(\n",
        "    if old:\n        stop(context, kept.value, old)\n"
        "    asked = amend_enrolment(\n",
    ),
    mutant(
        "an orphaned channel goes on", "flow/sync", ORPHANS,
        "    _stop_orphan(context, request, kept)\n",
        "",
    ),
    mutant(
        "a channel just asked for is taken for an orphan", "core/protocol", CHANNELS,
        "return channel_id in (current, enrolment.watch.joining)",
        "return channel_id == current",
    ),
    mutant(
        "a renewal asks for no sync", "flow/renew", CHANNELS,
        "        context.queue.publish(SyncRequest(calendar_id=calendar_id, reason=Reason.RENEWAL))\n",
        "",
    ),
    # The sweep, and those who are in trouble.
    mutant(
        "the sweep looks at no conference", "flow/sweep", SWEEP,
        "        looked = _revisit_due(context, began + limit * CONFERENCES_SHARE)\n",
        "        pass\n",
    ),
    mutant(
        "conferences keep calendars from being asked for", "flow/sweep", SWEEP,
        "CONFERENCES_SHARE = 0.75\n",
        "CONFERENCES_SHARE = 2.0\n",
    ),
    mutant(
        "a bug in one conference keeps calendars from being asked for", "flow/sweep", SWEEP,
        "    finally:  # a bug that one conference brings out does not keep calendars from being read\n"
        "        asked = _ask_due(context, began + limit)\n",
        "    finally:\n        pass\n    asked = _ask_due(context, began + limit)\n",
    ),
    mutant(
        "asks go on when the time of the sweep is up", "flow/sweep", SWEEP,
        "        if context.monotonic() >= end:\n            break\n    return Swept(asked",
        "    return Swept(asked",
    ),
    mutant(
        "what was just refused has been parked for long", "flow/sweep", SWEEP,
        "since=context.now() - PARKED_FOR_LONG",
        "since=context.now()",
    ),
    mutant(
        "nobody is told that a token ends", "adapters/providers/webex/token", WEBEX,
        "if left is not None and left < REFRESH_LEFT_MIN_S:\n        log",
        "if left is not None and left < 0:\n        log",
    ),
    mutant(
        "a wave stays one", "core/enrolment", ("tests/core/test_cadence.py",),
        "JITTER = 0.25 ",
        "JITTER = 0.0 ",
    ),
    mutant(
        "the sample is the same each day", "core/enrolment", ("tests/core/test_cadence.py",),
        '_share(f"{now.date()} {calendar_id}")',
        "_share(calendar_id)",
    ),
    mutant(
        "a renewal goes on until its function is stopped", "flow/renew", CHANNELS,
        "lambda: context.monotonic() < end",
        "lambda: True",
    ),
    mutant(
        "a calendar without access is tried for ever", "core/trouble", CURSOR,
        "FAILURES_MAX = 5 ",
        "FAILURES_MAX = 5_000 ",
    ),
    mutant(
        "a spent quota is asked again at once", "flow/sync", PROTOCOL,
        "(error.delay or 0) >= LONG_DELAY_S:\n",
        "False:\n",
    ),
    mutant(
        "an operator's retry forgets what was refused", "flow/retry", SWEEP,
        "pending.again(conference, now=entry.at)",
        "pending.unpark(conference)",
    ),
    mutant(
        "an event is written without If-Match", "adapters/calendar/google",
        ("tests/flow/test_write_back.py",),
        '        request.headers["If-Match"] = etag\n',
        "",
    ),
    # What Google was recorded to answer.
    mutant(
        "a later part known by its dates alone is a mere copy", "core/hold", PARTS,
        "return bool(earlier.ends) and self.begins > earlier.ends",
        "return False",
    ),
    mutant(
        "a series that overlaps is a later part", "core/hold", PARTS,
        "return bool(earlier.ends) and self.begins > earlier.ends",
        "return bool(earlier.ends) and self.begins > earlier.begins",
    ),
    mutant(
        "nobody looks which part leads when one is cut", "core/holding", PARTS,
        "    leader = leading(moved)\n",
        "    leader = moved.holds[0]\n",
    ),
    mutant(
        "a tombstone that says little is believed", "core/dates", PARTS,
        "return Ask(row, action) if _has_room(primary, its) and not clear else action",
        "return action",
    ),
    mutant(
        "what Calendar shows is called off", "flow/job", PARTS,
        "            if not shown:\n",
        "            if True:\n",
    ),
    mutant(
        "a date that has left its part is called off", "core/dates", PARTS,
        "span is None or (span.series and span.has_room_for(its.original_start))",
        "True",
    ),
    mutant(
        "a bare tombstone is of nothing", "flow/apply", PARTS,
        "return () if event.instance and event.instance.sure else units.get(event.etag, ())",
        "return ()",
    ),
    mutant(
        "the limit of a minute is lost access", "adapters/calendar/refusals", REFUSALS,
        '"rateLimitExceeded": Cause.MINUTE,',
        '"rateLimitExceeded": Cause.ACCESS,',
    ),
    mutant(
        "a spent minute is asked again at once", "adapters/calendar/refusals", REFUSALS,
        '"RATE_LIMIT_EXCEEDED": Cause.MINUTE,',
        '"RATE_LIMIT_EXCEEDED": Cause.SOON,',
    ),
    mutant(
        "the project's trouble is a user's", "adapters/calendar/refusals", REFUSALS,
        '"accessNotConfigured": Cause.PROJECT,',
        '"accessNotConfigured": Cause.ACCESS,',
    ),
    mutant(
        "IAM that does not sign is lost access", "adapters/calendar/tokens",
        ("tests/contract/test_calendar_tokens.py",),
        "            return self._unsigned(heard, error)\n",
        "            return AccessLost(str(error))\n",
    ),
    mutant(
        "a user is asked for with the token of the first", "adapters/calendar/google", CONNECTIONS,
        "        credentials = self._credentials(access.subject)\n",
        '        credentials = self.__dict__.setdefault("first", self._credentials(access.subject))\n',
    ),
    mutant(
        "what is left of an answer is the next user's", "adapters/calendar/http", CONNECTIONS,
        "            conn.close()  # what is left of the answer would be taken for that of the next user\n",
        "",
    ),
    mutant(
        "no connection is kept", "adapters/calendar/http", CONNECTIONS,
        "            self._https.append(http)\n",
        "            http.close()\n",
    ),
    mutant(
        "an answer of something else is a written event", "adapters/calendar/answers",
        ("tests/contract/test_calendar_answers.py",),
        '    _text(found, "id")\n    return found\n',
        "    return found\n",
    ),
    mutant(
        "five losses at once mark a calendar", "core/trouble", CURSOR,
        "losses >= FAILURES_MAX and now - losing_since >= LOSING_AT_LEAST",
        "losses >= FAILURES_MAX",
    ),
    mutant(
        "what is not found where details are hidden is gone", "core/decide",
        ("tests/core/test_decide.py", "tests/host/test_rows_hidden.py"),
        "    if event.vanished and (standing.hidden or standing.role_unknown):\n",
        "    if False:\n",
    ),
    mutant(
        "a call that ends after a newer one leaves no trace", "core/ledger", STORIES,
        "        return anew(conference, call, now=now, resets=resets)\n",
        "        return conference\n",
    ),
    # Older readings, and calls that outlive their delivery.
    mutant(
        "a sync writes without its fence", "flow/sync", OLDER,
        "{turn.enrolment.calendar_id: turn.fence}",
        "{}",
    ),
    mutant(
        "a sweep writes though a sync has read since", "flow/calls", OLDER,
        "        self.fences.setdefault(name, fence)\n",
        "",
    ),
    mutant(
        "a sweep looks at what a sync is reading", "flow/calls", OLDER,
        "        if enrolment.lease and self.work.fences.get(name) != fence:\n",
        "        if False:\n",
    ),
    mutant(
        "a lease taken over keeps its fence", "core/protocol", CURSOR,
        "    fence = enrolment.fence + 1\n",
        "    fence = enrolment.fence or 1\n",
    ),
    mutant(
        "what a sync got in the way of waits for the next sweep", "flow/sweep", SWEEP,
        "    still = context.store.known([], missed) if missed else []\n",
        "    still = []\n",
    ),
    mutant(
        "a call whose end nobody noted is forgotten", "core/ledger", IN_FLIGHT,
        "    return replace(conference, in_flight=(*conference.in_flight, call))\n",
        "    return conference\n",
    ),
    mutant(
        "what may still arrive is told over too soon", "core/ledger", IN_FLIGHT,
        "if call.until <= now]",
        "]",
    ),
    mutant(
        "what may be made anew after its deletion is left behind", "core/ledger", IN_FLIGHT,
        "        return replace(owed, delete_at=owed.delete_at or now) if ended else owed\n",
        "        return owed\n",
    ),
    mutant(
        "an older change that ends while no event carries it is forgotten", "core/ledger", IN_FLIGHT,
        '    owed = replace(conference, applied="") if call.occurrence is None else conference\n',
        '    owed = replace(conference, applied="") if conference.holds else conference\n',
    ),
    mutant(
        "what may be made anew after its deletion has no grace", "core/ledger", IN_FLIGHT,
        "delete_at=owed.delete_at or now)",
        "delete_at=now)",
    ),
    mutant(
        "what was refused once is refused for ever", "core/ledger", IN_FLIGHT,
        'return replace(conference, applied="", refused=None)\n',
        'return replace(conference, applied="")\n',
    ),
    mutant(
        "the tries before a refused one are over", "flow/calls", IN_FLIGHT,
        "        return self._landing(ended, call) if refusal.may_land else ended\n",
        "        return ended\n",
    ),
    mutant(
        "a retry to a system that knows ids forgets the first try", "core/ledger", IN_FLIGHT,
        "    return _left_pending(overtake(begun, before, now=now), intent)\n",
        "    return _left_pending(begun if retried else overtake(begun, before, now=now), intent)\n",
    ),
    mutant(
        "a late occurrence makes a conference anew", "core/ledger", STORIES,
        "        ended = owed.deleted_at is not None and call.kind is Kind.UPDATED\n",
        "        ended = owed.deleted_at is not None\n",
    ),
    mutant(
        "whatever is due of what nobody holds deletes it", "flow/revisit", SWEEP,
        "    elif delete_at <= work.context.now() and not _withheld(work, job):\n",
        "    elif not _withheld(work, job):\n",
    ),
    mutant(
        "what waits for a name does not wait for a full read", "flow/revisit", STORIES,
        "    if unnamed(event, conference):  # the next",
        "    if False:  # the next",
    ),
    mutant(
        "what is gone for good is told of its dates", "core/conference", AGAIN,
        "refused = conference.refused and not conference.deleted_at",
        "refused = conference.refused",
    ),
    mutant(
        "instances of earlier deliveries are forgotten when their series lets go", "flow/reconcile", STORIES,
        "{**self.shown, **self.seen}",
        "self.seen",
    ),
    mutant(
        "what is owed is settled by the call before it", "core/ledger", STORIES,
        "    if before and before.occurrence == intent.occurrence and not _same(before, intent):\n",
        "    if False:\n",
    ),
    mutant(
        "a guest calls a date off for all", "core/decide", CHANGES,
        "    if not conference.holds or conference.holds[0].ref.calendar_id != event.ref.calendar_id:\n",
        "    if not conference.holds:\n",
    ),
    mutant(
        "a deletion that hesitated is made", "flow/calls", SWEEP,
        " > DELETES_WITHIN_S:",
        " > 1_000.0:",
    ),
    mutant(
        "a sweep with little time gives no second look", "flow/sweep", ("tests/flow/test_sweep.py",),
        "    end = max(end, context.monotonic() + SECOND_LOOK_S)\n",
        "",
    ),
    mutant(
        "what an older call undid is retried under its old name", "core/ledger", IN_FLIGHT,
        "    conference = replace(overtake(conference, conference.intent, now=now), intent=None)\n",
        "",
    ),
    mutant(
        "a try without an answer is over", "adapters/web/client", ("tests/contract/test_http.py",),
        "            self._note_unanswered(call, sent=not isinstance(error, _UNSENT))\n",
        "",
    ),
    mutant(
        "a call that got no answer is given up", "flow/calls", AGAIN,
        "isinstance(result, Failed) and result.may_land",
        "False",
    ),
    # Links.
    mutant(
        "an older link is written over a newer one", "flow/writeback", LINKS,
        "        job.check_newest()\n",
        "",
    ),
    mutant(
        "a write that was refused is forgotten", "flow/writeback", LINKS,
        "return link.not_shown(job.conference, noted, passing=isinstance(error, AccessLost))",
        "return link.wrote(job.conference, noted)",
    ),
    mutant(
        "a link learned while none was written is never shown", "flow/job", LINKS,
        "        if missed and isinstance(",
        "        if False and isinstance(",
    ),
    mutant(
        "a process of before gives up what a newer one wants written", "core/link", LINKS,
        "if not one.at or now < one.at + ROLL_OUT)",
        "if not one.at)",
    ),
    mutant(
        "turned off, a link stays due for ever", "core/link", LINKS,
        "if not one.at or now < one.at + ROLL_OUT)",
        "if True)",
    ),
    mutant(
        "who writes no links forgets which events must show one", "core/link", LINKS,
        "else before.unwritten\n",
        "else ()\n",
    ),
    # One bad conference.
    mutant(
        "one that fails for ever fails each message", "flow/apply", AGAIN,
        "            if job.stumbled and not again:\n",
        "            if job.stumbled:\n",
    ),
    mutant(
        "the first failure is not tried again at once", "flow/apply", AGAIN,
        "            if job.stumbled and not again:\n",
        "            if False:\n",
    ),
    mutant(
        "what a failing system was not told is taken for told", "flow/calls", AGAIN,
        "            self.conference = ledger.leave_pending(self.conference, intent, now=now)\n",
        "",
    ),
    mutant(
        "an absurd Retry-After ends the message", "adapters/web/waits", ("tests/contract/test_http.py",),
        "        except (ValueError, OverflowError):\n            continue\n        return at if",
        "        except ValueError:\n            continue\n        return at if",
    ),
    mutant(
        "a bug keeps the lease", "flow/sync", PROTOCOL,
        "    if turn.fail(error):\n        raise error\n",
        "    raise error\n",
    ),
    # Quotas.
    mutant(
        "a spent quota rests one calendar alone", "flow/calendars", RESTS,
        "    context.rests.begin(context.store, kept.value.access.subject, Rest(until, why))\n",
        "",
    ),
    mutant(
        "what came during a rest is forgotten", "core/trouble", RESTS,
        "    return replace(enrolment, asked_again_at=asked, due_at=until)\n",
        "    return None\n",
    ),
    # What fails must not hold up the queue.
    mutant(
        "every failure fails its message", "flow/turn", FAILING,
        "first and self.context.quick_retries.take(now)",
        "True",
    ),
    mutant(
        "as many messages may fail as there are calendars", "flow/outage", FAILING,
        "            self._left -= may\n",
        "",
    ),
    mutant(
        "a calendar that fails does not back off", "core/trouble", FAILING,
        "replace(trouble, backoff_until=until)\n    return replace(enrolment, lease=None",
        "trouble\n    return replace(enrolment, lease=None",
    ),
    mutant(
        "a system that is out is called all the same", "flow/outage", FAILING,
        "            if self.shuts(now, conference_id):\n",
        "            if False:\n",
    ),
    mutant(
        "a long outage makes each conference wait longer", "core/pending", FAILING,
        "conference.parked.attempts + (not is_out)",
        "conference.parked.attempts + 1",
    ),
    mutant(
        "a conference that fails alone is an outage", "flow/outage", FAILING,
        "len(self._conferences) >= CONFERENCES_MIN and ",
        "",
    ),
    mutant(
        "one wrong secret parks each conference", "flow/verdict", REFUSING,
        "    if not outage.lasts(now):\n",
        "    if True:\n",
    ),
    mutant(
        "what was refused before more was known stays so", "core/ledger", REFUSING,
        "REFUSED_MOST) if may_be_all else None",
        "REFUSED_MOST) if False else None",
    ),
    mutant(
        "what was refused in passing is tried again too soon for ever", "core/ledger", RECORD,
        "REFUSED_LEAST * 2**intent.refused",
        "REFUSED_LEAST",
    ),
    mutant(
        "what a system takes between refusals does not count", "flow/calls", REFUSING,
        "        context.outages.pop(name, None)\n",
        "",
    ),
    mutant(
        "what a system judges between refusals does not count", "flow/verdict", REFUSING,
        "    context.outages.pop(name, None)  # it works\n",
        "",
    ),
    mutant(
        "what a system refuses holds up what it would take", "flow/outage", REFUSING,
        "        if unheard and not self._fails(now):\n",
        "        if False:\n",
    ),
    mutant(
        "a new try whose process dies is forgotten", "core/pending", REFUSING,
        "push_at=(conference.push_at or now) if conference.holds else conference.push_at",
        "push_at=conference.push_at",
    ),
    mutant(
        "nobody hears that a system refuses all", "flow/verdict", REFUSING,
        "    if outage.refuses_all:\n",
        "    if False:\n",
    ),
    mutant(
        "a system that is out puts the sweep behind", "flow/sweep", REFUSING,
        "look is None and not _is_out(context, kept) for kept",
        "look is None for kept",
    ),
    mutant(
        "a wrong path ends conferences", "adapters/providers/webhook", WEBHOOK,
        "{410: Gone}",
        "{410: Gone, 404: Gone}",
    ),
    mutant(
        "a wrong secret is about one conference", "adapters/web/client", WEBHOOK,
        "may_be_all=answer.status in MAY_BE_ALL",
        "may_be_all=False",
    ),
    mutant(
        "of what is chosen all is tried", "flow/retry", RETRIES,
        "if choice.fits(kept.value)]\n    log",
        "if choice]\n    log",
    ),
    mutant(
        "a bug stops the read at its page", "flow/reading", PROTOCOL,
        "        self.bugs += applied.bugs\n",
        "        for bug in applied.bugs:\n            raise bug\n",
    ),
    mutant(
        "a token outlives the settings it was read with", "core/read_params", SETTINGS,
        "said = [parameters, [_said(one) for one in _in_order(solutions)]]",
        "said = [parameters]",
    ),
    mutant(
        "a read that was cut off under other settings leaves the token", "core/protocol", SETTINGS,
        'token = replace(token, read_params="")',
        "pass",
    ),
    mutant(
        "what changed while a solution was not named is old", "core/protocol", SETTINGS,
        "if enrolment.details_hidden or enrolment.unnamed else",
        "if enrolment.details_hidden else",
    ),
    mutant(
        "a solution that is handed over ends its conferences", "core/decide", SETTINGS,
        'return Release("E08", delete=False) if find',
        'return Release("E08") if find',
    ),
    mutant(
        "a conference of the same id elsewhere is the same", "core/decide", SETTINGS,
        "if isinstance(event, Unreadable) or event.carries is not None:",
        "if isinstance(event, Unreadable):",
    ),
    mutant(
        "a try that was not heard of is told again, though a retry of it worked", "core/ledger", AGAIN,
        "    if _changed_nothing(conference, call, resets=resets):\n",
        "    if False:\n",
    ),
    mutant(
        "an older call that failed is taken to have had no effect", "core/ledger", AGAIN,
        "return anew(given_up, call, now=now, resets=resets) if overtaken else given_up",
        "return given_up",
    ),
    mutant(
        "what a call that failed may have made anew is forgotten", "core/ledger", IN_FLIGHT,
        "return replace(conference, deleted_at=None) if call.kind is Kind.UPDATED else conference",
        "return conference",
    ),
    mutant(
        "a deletion undoes its occurrences only once it is known", "core/ledger", AGAIN,
        "    if intent.kind is Kind.DELETED:\n        begun =", "    if False:\n        begun =",
    ),
    mutant(
        "a late deletion leaves its occurrences told", "core/ledger", IN_FLIGHT,
        "    return call.kind is Kind.DELETED\n",
        "    return False\n",
    ),
    mutant(
        "a late update of another event leaves the occurrences told", "core/ledger", IN_FLIGHT,
        "return resets or call.source not in {hold.ref for hold in conference.holds[:1]}",
        "return resets",
    ),
    mutant(
        "an instance keeps what its series carried for a moment", "flow/apply", SWEEP,
        "if hold.ref not in shown and any(part_of(hold, series) for series in others)",
        "if False",
    ),
    mutant(
        "a late call that says the same has undone no occurrence", "core/ledger", IN_FLIGHT,
        "return pushed and (last or not _undoes_occurrences(conference, call, resets=resets))",
        "return told",
    ),
    mutant(
        "an instance holds beside its series", "core/decide", STORIES,
        "if event.instance and find(conference, EventRef(event.ref.calendar_id, event.instance.series_id)):",
        "if False:",
    ),
    mutant(
        "an occurrence is told before its series", "flow/calls", STORIES,
        "waits = bool(push.occurrence) and comes_first(self.conference)",
        "waits = False",
    ),
    mutant(
        "what the first read with a new solution could not show counts as seen", "core/protocol", STORIES,
        "min(clear_at, finding.since + CLOCKS_APART) if clear_at and finding.since else clear_at",
        "clear_at",
    ),
    # A refusal for each target, and what strangers bring.
    mutant(
        "one refusal hides another", "core/conference", RECORD,
        "for target, refusal in [*whole, *dates] if refusal}",
        "for target, refusal in [*dates, *whole][:1] if refusal}",
    ),
    mutant(
        "a refused occurrence is pushed at each look", "core/conference", RECORD,
        " and pushed.series_id == series and not pushed.refused\n",
        " and pushed.series_id == series\n",
    ),
    mutant(
        "a refused conference is pushed at each look", "core/decide", CHANGES,
        'return Keep("E27") if is_refused(conference, None, fingerprint) else push',
        "return push",
    ),
    mutant(
        "what was refused of the last holder is refused of the next", "core/holding", RECORD,
        "        conference if conference.holds else unrefused(conference),\n",
        "        conference,\n",
    ),
    mutant(
        "one record that cannot be read hides the others", "adapters/stores/records",
        ("tests/contract/test_records.py", "tests/cli/test_status.py"),
        'extra={"why": error.logged})  # noqa: TRY400 - the text says all\n',
        'extra={"why": error.logged})\n            return\n',
    ),
    mutant(
        "a provider that cannot be loaded ends the start", "providers", ("tests/test_providers.py",),
        "    except Unusable as error:\n        from functions",
        "    except KeyError as error:\n        from functions",
    ),
    mutant(
        "a single event says when its dates end", "core/hold", PARTS,
        "    if not meeting.recurrence:\n        return SINGLE\n",
        "",
    ),
    # Whose conference it is.
    mutant(
        "two spellings are two meetings", "adapters/providers/zoom/provider",
        ("tests/host/test_rows_zoom.py",),
        'number = re.sub("[ -]", "", conference_id)\n        return number if',
        'number = re.sub("[ -]", "", conference_id)\n        return conference_id if',
    ),
    mutant(
        "a date of a series is taken for a series", "adapters/providers/webex/provider",
        ("tests/contract/test_canonical.py",),
        "return conference_id if _SERIES_ID.fullmatch(conference_id) else None",
        "return conference_id",
    ),
    mutant(
        "a user in another spelling is another user", "core/fields", ("tests/host/test_one_user.py",),
        "return value.lower() if value.isascii() else value",
        "return value",
    ),
    mutant(
        "a reader enrols a calendar", "flow/joining", ("tests/host/test_who_may_enrol.py",),
        "    if role not in WRITING_ROLES:\n",
        "    if not role:\n",
    ),
    mutant(
        "anybody takes an enrolment over", "flow/joining", ("tests/host/test_who_may_enrol.py",),
        "free = user == found.calendar_id or found.trouble.lost_at",
        "free = True",
    ),
    mutant(
        "a refused enrolment stays", "flow/joining", ("tests/host/test_who_may_enrol.py",),
        "        if fresh:\n            leave(context, kept.value.calendar_id)\n",
        "",
    ),
    mutant(
        "a slow body keeps a thread", "bodies", ("tests/host/test_bodies.py",),
        "(bodyless if app.name == BODYLESS else bounded)",
        "(bounded)",
    ),
    mutant(
        "every event speaks for a conference", "core/owning", OWNERS,
        "return owners is None or not parties.speak(ref.calendar_id).isdisjoint(owners)",
        "return True",
    ),
    mutant(
        "an organizer speaks", "core/model", OWNERS,
        'frozenset({calendar_id, self.user, self.creator} - {""})',
        'frozenset({calendar_id, *self} - {""})',
    ),
    mutant(
        "who made an event does not speak", "core/model", OWNERS,
        'frozenset({calendar_id, self.user, self.creator} - {""})',
        'frozenset({calendar_id, self.user} - {""})',
    ),
    mutant(
        "a borrowed conference is deleted", "core/conference", OWNERS,
        "asap if self.holds else [] if self.borrowed else [self.delete_at]",
        "asap if self.holds else [self.delete_at]",
    ),
    mutant(
        "what was given back is never deleted", "core/owning", OWNERS,
        "delete_at = now + timedelta(seconds=grace) if ends else conference.delete_at",
        "delete_at = None if ends else conference.delete_at",
    ),
    mutant(
        "what owners let go while a stranger held it stays", "core/owning", OWNERS,
        "gone = conference.delete_at or (let_go_by(conference) and not is_ended(conference))",
        "gone = conference.delete_at",
    ),
    mutant(
        "a deletion speaks for who let go last", "flow/revisit", OWNERS,
        "_delete(work, job, delete_at, last.ref)",
        "_delete(work, job, delete_at, job.conference.released[0].ref)",
    ),
    mutant(
        "nobody asks again whose it is before it is deleted", "flow/job", OWNERS,
        "for one in (*self.conference.holds, *self.conference.released)",
        "for one in self.conference.holds",
    ),
    mutant(
        "a link is shown in an event of others", "flow/job", OWNERS,
        "self.standing.full and speaks(event, self.conference)",
        "self.standing.full",
    ),
    mutant(
        "an owner who comes later does not lead", "flow/job", OWNERS,
        "self._elect(owned(self.conference, said), event)",
        "self.conference = replace(self.conference, owners=self.conference.owners or tuple(said or ()))",
    ),
    mutant(
        "an unreadable event of others is parked", "core/owning", OWNERS,
        'return Keep("E29") if event.carries == conference.key and not speaks(event, conference) else None',
        "return None",
    ),
    mutant(
        "alternative hosts do not speak", "adapters/providers/zoom/found", OWNERS,
        "for name in (self.host, *named))",
        "for name in (self.host,))",
    ),
    mutant(
        "a Webex host in another spelling is another", "adapters/providers/webex/provider", OWNERS,
        "frozenset({address(host)} if",
        "frozenset({host} if",
    ),
    mutant(
        "a system is not asked whose it is", "adapters/providers/zoom/provider", OWNERS,
        "if not self._of_calendar:\n            return None\n",
        "if True:\n            return None\n",
    ),
    mutant(
        "a change is made whosever it is", "adapters/providers/zoom/provider",
        ("tests/contract/test_provider_zoom.py",),
        "if self._of_calendar and found.owners.isdisjoint(change.speakers):",
        "if False:",
    ),
    # Who calls.
    mutant(
        "without operators everybody is one", "core/caller", CALLERS,
        "everything=email in {",
        "everything=not operators or email in {",
    ),
    mutant(
        "without the setting everybody operates", "settings", CALLERS,
        'return EVERYBODY if reader.text("CALENDAR_AUTH") == "anonymous" else ""',
        "return EVERYBODY",
    ),
    mutant(
        "a token for another service opens this one", "core/caller", CALLERS,
        "    if _audience(claims) not in audiences:\n",
        "    if not _audience(claims):\n",
    ),
    mutant(
        "whoever issued a token is believed", "core/caller", CALLERS,
        'if claims.get("iss") not in ISSUERS:',
        'if not claims.get("iss"):',
    ),
    mutant(
        "an e-mail that was not verified is believed", "core/caller", CALLERS,
        'claims.get("email_verified") is not True or ',
        "",
    ),
    mutant(
        "a token is believed after its time", "adapters/web/identity", CALLERS,
        "SKEW_S = 10 ",
        "SKEW_S = 90_000 ",
    ),
    mutant(
        "a signature is not verified", "adapters/web/identity", CALLERS,
        "jwt.decode(token, certs=certificates,",
        "jwt.decode(token, verify=not certificates,",
    ),
    mutant(
        "each made-up key is asked for", "adapters/web/identity", CALLERS,
        "            if self._clock() >= self._kept.again_at:\n",
        "            if self._kept:\n",
    ),
    mutant(
        "without certificates callers are refused", "adapters/web/identity", CALLERS,
        "        if kept.trouble:\n            raise RetryLater(kept.trouble)\n",
        "",
    ),
    mutant(
        "the header that Cloud Run verifies is believed", "core/caller", CALLERS,
        'headers.get("Authorization") or',
        'headers.get("X-Serverless-Authorization") or headers.get("Authorization") or',
    ),
    mutant(
        "the right to change events is always asked for", "adapters/calendar/auth",
        ("tests/contract/test_calendar_auth.py",),
        "return WRITING_SCOPES if writes else READING_SCOPES",
        "return WRITING_SCOPES",
    ),
    mutant(
        "who left stays in the history of what others hold", "core/forgetting", ERASED,
        "event = None if entry.event and entry.event.calendar_id == calendar_id else entry.event",
        "event = entry.event",
    ),
    mutant(
        "what was moved away is not found when its calendar leaves", "adapters/stores/records", ERASED,
        "entries = conference.history if carrying else ()",
        "entries = ()",
    ),
    mutant(
        "a conference is tried again hours after its system is back", "core/pending", RECORD,
        "min(2 ** min(attempts - 1, 10), 60)",
        "min(2 ** min(attempts - 1, 10), 360)",
    ),
    mutant(
        "erasing looks only where the calendar held something", "flow/leaving", ERASED,
        "    if not leaving.erasing:\n",
        "    if leaving:\n",
    ),
    mutant(
        "whoever ends a leaving overlooks that it is to be erased", "flow/leaving", ERASED,
        "(kept.value.fence, kept.value.erasing) != (leaving.fence, leaving.erasing)",
        "kept.value.fence != leaving.fence",
    ),
    mutant(
        "a call of who left is not waited for", "core/forgetting", ERASED,
        "in_flight=(*conference.in_flight, *begun),",
        "in_flight=conference.in_flight,",
    ),
    mutant(
        "a resolver may take as long as it likes", "adapters/web/lookups", LOOKUPS,
        "wait([found], timeout=left())",
        "wait([found])",
    ),
    mutant(
        "lookups that hang have no number", "adapters/web/lookups", LOOKUPS,
        "        if not self._free.acquire(timeout=left()):\n",
        "        if not self._free:\n",
    ),
    mutant(
        "a state is taken from any browser", "core/consent", ("tests/core/test_consent.py",),
        ' or not secret or not signed.same(fields.text(found, "browser"), _of(secret, "browser"))',
        "",
    ),
    mutant(
        "the end of an old consent ends the new one", "flow/leaving", ("tests/host/test_consented.py",),
        "if leaving and leaving.leaving_at and kept.value.granted_at > leaving.leaving_at:",
        "if leaving and leaving.leaving_at is None:",
    ),
    mutant(
        "what is consented to now is forgotten with what has lapsed", "flow/leaving", CONNECTED,
        "newer = lost_at is not None and kept.value.granted_at > lost_at",
        "newer = False",
    ),
    mutant(
        "a calendar is gone before its consent is", "flow/leaving", ("tests/host/test_consented.py",),
        "        end_consent(context, leaving.value.access.subject, leaving=leaving.value)\n"
        "        _remove(context, leaving.value)\n",
        "        _remove(context, leaving.value)\n"
        "        end_consent(context, leaving.value.access.subject, leaving=leaving.value)\n",
    ),
    mutant(
        "anybody connects with somebody's link", "flow/connect", CONNECTED,
        "    if visit.user and visit.user != who.user:\n",
        "    if visit.user and not who.user:\n",
    ),
    mutant(
        "who has an address next takes its grant over", "flow/connect", CONNECTED,
        "    if standing and standing.value.subject != who.subject:\n",
        "    if standing and not who.subject:\n",
    ),
    mutant(
        "giving back what is useless ends what is kept", "flow/connect", CONNECTED,
        "    if standing and standing.value.subject == who.subject:\n",
        "    if standing and not who.subject:\n",
    ),
    mutant(
        "a client that Google does not know is the user's trouble", "adapters/calendar/oauth", CONSENTED,
        "    if code in ABOUT_CONSENT:\n",
        "    if code:\n",
    ),
    mutant(
        "each call that is refused asks for one more token", "adapters/web/tokens", CONSENTED,
        "(kept is refused and self._believed_until <= now)",
        "kept is refused",
    ),
    mutant(
        "a service that knows no add-on takes tokens for nobody", "core/caller", CONNECTED,
        "    if not audience or claims.get",
        "    if claims.get",
    ),
    mutant(
        "a ciphertext opens in another record", "adapters/seal", ("tests/contract/test_grants.py",),
        "    return json.dumps(owner).encode()\n",
        "    return json.dumps(len(owner)).encode()\n",
    ),
    mutant(
        "a wrong secret is a receiver that does not know ping", "adapters/providers/webhook", PINGS,
        "        if ping.refused(signed):\n",
        "        if not signed:\n",
    ),
    mutant(
        "a receiver that takes everything is well", "adapters/providers/ping", PINGS,
        "    if _good(forged):\n",
        "    if not forged:\n",
    ),
    mutant(
        "the forged ping is signed", "adapters/providers/webhook", PINGS,
        "[Webhook(secrets.token_bytes(SECRET_BYTES[0]))]",
        "self._signers",
    ),
    # A list of calendars.
    mutant(
        "what was enrolled and killed is never read", "flow/roster", ROSTER,
        "        _ask(context, entry.calendar_id, before)\n",
        "",
    ),
    mutant(
        "a list asks Calendar for what is enrolled", "flow/roster", ROSTER,
        "    if before and entry.user in",
        "    if before and not entry.calendar_id and entry.user in",
    ),
    mutant(
        "an enrolment without a channel counts as whole", "flow/roster", ROSTER,
        "(found.watch.channel or not found.watch.possible)",
        "found",
    ),
    mutant(
        "a list goes on though the project is refused", "flow/roster", ROSTER,
        "        stop.set()\n",
        "        pass\n",
    ),
    mutant(
        "what failed for now is tried again at once", "flow/roster", ROSTER,
        "and not stop.wait(wait)",
        "and not stop.is_set()",
    ),
    # Dead letters.
    mutant(
        "a letter that the queue did not take is thrown away", "flow/letters", LETTERS,
        "        letters.remove(done.published)\n",
        "        letters.remove(chosen)\n",
    ),
    # What is stored of a person.
    mutant(
        "an export shows the sealed token", "core/concerning", EXPORT,
        '(Grant, "sealed"), ',
        "",
    ),
    mutant(
        "an export shows what is about others", "core/concerning", EXPORT,
        "        holds=_holds(conference.holds, names),\n",
        "",
    ),
    # A domain's users.
    mutant(
        "a Directory that leads in circles is believed", "flow/directory", DOMAIN,
        "        given.add(token)\n",
        "",
    ),
    mutant(
        "whom the Directory named before it failed is dropped", "cli/roster", DOMAIN,
        '        return _Listed(found, "user", error)\n',
        '        return _Listed([], "user", error)\n',
    ),
    mutant(
        "who is suspended is enrolled", "adapters/calendar/directory", DOMAIN,
        'user.get("suspended") or ',
        "",
    ),
    # What may be deployed.
    Mutant(
        name="a commit counts as tested that no trigger names", file="infra/tested.py", tests=BUILDS,
        old='    if "buildTriggerId" in build:\n', new='    if "substitutions" in build:\n',
    ),
    Mutant(
        name="a build that runs has no archive", file="infra/tested.py", tests=BUILDS,
        old="source(this) or archive(this)", new="source(this)",
    ),
    mutant(
        "whose maker left holds nothing any more", "core/forgetting", OWNERS,
        "was_theirs = conference.owners is not None and is_theirs(hold, conference)",
        "was_theirs = False",
    ),
    mutant(
        "a tombstone does not say who is behind it", "core/holding", OWNERS,
        "    if not event.parties.creator:\n        return conference\n",
        "    return conference\n",
    ),
    mutant(
        "a call that was overtaken teaches nothing of the link", "core/link", LINK_ORDERS,
        "return link is not None and conference.published.link not in (None, link)",
        "return False",
    ),
    mutant(
        "what proves to be of others is shown the link", "flow/revisit", LINKS,
        "if hold.parties is None and hold.ref in owed]",
        "if False]",
    ),
    mutant(
        "what nobody says whose it is counts as a stranger's", "flow/job", WHOSE,
        "if self.owners_unsaid and carrying and forgotten:",
        "if False:",
    ),
    Mutant(
        name="whoever may build says that it is tested", file="infra/tested.py", tests=BUILDS,
        old='endswith(f"/serviceAccounts/{account}")', new='endswith("")',
    ),
)  # fmt: skip

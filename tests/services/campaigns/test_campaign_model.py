"""A naive model of campaigns against the services: everybody is in exactly one place, and sums are right."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segtui.database.engine import Database, open_database
from segtui.domain.vocabulary import SKIP_REASONS
from segtui.errors import Conflict, InvalidInput
from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease, settling
from segtui.services.contacts import contacts
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.segments.partition import SplitWay
from segtui.services.session import Session, open_session
from tests.dialer.support import always, daytime, hasten
from tests.services.campaigns.support import audience

RUNNING = {"active", "paused"}
ENDS = ("answered", "busy", "no_answer", "failed", "voicemail", "wrong_number", "unknown")
ATTEMPTS, AT_ONCE = 2, 2


Place = tuple[str, str | None, str | None]


@dataclass
class _Person:
    phone: bool
    do_not_call: bool


@dataclass
class _Campaign:
    segments: tuple[int, ...]
    excluded: tuple[int, ...]
    above: int = 0
    to: int = 10**9
    """Of the members of its segments it calls those above the one id, up to the other."""
    status: str = "draft"
    places: dict[int, Place] = field(default_factory=dict)
    ends: dict[int, list[str]] = field(default_factory=dict)
    """How the attempts of each person ended."""
    attempts: int = ATTEMPTS
    voicemail: bool = False

    def again(self, person: int) -> bool:
        """Tell whether somebody is tried again after the last attempt."""
        ends = self.ends[person]
        reached = {"busy", "no_answer", "voicemail"} if self.voicemail else {"busy", "no_answer"}
        once = ends[-1] == "failed" and ends.count("failed") == 1
        return len(ends) < self.attempts and (ends[-1] in reached or once)


@dataclass
class _Attempt:
    campaign: int
    person: int
    before: Place


class _Model:
    """People, segments and campaigns by their ids, as the specification has them."""

    def __init__(self) -> None:
        self.people: dict[int, _Person] = {}
        self.members: dict[int, set[int]] = {}
        self.campaigns: dict[int, _Campaign] = {}
        self.open: dict[int, _Attempt] = {}

    def forecast(self, campaign: _Campaign) -> dict[int, str | None]:
        return {each: self._reason(campaign, each) for each in self._audience(campaign)}

    def _audience(self, campaign: _Campaign) -> set[int]:
        members = set().union(*(self.members[segment] for segment in campaign.segments))
        return {person for person in members if campaign.above < person <= campaign.to}

    def _reason(self, campaign: _Campaign, person: int) -> str | None:
        if not self.people[person].phone:
            return "no_phone"
        if self.people[person].do_not_call:
            return "do_not_call"
        if any(person in self.members[each] for each in campaign.excluded):
            return "excluded"
        if self._waits(person):
            return "other_campaign"
        return None

    def launch(self, campaign: _Campaign) -> bool:
        found = self.forecast(campaign)
        if None not in found.values():
            return False
        campaign.places = {
            each: ("pending", None, None) if reason is None else ("done", "skipped", reason)
            for each, reason in found.items()
        }
        campaign.status = "active"
        return True

    def cancel(self, campaign: _Campaign) -> None:
        campaign.status = "cancelled"
        campaign.places = {each: self._cancelled(place) for each, place in campaign.places.items()}

    def _cancelled(self, place: Place) -> Place:
        if place[0] == "pending":
            return ("done", "skipped", "cancelled")
        return ("done", place[1], None) if place[0] == "retry" else place

    def may_be_called(self, campaign_id: int, person: int) -> bool:
        known = self.people.get(person)
        elsewhere = any(each.person == person and each.campaign != campaign_id for each in self.open.values())
        return known is not None and known.phone and not known.do_not_call and not elsewhere

    def settle(self, attempt_id: int, outcome: str) -> None:
        attempt = self.open.pop(attempt_id)
        campaign, person = self.campaigns[attempt.campaign], attempt.person
        campaign.ends.setdefault(person, []).append(outcome)
        goes_on = campaign.status in RUNNING and person in self.people
        campaign.places[person] = ("retry" if goes_on and campaign.again(person) else "done", outcome, None)
        self.complete(campaign)

    def edit(self, campaign: _Campaign) -> None:
        for person, (state, outcome, reason) in campaign.places.items():
            if state not in {"retry", "done"} or outcome == "skipped":
                continue
            known = self.people.get(person)
            again = campaign.again(person)
            if state == "done" and again:
                again = known is not None and known.phone and not known.do_not_call and not self._waits(person)
            campaign.places[person] = ("retry" if again else "done", outcome, reason)

    def _waits(self, person: int) -> bool:
        others = (each for each in self.campaigns.values() if each.status in RUNNING)
        return any(each.places.get(person, ("done",))[0] != "done" for each in others)

    def resume(self, campaign: _Campaign) -> None:
        campaign.status = "active"
        self.complete(campaign)

    def release(self, attempt_id: int) -> None:
        attempt = self.open.pop(attempt_id)
        campaign, person = self.campaigns[attempt.campaign], attempt.person
        if campaign.status in RUNNING and person in self.people and attempt.before[0] == "pending":
            campaign.places[person] = attempt.before
        elif campaign.status in RUNNING and person in self.people:
            campaign.places[person] = ("retry" if campaign.again(person) else "done", attempt.before[1], None)
        elif attempt.before[0] == "retry":
            campaign.places[person] = ("done", attempt.before[1], None)
        else:
            campaign.places[person] = ("done", "skipped", "cancelled" if person in self.people else "deleted")
        self.complete(campaign)

    def complete(self, campaign: _Campaign) -> None:
        if campaign.status in RUNNING and all(place[0] == "done" for place in campaign.places.values()):
            campaign.status = "completed"

    def delete(self, person: int) -> None:
        del self.people[person]
        for members in self.members.values():
            members.discard(person)
        for campaign in self.campaigns.values():
            if campaign.places.get(person, ("done",))[0] in {"pending", "retry"}:
                campaign.places[person] = ("done", "skipped", "deleted")
                self.complete(campaign)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["person", "person", "member", "leave", "mark", "delete", "create", "create", "launch", "launch", "launch",
             "pause", "resume", "resume", "edit", "edit", "cancel", "split", "claim", "claim", "claim", "claim",
             "settle", "settle", "release"]
        ),
        st.integers(0, 999),
        st.integers(0, 999),
    ),
    min_size=20,
    max_size=80,
)  # fmt: skip


class _Run:
    """The same steps, taken by the model and by the services."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.model = _Model()
        self.number = 0
        self.generation = dispatcher_lease.take_over(session, "model")
        for name in ("A", "B", "C"):
            self.model.members[segments.create(session, name).id] = set()
        for number in range(6):
            self.person(number + 2, number)
            self.member(number, number + 1)
        self.create(0, 1)
        self.launch(0, 0)

    def person(self, one: int, other: int) -> None:
        self.number += 1
        values = {"phone": f"+1602555{self.number:04}"} if one % 5 else {"email": f"p{self.number}@example.com"}
        if one % 7 == 1:
            values["do_not_call"] = "yes"
        segment = self._segment(other)
        made = contacts.add(self.session, values, segment)
        self.model.people[made.id] = _Person("phone" in values, "do_not_call" in values)
        self.model.members[segment].add(made.id)

    def member(self, one: int, other: int) -> None:
        if person := self._person(one):
            segments.add_contacts(self.session, self._segment(other), [person])
            self.model.members[self._segment(other)].add(person)

    def leave(self, one: int, other: int) -> None:
        if person := self._person(one):
            segments.remove_contacts(self.session, self._segment(other), [person])
            self.model.members[self._segment(other)].discard(person)

    def mark(self, one: int, other: int) -> None:
        if person := self._person(one):
            contacts.edit(self.session, person, {"do_not_call": "yes" if other % 2 else "no"})
            self.model.people[person].do_not_call = bool(other % 2)

    def delete(self, one: int, _: int) -> None:
        if person := self._person(one):
            contacts.delete(self.session, person)
            self.model.delete(person)

    def create(self, one: int, other: int) -> None:
        segment, second = self._segment(one), self._segment(other)
        is_excluded, is_further = second != segment and not other % 2, second != segment and other % 4 == 1
        left_out, further = (second,) if is_excluded else (), (second,) if is_further else ()
        self.number += 1
        made = campaigns.create(
            self.session, f"c{self.number}", segment, always(concurrent=AT_ONCE, attempts=ATTEMPTS),
            further=further, excluded=left_out,
        )  # fmt: skip
        self.model.campaigns[made.id] = _Campaign((segment, *further), left_out)

    def launch(self, one: int, _: int) -> None:
        self._change(one, {"draft"}, campaigns.launch, self.model.launch)

    def pause(self, one: int, _: int) -> None:
        self._change(one, {"active"}, campaigns.pause, lambda campaign: setattr(campaign, "status", "paused"))

    def resume(self, one: int, _: int) -> None:
        self._change(one, {"paused"}, campaigns.resume, self.model.resume)

    def edit(self, one: int, other: int) -> None:
        """Pause a campaign, unless one is, and change how often somebody is tried."""
        if not (paused := self._of_status("paused")):
            self.pause(one, other)
            paused = self._of_status("paused")
        if paused:
            campaign_id = paused[one % len(paused)]
            given = SettingsInput(attempts=1 + other % 3, retry_voicemail=bool(other % 2))
            campaigns.edit(self.session, campaign_id, given)
            campaign = self.model.campaigns[campaign_id]
            campaign.attempts, campaign.voicemail = 1 + other % 3, bool(other % 2)
            self.model.edit(campaign)

    def _of_status(self, status: str) -> list[int]:
        return [each for each, campaign in sorted(self.model.campaigns.items()) if campaign.status == status]

    def cancel(self, one: int, _: int) -> None:
        self._change(one, {"draft", *RUNNING}, campaigns.cancel, self.model.cancel)

    def split(self, one: int, other: int) -> None:
        campaign_id = self._campaign(one)
        if campaign_id is None:
            return
        campaign, parts = self.model.campaigns[campaign_id], 2 + other % 2
        everybody = sorted(self.model.forecast(campaign))
        if campaign.status != "draft" or len(everybody) < parts:
            with pytest.raises((Conflict, InvalidInput)):
                campaigns.split(self.session, campaign_id, SplitWay("into", parts))
            return
        made = campaigns.split(self.session, campaign_id, SplitWay("into", parts))
        del self.model.campaigns[campaign_id]
        for part in made:
            above, to = part.part
            self.model.campaigns[part.id] = _Campaign(campaign.segments, campaign.excluded, above or 0, to or 10**9)
        found = [self.model.forecast(self.model.campaigns[part.id]) for part in made]
        assert sorted(person for each in found for person in each) == everybody
        assert max(map(len, found)) - min(map(len, found)) <= 1

    def claim(self, one: int, other: int) -> None:
        active = self._of_status("active")
        campaign_id = active[one % len(active)] if active and one % 9 else self._campaign(one)
        if campaign_id is None:
            return
        campaign = self.model.campaigns[campaign_id]
        hasten(self.session)
        claims = claiming.claim(self.session, self.generation, campaign_id, 1 + other % 3).claims
        assert not claims or campaign.status == "active"
        for claim in claims:
            assert self.model.may_be_called(campaign_id, claim.contact_id)
            before = campaign.places[claim.contact_id]
            assert before[0] in {"pending", "retry"}
            self.model.open[claim.attempt_id] = _Attempt(campaign_id, claim.contact_id, before)
            campaign.places[claim.contact_id] = ("in_progress", None, None)
        assert sum(place[0] == "in_progress" for place in campaign.places.values()) <= AT_ONCE
        # Whoever must not be called any more may have been found out, and nobody else.
        for person, place in audience(self.session, campaign_id).items():
            if place != campaign.places[person]:
                assert campaign.places[person][0] in {"pending", "retry"}
                known = self.model.people[person]
                assert place == ("done", "skipped", "do_not_call" if known.do_not_call else "no_phone")
                assert known.do_not_call or not known.phone
                campaign.places[person] = place
        self.model.complete(campaign)

    def settle(self, one: int, other: int) -> None:
        attempt_id = self._attempt(one)
        if attempt_id is not None:
            campaign_id = self.model.open[attempt_id].campaign
            outcome = ENDS[other % len(ENDS)]
            ended = settling.Settled(attempt_id, campaign_id, outcome, 10)
            settling.record(self.session, self.generation, settled=[ended])
            settling.record(self.session, self.generation, settled=[ended])  # a second time it says nothing new
            self.model.settle(attempt_id, outcome)

    def release(self, one: int, _: int) -> None:
        attempt_id = self._attempt(one)
        if attempt_id is not None:
            given_back = [(self.model.open[attempt_id].campaign, attempt_id)]
            settling.record(self.session, self.generation, released=given_back)
            settling.record(self.session, self.generation, released=given_back)
            self.model.release(attempt_id)

    def _attempt(self, number: int) -> int | None:
        return sorted(self.model.open)[number % len(self.model.open)] if self.model.open else None

    def _change(self, one: int, allowed: set[str], do: object, model: object) -> None:
        campaign_id = self._campaign(one)
        if campaign_id is None:
            return
        campaign = self.model.campaigns[campaign_id]
        if campaign.status not in allowed or model(campaign) is False:  # type: ignore[operator]  # a function
            with pytest.raises(Conflict):
                do(self.session, campaign_id)  # type: ignore[operator]  # a function
        else:
            do(self.session, campaign_id)  # type: ignore[operator]  # a function

    def _person(self, number: int) -> int | None:
        return sorted(self.model.people)[number % len(self.model.people)] if self.model.people else None

    def _segment(self, number: int) -> int:
        return sorted(self.model.members)[number % len(self.model.members)]

    def _campaign(self, number: int) -> int | None:
        known = sorted(self.model.campaigns)
        return known[number % len(known)] if known else None

    def compare(self) -> None:
        """Compare everything that the services tell with the model."""
        for campaign_id, campaign in self.model.campaigns.items():
            seen = campaigns.overview(self.session, campaign_id)
            assert seen.campaign.status == campaign.status
            assert audience(self.session, campaign_id) == campaign.places
            if campaign.status == "draft":
                reasons = Counter(self.model.forecast(campaign).values())
                assert (seen.total, seen.callable) == (reasons.total(), reasons[None])
                assert seen.skipped == {reason: reasons[reason] for reason in SKIP_REASONS}
            else:
                places = campaign.places.values()
                assert seen.total == sum(seen.states.values()) == len(places)
                assert seen.states["done"] == sum(seen.outcomes.values())
                assert seen.outcomes["skipped"] == sum(seen.skipped.values())
                assert Counter(place[0] for place in places) == Counter(seen.states)
                assert Counter(place[2] for place in places if place[2]) == Counter(seen.skipped)
                results = list(campaigns.results(self.session, campaign_id))
                assert [each.contact_id for each in results] == sorted(campaign.places)
                tried = {each.contact_id: [call.outcome for call in each.calls if call.outcome] for each in results}
                assert {person: ends for person, ends in tried.items() if ends} == campaign.ends
                in_progress = sum(place[0] == "in_progress" for place in places)
                assert seen.campaign.calls == in_progress + sum(map(len, campaign.ends.values()))
        assert {each.attempt_id for each in settling.open_attempts(self.session)} == set(self.model.open)


@pytest.fixture(params=["sqlite", "postgresql", "partitioned"])
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """Yield what opens a fresh database for each example."""
    with ExitStack() as closing_:

        def opened() -> Database:
            if request.param == "sqlite":
                path = tmp_path_factory.mktemp("model") / "model.db"
                shutil.copy2(request.getfixturevalue("sqlite_template"), path)
                where = str(path)
            else:
                is_partitioned = request.param == "partitioned"
                template = request.getfixturevalue("partitioned_template") if is_partitioned else None
                where = closing_.enter_context(request.getfixturevalue("postgresql_databases").fresh(template))
            database = open_database(where, create=False)
            closing_.callback(database.close)
            return database

        yield opened


@pytest.fixture(autouse=True)
def everywhere_is_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("dispatch.claiming", "audience.audience_snapshot"):
        monkeypatch.setattr(f"segtui.services.campaigns.{module}.zone_of", lambda *_: daytime())


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_everybody_is_in_exactly_one_place_whatever_is_done(fresh: object, steps: list[tuple[str, int, int]]) -> None:
    database: Database = fresh()  # type: ignore[operator]  # a function
    run = _Run(open_session(database, source="test"))
    for step, one, other in steps:
        getattr(run, step)(one, other)
    run.compare()
    assert maintenance.check(database) == []

"""A naive model of campaigns against the services: everybody is in exactly one place, and sums are right."""

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segtui.database.campaign_tables import REASONS
from segtui.database.engine import Database, open_database
from segtui.errors import Conflict, InvalidInput
from segtui.services import campaigns, contacts, maintenance, segments
from segtui.services.campaigns import Given
from segtui.services.session import Session, open_session
from tests.services.campaigns.support import audience

RUNNING = {"active", "paused"}


@dataclass
class _Person:
    phone: bool
    do_not_call: bool


@dataclass
class _Campaign:
    segment: int
    excluded: tuple[int, ...]
    above: int = 0
    to: int = 10**9
    """Of the members of its segment it calls those above the one id, up to the other."""
    status: str = "draft"
    places: dict[int, tuple[str, str | None, str | None]] = field(default_factory=dict)


class _Model:
    """People, segments and campaigns by their ids, as the specification has them."""

    def __init__(self) -> None:
        self.people: dict[int, _Person] = {}
        self.members: dict[int, set[int]] = {}
        self.campaigns: dict[int, _Campaign] = {}

    def forecast(self, campaign: _Campaign) -> dict[int, str | None]:
        return {each: self._reason(campaign, each) for each in self._audience(campaign)}

    def _audience(self, campaign: _Campaign) -> set[int]:
        return {each for each in self.members[campaign.segment] if campaign.above < each <= campaign.to}

    def _reason(self, campaign: _Campaign, person: int) -> str | None:
        if not self.people[person].phone:
            return "no_phone"
        if self.people[person].do_not_call:
            return "do_not_call"
        if any(person in self.members[each] for each in campaign.excluded):
            return "excluded"
        others = (each for each in self.campaigns.values() if each.status in RUNNING)
        if any(each.places.get(person, ("done",))[0] != "done" for each in others):
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
        campaign.places = {
            each: place if place[0] == "done" else ("done", "skipped", "cancelled")
            for each, place in campaign.places.items()
        }

    def delete(self, person: int) -> None:
        del self.people[person]
        for members in self.members.values():
            members.discard(person)
        for campaign in self.campaigns.values():
            if campaign.places.get(person, ("done",))[0] != "done":
                campaign.places[person] = ("done", "skipped", "deleted")
                if campaign.status in RUNNING and all(place[0] == "done" for place in campaign.places.values()):
                    campaign.status = "completed"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["person", "person", "member", "leave", "mark", "delete", "create", "create", "launch", "launch", "launch",
             "pause", "resume", "cancel", "split"]
        ),
        st.integers(0, 999),
        st.integers(0, 999),
    ),
    min_size=20,
    max_size=60,
)  # fmt: skip


class _Run:
    """The same steps, taken by the model and by the services."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.model = _Model()
        self.number = 0
        for name in ("A", "B", "C"):
            self.model.members[segments.create(session, name).id] = set()
        for number in range(6):
            self.person(number + 2, number)
            self.member(number, number + 1)

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
        segment, excluded = self._segment(one), self._segment(other)
        left_out = () if excluded == segment or other % 2 else (excluded,)
        self.number += 1
        made = campaigns.create(self.session, f"c{self.number}", segment, Given(agent="a"), excluded=left_out)
        self.model.campaigns[made.id] = _Campaign(segment, left_out)

    def launch(self, one: int, _: int) -> None:
        self._change(one, {"draft"}, campaigns.launch, self.model.launch)

    def pause(self, one: int, _: int) -> None:
        self._change(one, {"active"}, campaigns.pause, lambda campaign: setattr(campaign, "status", "paused"))

    def resume(self, one: int, _: int) -> None:
        self._change(one, {"paused"}, campaigns.resume, lambda campaign: setattr(campaign, "status", "active"))

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
                campaigns.split(self.session, campaign_id, parts)
            return
        made = campaigns.split(self.session, campaign_id, parts)
        del self.model.campaigns[campaign_id]
        for part in made:
            above, to = part.part
            self.model.campaigns[part.id] = _Campaign(campaign.segment, campaign.excluded, above or 0, to or 10**9)
        found = [self.model.forecast(self.model.campaigns[part.id]) for part in made]
        assert sorted(person for each in found for person in each) == everybody
        assert max(map(len, found)) - min(map(len, found)) <= 1

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
                assert seen.skipped == {reason: reasons[reason] for reason in REASONS}
            else:
                places = campaign.places.values()
                assert seen.total == sum(seen.states.values()) == len(places)
                assert seen.states["done"] == sum(seen.outcomes.values())
                assert seen.outcomes["skipped"] == sum(seen.skipped.values())
                assert Counter(place[0] for place in places) == Counter(seen.states)
                assert Counter(place[2] for place in places if place[2]) == Counter(seen.skipped)
                results = list(campaigns.results(self.session, campaign_id))
                assert [each.contact_id for each in results] == sorted(campaign.places)


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """Yield what opens a fresh database for each example."""
    with ExitStack() as closing_:

        def opened() -> Database:
            if request.param == "sqlite":
                path = tmp_path_factory.mktemp("model") / "model.db"
                shutil.copy2(request.getfixturevalue("sqlite_template"), path)
                where = str(path)
            else:
                where = closing_.enter_context(request.getfixturevalue("postgresql_databases").fresh())
            database = open_database(where, create=False)
            closing_.callback(database.close)
            return database

        yield opened


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_everybody_is_in_exactly_one_place_whatever_is_done(fresh: object, steps: list[tuple[str, int, int]]) -> None:
    database: Database = fresh()  # type: ignore[operator]  # a function
    run = _Run(open_session(database, source="test"))
    for step, one, other in steps:
        getattr(run, step)(one, other)
    run.compare()
    assert maintenance.check(database) == []

"""Settings of trying again that are changed while a campaign is paused hold as if they had always been so."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease, settling
from segtui.services.campaigns.dispatch.settling import Settled
from segtui.services.contacts import contacts
from segtui.services.maintenance import maintenance
from segtui.services.session import Session
from tests.dialer.support import always, attempts, daytime, hasten, launched
from tests.services.campaigns.support import audience, people

Place = tuple[str, str | None]


@dataclass
class Called:
    """A campaign whose calls end as the test says."""

    session: Session
    id: int
    ids: list[int]
    generation: int = field(init=False)

    def __post_init__(self) -> None:
        self.generation = dispatcher_lease.take_over(self.session, "test")

    def claim(self) -> dict[int, int]:
        """Claim whom there is to be called, and return their attempts."""
        hasten(self.session)
        claims = claiming.claim(self.session, self.generation, self.id, len(self.ids)).claims
        return {claim.contact_id: claim.attempt_id for claim in claims}

    def call(self, *outcomes: str) -> None:
        """Call everybody once, those first who waited for it first: their calls end so, one after the other."""
        mine = self.claim()
        assert len(mine) == len(outcomes)
        pairs = zip(sorted(mine), outcomes, strict=True)
        self.settle({mine[person]: outcome for person, outcome in pairs})

    def settle(self, ends: dict[int, str]) -> None:
        settled = [Settled(attempt_id, self.id, outcome, 10) for attempt_id, outcome in ends.items()]
        settling.record(self.session, self.generation, settled=settled)

    def pause(self) -> None:
        campaigns.pause(self.session, self.id)

    def edit(self, **given: object) -> None:
        campaigns.edit(self.session, self.id, SettingsInput(**given))  # type: ignore[arg-type]  # each by its own name

    def resume(self) -> str:
        return campaigns.resume(self.session, self.id).status

    @property
    def places(self) -> list[Place]:
        """Return where everybody is; all counts are right."""
        there = audience(self.session, self.id)
        assert maintenance.check(self.session.database) == []
        seen = campaigns.overview(self.session, self.id)
        assert sum(seen.states.values()) == len(self.ids)
        assert seen.states["done"] == sum(seen.outcomes.values())
        return [there[each][:2] for each in self.ids]

    @property
    def next(self) -> list[datetime | None]:
        return [each.next_at for each in campaigns.results(self.session, self.id)]


@pytest.fixture
def made(session: Session, request: pytest.FixtureRequest) -> Called:
    """Return a campaign for four people, with settings that are `given`."""
    return Called(session, *launched(session, 4, concurrent=9, **getattr(request, "param", {})))


def given(**settings: object) -> pytest.MarkDecorator:
    """Let `made` have these settings."""
    return pytest.mark.parametrize("made", [settings], indirect=True, ids=["given"])


@given(retry_voicemail=True)
def test_whoever_waits_because_of_voicemail_is_done_when_that_is_turned_off(made: Called) -> None:
    made.call("voicemail", "busy", "voicemail", "answered")
    made.pause()
    assert made.places == [("retry", "voicemail"), ("retry", "busy"), ("retry", "voicemail"), ("done", "answered")]
    made.edit(retry_voicemail=False)
    assert made.places == [("done", "voicemail"), ("retry", "busy"), ("done", "voicemail"), ("done", "answered")]
    assert [at is None for at in made.next] == [True, False, True, True]
    assert made.resume() == "active"
    assert list(made.claim()) == [made.ids[1]]


def test_whoever_ended_with_voicemail_waits_when_that_is_turned_on(made: Called) -> None:
    made.call("voicemail", "busy", "no_answer", "voicemail")
    made.pause()
    made.edit(retry_voicemail=True)
    assert made.places == [("retry", "voicemail"), ("retry", "busy"), ("retry", "no_answer"), ("retry", "voicemail")]
    ended = [each.ended_at for each in attempts(made.session)]
    assert [at and at.timestamp() for at in made.next] == [
        pytest.approx(each / 1_000_000 + 3600, abs=0.001) for each in ended
    ]
    made.resume()
    assert sorted(made.claim()) == made.ids


@given(retry_voicemail=True)
def test_turning_it_off_and_on_again_is_as_if_nothing_had_happened(made: Called) -> None:
    made.call("voicemail", "busy", "failed", "answered")
    made.pause()
    before, when = made.places, made.next
    for changes in ({"retry_voicemail": False}, {"attempts": 1}, {"retry_delay": 5}, {"attempts": 3}):
        made.edit(**changes)
    assert before != made.places
    made.edit(retry_voicemail=True, retry_delay=60)
    assert (made.places, made.next) == (before, when)


def test_fewer_attempts_end_whoever_has_used_them_up_at_once(made: Called) -> None:
    made.call("busy", "no_answer", "failed", "answered")
    made.pause()
    made.edit(attempts=1)
    assert made.places == [("done", "busy"), ("done", "no_answer"), ("done", "failed"), ("done", "answered")]
    assert campaigns.get(made.session, made.id).status == "paused"  # so it can be edited back
    assert made.resume() == "completed"
    assert campaigns.get(made.session, made.id).finished_at is not None


@given(attempts=2)
def test_what_was_called_as_often_as_it_may_waits_again_with_more_attempts(made: Called) -> None:
    made.call("busy", "failed", "failed", "busy")
    mine = made.claim()
    made.pause()
    first, second, third, fourth = (mine[each] for each in made.ids)
    made.settle({first: "no_answer", second: "failed", third: "busy"})
    assert made.places == [("done", "no_answer"), ("done", "failed"), ("done", "busy"), ("in_progress", None)]
    made.edit(attempts=3)
    # Of the second two calls failed, which is enough whatever is allowed.
    assert made.places == [("retry", "no_answer"), ("done", "failed"), ("retry", "busy"), ("in_progress", None)]
    made.settle({fourth: "busy"})
    assert made.places[3] == ("retry", "busy")
    assert {each.number for each in attempts(made.session)} == {1, 2}
    made.resume()
    made.call("busy", "busy", "busy")
    assert {place for place, _ in made.places} == {"done"}
    assert campaigns.get(made.session, made.id).status == "completed"


@given(attempts=2)
def test_nobody_waits_again_who_must_not_be_called_any_more(made: Called) -> None:
    made.call("busy", "busy", "busy", "busy")
    mine = made.claim()
    made.pause()
    made.settle(dict.fromkeys(list(mine.values())[:3], "busy"))
    contacts.edit(made.session, made.ids[0], {"do_not_call": "yes"})
    contacts.delete(made.session, made.ids[1])
    contacts.edit(made.session, made.ids[2], {"phone": "", "email": "a@example.com"})
    made.edit(attempts=5)
    assert made.places == [("done", "busy"), ("done", "busy"), ("done", "busy"), ("in_progress", None)]


def test_nobody_waits_again_who_waits_in_another_campaign_by_now(made: Called) -> None:
    made.call("voicemail", "voicemail", "busy", "voicemail")
    made.pause()
    segment_id = campaigns.get(made.session, made.id).segment_id
    assert segment_id is not None
    other = campaigns.create(made.session, "Other", segment_id, always())
    campaigns.launch(made.session, other.id)
    contacts.edit(made.session, made.ids[0], {"do_not_call": "yes"})
    made.edit(retry_voicemail=True)
    assert made.places == [("done", "voicemail"), ("done", "voicemail"), ("retry", "busy"), ("done", "voicemail")]
    campaigns.cancel(made.session, other.id)
    made.edit(retry_voicemail=False)
    made.edit(retry_voicemail=True)
    assert made.places == [("done", "voicemail"), ("retry", "voicemail"), ("retry", "busy"), ("retry", "voicemail")]


@pytest.mark.parametrize("minutes", [5, 600])
def test_another_delay_counts_from_the_end_of_the_last_call(made: Called, minutes: int) -> None:
    made.call("busy", "answered", "no_answer", "failed")
    made.pause()
    before = made.next
    made.edit(retry_delay=minutes)
    moved = timedelta(minutes=minutes - 60)
    assert made.next == [None if at is None else at + moved for at in before]
    assert made.places == [("retry", "busy"), ("done", "answered"), ("retry", "no_answer"), ("retry", "failed")]


@given(retry_voicemail=True)
def test_a_call_that_was_not_made_leaves_whoever_is_not_tried_again_done(made: Called) -> None:
    made.call("voicemail", "busy", "voicemail", "busy")
    mine = made.claim()
    made.pause()
    made.edit(retry_voicemail=False, retry_delay=120)
    settling.record(made.session, made.generation, released=[(made.id, each) for each in mine.values()])
    assert made.places == [("done", "voicemail"), ("retry", "busy"), ("done", "voicemail"), ("retry", "busy")]
    first, second = (at for at in made.next if at is not None)
    ended = min(each.ended_at for each in attempts(made.session) if each.ended_at)
    assert min(first, second).timestamp() == pytest.approx(ended / 1_000_000 + 7200, abs=60)
    assert campaigns.get(made.session, made.id).calls == 4


def test_of_another_campaign_nobody_is_touched(session: Session) -> None:
    mine = Called(session, *launched(session, 2, "First", concurrent=9))
    segment_id, ids = people(session, "Others", 2, first=500, timezone=daytime())
    made = campaigns.create(session, "Second", segment_id, always(concurrent=9))
    campaigns.launch(session, made.id)
    other = Called(session, made.id, ids)
    mine.generation = other.generation
    for each in (mine, other):
        each.call("voicemail", "busy")
        each.pause()
    mine.edit(retry_voicemail=True, attempts=9)
    assert mine.places == [("retry", "voicemail"), ("retry", "busy")]
    assert other.places == [("done", "voicemail"), ("retry", "busy")]

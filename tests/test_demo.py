"""The demo: living, believable, and as right as a database that people filled."""

import shutil
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from segtui.database.engine import open_database
from segtui.demo import FOLDER_PREFIX, INSURANCE, SOLAR, create_demo, database_in
from segtui.demo.demo_calls import DemoCalls
from segtui.demo.demo_campaigns import PLACES, SURVEY
from segtui.domain import search_terms
from segtui.services import campaigns
from segtui.services.accounts import companies
from segtui.services.campaigns import Campaign, CampaignQuery, Result
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import ContactQuery
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.segments.segments import SegmentQuery
from segtui.services.session import Session, open_session
from tests.support.phones import is_for_fiction
from tests.support.processes import processes_about, wait_until


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def demo_session(demo: Path) -> Iterator[Session]:
    database = open_database(demo)
    yield open_session(database, source="test")
    database.close()


def rows(demo: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(demo)) as connection:
        return connection.execute(statement).fetchall()


def test_has_two_companies_and_a_dozen_segments_of_all_four_sizes(demo_session: Session) -> None:
    found = segments.find(demo_session, SegmentQuery(archived=True))
    assert {row.name for row in companies.every(demo_session)} == {SOLAR, INSURANCE}
    assert {segment.company for segment in found} == {SOLAR, INSURANCE}
    assert len([segment for segment in found if not segment.archived]) >= 12
    assert len([segment for segment in found if segment.archived]) == 2
    assert {segment.size for segment in found} == {"test", "standard", "large", "split"}
    assert len({segment.created_at.date() for segment in found}) > 8


def test_has_live_segments_that_hold_somebody_and_are_kept_by_their_rules(demo_session: Session) -> None:
    live = [segment for segment in segments.find(demo_session, SegmentQuery()) if segment.live]
    assert len(live) == 4
    assert all(0 < segment.callable <= segment.contacts for segment in live)
    assert all(segment.rule_sentence for segment in live)


def test_passes_the_check_of_a_database(demo: Path) -> None:
    database = open_database(demo)
    try:
        assert maintenance.check(database) == []
    finally:
        database.close()


def test_search_finds_people_in_it(demo_session: Session) -> None:
    solar = demo_session.bound_to(companies.by_name(demo_session, SOLAR))
    everyone = segments.by_name(solar, "All leads")
    assert everyone.contacts > 10_000
    found = contacts.listing(solar, ContactQuery(everyone.id, search="joana palmer")).ids()
    assert len(found) == 0
    found = contacts.listing(solar, ContactQuery(everyone.id, search="joanna palm 303555")).ids()
    assert len(found) >= 1


def test_every_phone_is_valid_and_set_aside_for_fiction(demo: Path) -> None:
    numbers = [str(phone) for (phone,) in rows(demo, "SELECT phone FROM contacts WHERE phone IS NOT NULL")]
    assert len(numbers) > 11_000
    assert [number for number in numbers if not is_for_fiction(number)] == []
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers[::7])


def test_every_address_is_at_a_domain_for_examples(demo: Path) -> None:
    domains = {
        str(email).rpartition("@")[2] for (email,) in rows(demo, "SELECT email FROM contacts WHERE email IS NOT NULL")
    }
    assert domains == {"example.com", "example.org", "example.net"}


def test_shows_accents_other_scripts_statuses_sources_and_people_not_to_call(demo: Path) -> None:
    names = "".join(str(name) for (name,) in rows(demo, "SELECT first_name || last_name FROM contacts"))
    assert all(letter in names for letter in "éŁø佐김Ш")
    ((statuses, sources, states, never),) = rows(
        demo,
        "SELECT count(DISTINCT status), count(DISTINCT source), count(DISTINCT state), sum(do_not_call) FROM contacts",
    )
    assert (int(str(statuses)) > 5, int(str(sources)) > 5, int(str(states)) > 40) == (True, True, True)
    assert 100 < int(str(never)) < 1_000


def test_search_texts_are_those_of_the_contacts(demo_session: Session) -> None:
    fenwick = demo_session.bound_to(companies.by_name(demo_session, INSURANCE))
    for contact in contacts.listing(fenwick, ContactQuery()).first(50):
        assert search_terms.parse(contact.city)
        found = contacts.listing(fenwick, ContactQuery(search=f"{contact.name} {contact.city}")).ids()
        assert contact.id in found


def test_is_made_without_loading_what_reads_files_or_draws(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from segtui.demo import create_demo; create_demo(pathlib.Path(sys.argv[1]));"
        "print([name for name in ('polars', 'textual', 'psycopg') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def every_campaign(session: Session) -> dict[str, Campaign]:
    return {campaign.name: campaign for campaign in campaigns.find(session, CampaignQuery())}


def called(session: Session, campaign: Campaign) -> list[Result]:
    return [result for result in campaigns.results(session, campaign.id) if result.calls]


def test_has_campaigns_in_every_state_but_the_final_no(demo_session: Session) -> None:
    found = every_campaign(demo_session)
    assert Counter(campaign.status for campaign in found.values()) == {
        "draft": 2, "scheduled": 1, "active": 1, "paused": 1, "completed": 2,
    }  # fmt: skip
    assert {campaign.company for campaign in found.values()} == {SOLAR, INSURANCE}
    drafts = [campaigns.overview(demo_session, each.id) for each in found.values() if each.status == "draft"]
    assert {reason for seen in drafts for reason, count in seen.skipped.items() if count} >= {
        "no_phone", "do_not_call", "excluded", "other_campaign",
    }  # fmt: skip
    now = datetime.now(UTC)
    assert all((found_.settings.start_at or now) > now for found_ in found.values() if found_.status == "scheduled")


def test_its_campaigns_called_by_the_rules(demo_session: Session) -> None:
    now = datetime.now(UTC)
    for campaign in every_campaign(demo_session).values():
        settings, made = campaign.settings, called(demo_session, campaign)
        assert campaign.calls == sum(len(result.calls) for result in made)
        for result in made:
            contact = contacts.get(demo_session, result.contact_id)
            zone = ZoneInfo(contact.timezone or settings.timezone)
            assert all(settings.hours.hold(call.started_at, zone) for call in result.calls)
            assert all(call.started_at < now and call.outcome for call in result.calls)
            assert result.attempts == len(result.calls) <= settings.attempts
            gaps = [later.started_at - call.started_at for call, later in pairwise(result.calls)]
            assert all(gap >= timedelta(minutes=settings.retry_delay) for gap in gaps)
            assert {call.outcome for call in result.calls[:-1]} <= {"no_answer", "busy", "failed"}
            assert result.outcome in {None, result.calls[-1].outcome}
            assert (result.state == "retry") == (result.next_at is not None)


def test_a_completed_campaign_was_answered_at_many_hours_and_by_some_more_than_others(demo_session: Session) -> None:
    fair = next(each for name, each in every_campaign(demo_session).items() if name.startswith("Trade show"))
    assert fair.done == fair.total > 200
    hours: Counter[int] = Counter()
    answered: Counter[int] = Counter()
    for result in called(demo_session, fair):
        zone = ZoneInfo(contacts.get(demo_session, result.contact_id).timezone)
        for call in result.calls:
            hours[call.started_at.astimezone(zone).hour] += 1
            answered[call.started_at.astimezone(zone).hour] += call.outcome == "answered"
    assert set(hours) == set(range(9, 20))
    assert answered[17] + answered[18] > answered[9] + answered[14]


@pytest.mark.parametrize("month", [1, 7])
def test_whenever_it_is_opened_it_is_day_for_many_whom_its_campaign_calls_and_night_for_others(
    demo_session: Session, month: int
) -> None:
    hours = every_campaign(demo_session)[SURVEY].settings.hours
    begins = datetime(2026, month, 1, tzinfo=UTC)
    for quarter in range(7 * 96):
        at = begins + timedelta(minutes=15 * quarter)
        open_ = sum(hours.hold(at, ZoneInfo(zone)) for zone in PLACES)
        assert 0.4 * len(PLACES) < open_ < 0.7 * len(PLACES)


def test_its_campaign_goes_on_without_the_configured_platform_and_ends_with_the_interface(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / f"{FOLDER_PREFIX}test"
    folder.mkdir()
    shutil.copy(demo, database_in(folder))
    database = open_database(database_in(folder))
    session = open_session(database, source="test")
    with closing(database), closing(socket.create_server(("127.0.0.1", 0))) as real:
        monkeypatch.setenv("SEGTUI_CALLING_URL", f"http://127.0.0.1:{real.getsockname()[1]}")
        monkeypatch.setenv("SEGTUI_CALLING_TOKEN", "real")
        survey = every_campaign(session)[SURVEY]
        with DemoCalls(folder) as calls:
            calls.start()
            calls.start()
            # These are ids of the simulator's.
            wait_until(
                lambda: any((each.calls[-1].call_id or "").startswith("call-") for each in called(session, survey))
            )
            assert campaigns.overview(session, survey.id).reason is None
        assert processes_about(folder) == []
        calls.start()
        assert processes_about(folder) == []
        real.settimeout(0)
        with pytest.raises(BlockingIOError):
            real.accept()
    assert not list(Path.home().rglob("*.log"))


def test_what_makes_its_calls_takes_no_folder_away_that_is_no_demo(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "segtui.demo", tmp_path], stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 2
    assert tmp_path.exists()

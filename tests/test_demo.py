"""The demo: living, believable, and as right as a database that people filled."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import phonenumbers
import pytest

from segtui import terms
from segtui.database.engine import open_database
from segtui.demo import INSURANCE, SOLAR, create_demo
from segtui.services import companies, contacts, maintenance, segments
from segtui.services.contacts import ContactQuery
from segtui.services.segments import SegmentQuery
from segtui.services.session import Session, open_session
from tests.support.phones import is_for_fiction


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
        assert terms.parse(contact.city)
        found = contacts.listing(fenwick, ContactQuery(search=f"{contact.name} {contact.city}")).ids()
        assert contact.id in found


def test_is_made_without_loading_what_reads_files_or_draws(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from segtui.demo import create_demo; create_demo(pathlib.Path(sys.argv[1]));"
        "print([name for name in ('polars', 'textual', 'psycopg') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Frequency tables: every line selects exactly the contacts that it counts, on both databases, for every field."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from segtui.database.tables.core_tables import segments
from segtui.domain.criteria.fields import FIELDS
from segtui.domain.criteria.tree import Comparison, all_of
from segtui.domain.periods import PERIODS, best_period, first_day, last_day, period_name
from segtui.errors import Cancelled, InvalidInput
from segtui.services.accounts import companies
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.outcome_filter import OutcomeFilter, Results
from segtui.services.criteria import frequency as frequency_service
from segtui.services.criteria.expressions import catalog
from segtui.services.criteria.frequency import FrequencyTable, frequency
from segtui.services.interrupt import Interrupt
from segtui.services.segments.live.callable_counts import computed_count
from segtui.services.session import Session
from tests.support.criteria_contacts import VIEWED, fill

pytestmark = pytest.mark.search

EVERYBODY = ContactQuery()
_CALLABLE = all_of((Comparison("phone", "is not blank"), Comparison("do_not_call", "=", ("no",))))


def _lines(table: FrequencyTable) -> list[tuple[str, int, int]]:
    return [(line.label, line.contacts, line.callable) for line in table.lines]


def _demand_exact(session: Session, query: ContactQuery, table: FrequencyTable) -> None:
    """Fail unless every line counts the contacts of its criteria, and together they are all contacts of the query."""
    everybody = set(contacts.listing(session, query).ids())
    assert (table.contacts, table.rarer_values) == (len(everybody), 0)
    can_be_called = replace(query, criteria=all_of(filter(None, (query.criteria, _CALLABLE))))
    callable_ids = set(contacts.listing(session, can_be_called).ids())
    seen: Counter[int] = Counter()
    for line in table.lines:
        narrowed = replace(query, criteria=all_of(filter(None, (query.criteria, line.criteria))))
        ids = set(contacts.listing(session, narrowed).ids())
        assert (line, len(ids), len(ids & callable_ids)) == (line, line.contacts, line.callable)
        assert ids
        seen.update(ids)
    assert set(seen) == everybody
    assert table.overlaps or max(seen.values(), default=1) == 1


def test_every_line_of_every_field_selects_the_contacts_that_it_counts(session: Session) -> None:
    fill(session, 50)
    with session.write() as tx:  # which fills the tables directly
        tx.execute(update(segments).where(tx.whole_scope(segments)).values(callable=computed_count()))
    queries = (
        EVERYBODY,
        ContactQuery(VIEWED),
        ContactQuery(1, other_segments=(3,)),
        ContactQuery(search="an"),
        ContactQuery(criteria=Comparison("do_not_call", "=", ("no",))),
        ContactQuery(results=Results(1)),
        ContactQuery(results=Results(1, (OutcomeFilter(outcome="answered"), OutcomeFilter(state="pending")))),
    )
    for position, query in enumerate(queries):
        in_segment = query.viewed_segment is not None
        for number, field in enumerate(catalog(session, in_segment=in_segment).names()):
            is_day = field in FIELDS and FIELDS[field].kind == "day"
            if position > 1 and number % 5 != position - 2:
                continue  # each field under one of the further queries is enough
            for period in PERIODS if is_day and position == 1 else (None,):
                _demand_exact(session, query, frequency(session, query, field, period))


def test_the_lines_of_a_small_company(session: Session) -> None:
    people = (("Webinar", "AZ"), ("webinar", "az"), ("WEBINAR", ""), ("Fáir", "CA"), ("Fair", "CA"), ("", "AZ"))
    for number, (source, state) in enumerate(people):
        reach = {"phone": f"+1602555{100 + number:04}"} if number % 2 else {"email": f"p{number}@example.com"}
        contacts.add(session, {"source": source, "state": state, **reach})
    table = frequency(session, EVERYBODY, "source")
    assert _lines(table) == [("webinar", 3, 1), ("Fáir", 2, 1), ("none", 1, 1)]
    assert (table.contacts, table.callable, table.share(table.lines[0])) == (6, 3, 0.5)
    assert [line.printed for line in table.lines] == ["webinar", "Fáir", None]
    cut = frequency(session, EVERYBODY, "source", limit=2)
    assert _lines(cut) == [("webinar", 3, 1), ("none", 1, 1)]
    assert (cut.contacts, cut.rarer_values, cut.rarer_contacts, cut.rarer_callable) == (6, 1, 2, 1)
    assert _lines(frequency(session, EVERYBODY, "do_not_call")) == [("no do-not-call mark", 6, 3)]
    assert _lines(frequency(session, EVERYBODY, "last_called")) == [("never called", 6, 3)]
    assert frequency(session, EVERYBODY, "custom.nothing").lines[0].criteria == Comparison("custom.nothing", "is blank")


def test_periods_are_of_the_company_s_zone_and_a_midnight_inside_a_quarter_of_an_hour_counts(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(session, 30)
    monkeypatch.setattr(frequency_service, "_SLOT", 7 * 3_600_000_000)  # no zone has its midnights on these
    for zone in ("Asia/Kathmandu", "America/Phoenix"):
        companies.edit(session, session.one_company.name, timezone=zone)
        for field in ("added", "updated", "last_called"):
            _demand_exact(session, EVERYBODY, frequency(session, EVERYBODY, field, "day"))


def test_an_unknown_field_and_an_interrupt(session: Session) -> None:
    with pytest.raises(InvalidInput, match="Did you mean “source”"):
        frequency(session, EVERYBODY, "sorce")
    with pytest.raises(InvalidInput, match="list of one segment"):
        frequency(session, EVERYBODY, "joined")
    interrupt = Interrupt()
    interrupt.cancel()
    with pytest.raises(Cancelled):
        frequency(session, EVERYBODY, "source", None, interrupt)


@given(day=st.dates(date(1900, 1, 1), date(2200, 1, 1)), period=st.sampled_from(PERIODS))
def test_a_period_holds_its_days_and_the_next_begins_after_it(day: date, period: str) -> None:
    first = first_day(day, period)  # type: ignore[arg-type]  # sampled
    last = last_day(first, period)  # type: ignore[arg-type]
    assert first <= day <= last
    assert first_day(last, period) == first  # type: ignore[arg-type]
    assert first_day(last + timedelta(days=1), period) == last + timedelta(days=1)  # type: ignore[arg-type]


def test_names_of_periods_and_the_one_that_reads_best() -> None:
    first = date(2026, 11, 30)
    assert [period_name(first_day(first, period), period) for period in PERIODS] == [
        "2026-11-30",
        "2026-W49",
        "2026-11",
        "2026",
    ]
    assert period_name(date(2020, 12, 28), "week") == "2020-W53"
    spans = [best_period(first, first + timedelta(days=days)) for days in (0, 30, 31, 182, 183, 1_095, 1_096)]
    assert spans == ["day", "day", "week", "week", "month", "month", "year"]

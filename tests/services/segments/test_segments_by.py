"""Segments by the values of a field: their names, their members, the rest together, and the undo of all of them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from segtui.database.tables.core_tables import memberships
from segtui.database.tables.core_tables import segments as segments_table
from segtui.domain.criteria.tree import Comparison, all_of
from segtui.domain.vocabulary import Role
from segtui.errors import InvalidInput, NameTaken, NotAllowed
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.contacts.outcome_filter import OutcomeFilter, Results
from segtui.services.criteria.frequency import Line, frequency
from segtui.services.segments import segment_batches, segments, segments_by
from segtui.services.segments.segments_by import SegmentsBy
from segtui.services.session import Actor, Session
from segtui.services.undo import UndoStack
from tests.support.criteria_contacts import VIEWED, fill

EVERYBODY = ContactQuery()
_SOURCES = ("Webinar", "webinar", "Fair", "Fair", "Fair", "Phone", "", "")


@pytest.fixture
def segment_id(session: Session) -> int:
    """Make the contacts; all but the last are in a segment. Every second can be called."""
    segment = segments.create(session, "Leads")
    for number, source in enumerate(_SOURCES):
        reach = {"phone": f"+1602555{100 + number:04}"} if number % 2 else {"email": f"p{number}@example.com"}
        state = "AZ" if number < 4 else "CA"
        values = {"source": source, "state": state, **reach}
        contacts.add(session, values, segment.id if number < len(_SOURCES) - 1 else None)
    return segment.id


def _filled(session: Session, count: int) -> None:
    """Fill the tables with random contacts, in segments, imports and campaigns."""
    fill(session, count)
    listed = segments.find(session, segments.SegmentQuery())
    members = {segment.id: contacts.listing(session, ContactQuery(segment.id)).ids() for segment in listed}
    with session.write() as tx:  # `fill` writes neither counts nor hashes nor history
        tx.execute(memberships.delete().where(tx.whole_scope(memberships)))
        tx.execute(segments_table.update().where(tx.whole_scope(segments_table)).values(contacts=0))
    for segment_id, ids in members.items():
        segments.add_contacts(session, segment_id, ids)
    if session.database.engine.dialect.name == "postgresql":
        with session.database.engine.execution_options(writes=True, every_company=True).begin() as connection:
            connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('segments', 'id'), 1000)")


def _request(session: Session, query: ContactQuery = EVERYBODY, field: str = "source", **options: object) -> SegmentsBy:
    table = frequency(session, query, field)
    values = {"pattern": segments_by.default_pattern(query), "covers_table": True} | options
    return SegmentsBy(query, table.lines, **values)  # type: ignore[arg-type]  # by name


def _ids(session: Session, query: ContactQuery, lines: Sequence[Line]) -> set[int]:
    narrowed = [replace(query, criteria=all_of(filter(None, (query.criteria, line.criteria)))) for line in lines]
    return {key for each in narrowed for key in contacts.listing(session, each).ids()}


def _made(session: Session, request: SegmentsBy) -> list[tuple[str, int, int]]:
    return [(made.name, made.contacts, made.callable) for made in segments_by.segments_from(session, request)]


def test_names_counts_and_descriptions_are_as_planned(session: Session, segment_id: int) -> None:
    mine = replace(session, history=UndoStack())
    request = _request(mine, ContactQuery(segment_id))
    planned = segments_by.planned(mine, request)
    expected = [("Leads – Fair", 3, 1), ("Leads – webinar", 2, 1), ("Leads – Phone", 1, 1), ("Leads – none", 1, 0)]
    assert [(part.name, part.contacts, part.callable) for part in planned] == expected
    assert _made(mine, request) == expected
    assert segments.by_name(mine, "Leads – Fair").description == "In “Leads” and source is Fair"
    again = segments_by.planned(mine, request)
    assert [(part.is_taken, part.is_repeated) for part in again] == [(True, False)] * 4
    with pytest.raises(NameTaken, match="“Leads – Fair”"):
        segments_by.segments_from(mine, request)
    assert mine.history is not None
    assert mine.history.undo_last(mine) == "Undone: 4 segments are gone."
    assert segments.total(mine) == 1


def test_small_lines_are_one_segment_together_or_none(session: Session, segment_id: int) -> None:
    request = _request(session, at_least=2, rest_name=" Others ")
    assert [(part.name, part.is_rest) for part in segments_by.planned(session, request)] == [
        ("Source: Fair", False),
        ("Source: webinar", False),
        ("Source: none", False),
        ("Others", True),
    ]
    assert _made(session, replace(request, pattern="A {value}")) == [
        ("A Fair", 3, 1),
        ("A webinar", 2, 1),
        ("A none", 2, 1),
        ("Others", 1, 1),
    ]
    assert segments.by_name(session, "Others").description == "1 value of Source together"
    assert [part.name for part in segments_by.planned(session, replace(request, rest_name="", at_least=3))] == [
        "Source: Fair"
    ]
    with pytest.raises(InvalidInput, match="No value has at least 9 contacts"):
        segments_by.planned(session, replace(request, rest_name="", at_least=9))


def test_live_ones_have_the_list_s_filters_and_the_rest_takes_later_values(session: Session, segment_id: int) -> None:
    query = ContactQuery(segment_id, criteria=Comparison("state", "=", ("AZ",)))
    _made(session, _request(session, query, live=True, at_least=2, rest_name="Rest"))
    rules = {segment.name: segment.rule for segment in segments.find(session, segments.SegmentQuery()) if segment.live}
    assert rules == {
        "Leads – webinar": "segment = Leads and state = AZ and source = webinar",
        "Leads – Fair": "segment = Leads and state = AZ and source = Fair",
    }
    assert _made(session, _request(session, live=True, pattern="All {value}", at_least=2, rest_name="Rest"))[-1] == (
        "Rest",
        1,
        1,
    )
    assert segments.by_name(session, "Rest").rule == "not (source in (Fair, webinar) or source is blank)"
    contacts.add(session, {"email": "new@example.com", "source": "New"})
    assert segments.by_name(session, "Rest").contacts == 2


@pytest.mark.parametrize(
    ("query", "options", "says"),
    [
        (ContactQuery(search="f"), {"live": True}, "search “f” cannot be part of a rule"),
        (ContactQuery(results=Results(1, (OutcomeFilter(outcome="busy"),))), {"live": True}, "fixed segments"),
        (EVERYBODY, {"pattern": "{valu}"}, r"may contain \{segment\}, \{field\}, \{value\}, not \{valu\}"),
        (EVERYBODY, {"pattern": " "}, "need a name pattern"),
        (EVERYBODY, {"at_least": -1}, "number of contacts"),
        (EVERYBODY, {"live": True, "field": "segment"}, "any segment at all"),
    ],
)
def test_wrong_requests_are_refused_before_anything_is_written(
    session: Session, query: ContactQuery, options: dict[str, object], says: str
) -> None:
    _filled(session, 40)
    segment_count = segments.total(session)
    request = replace(_request(session, **options), query=query)  # type: ignore[arg-type]  # by name
    for call in (segments_by.planned, segments_by.segments_from):
        with pytest.raises(InvalidInput, match=says):
            call(session, request)
    assert segments.total(session) == segment_count


def test_more_segments_than_are_made_at_once_are_refused(
    session: Session, segment_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_batches, "MAX_SEGMENTS", 3)
    with pytest.raises(InvalidInput, match="At most 3 segments are made at once; these are 4: raise “at least”"):
        segments_by.planned(session, _request(session))
    assert len(segments_by.planned(session, _request(session, at_least=2, rest_name=""))) == 3


def test_names_that_collide_are_reported_and_long_ones_cut(session: Session, segment_id: int) -> None:
    contacts.add(session, {"email": "long@example.com", "source": "x" * 200})
    request = _request(session, pattern="Same")
    assert all(part.is_repeated and not part.is_taken for part in segments_by.planned(session, request))
    with pytest.raises(NameTaken, match="Several new segments would be called “Same”"):
        segments_by.segments_from(session, request)
    assert "Source: " + "x" * 111 + "…" in [part.name for part in segments_by.planned(session, _request(session))]


def test_the_problem_with_the_names_is_said(session: Session, segment_id: int) -> None:
    for options, says in (
        ({"pattern": "Same"}, "Several segments would be called “Same”: use {value} in the pattern."),
        ({"at_least": 2, "rest_name": "source: FAIR"}, "“source: FAIR”: choose another name for the rest."),
        (
            {"at_least": 2, "rest_name": "leads"},
            "There is already a segment “leads”: choose another name for the rest.",
        ),
        ({"pattern": "Leads", "at_least": 3}, "There is already a segment “Leads”: change the pattern."),
    ):
        planned = segments_by.planned(session, _request(session, **options))
        assert says in segments_by.name_problem(planned)


def test_values_that_are_called_like_blanks_or_equal_once_cut_get_a_number(session: Session, segment_id: int) -> None:
    for number, source in enumerate(("None", "x" * 200, "x" * 201)):
        contacts.add(session, {"email": f"more{number}@example.com", "source": source})
    planned = segments_by.planned(session, _request(session))
    names = [part.name for part in planned]
    assert [name for name in names if "none" in name.casefold()] == ["Source: None", "Source: none (2)"]
    assert [name[-5:] for name in names if "x" in name] == ["xxxx…", "x (2)"]
    assert not any(part.is_repeated for part in planned)
    assert [name for name, _, _ in _made(session, _request(session))] == names
    assert segments.by_name(session, "Source: none (2)").description == "Has no source"


def test_viewers_and_sessions_of_all_companies_create_nothing(session: Session, segment_id: int) -> None:
    company, request = session.one_company, _request(session)
    viewer = Session(session.database, Actor("vera", "Vera", Role.VIEWER, company.id, "test"), company)
    with pytest.raises(NotAllowed):
        segments_by.segments_from(viewer, request)
    with pytest.raises(InvalidInput):
        segments_by.segments_from(session.bound_to(None), request)


def test_the_segments_of_every_field_have_the_contacts_of_their_lines(session: Session) -> None:
    _filled(session, 40)
    mine = replace(session, history=UndoStack())
    assert mine.history is not None
    fields = {
        EVERYBODY: ("source", "name", "custom.plan", "added", "segment"),
        ContactQuery(VIEWED): ("status", "joined", "do_not_call", "import"),
        ContactQuery(search="an"): ("region", "calls", "campaign"),
        ContactQuery(results=Results(1)): ("phone", "last_outcome", "last_called"),
    }
    for query, names in fields.items():
        for field in names:
            request = _request(mine, query, field, pattern="New {value}", at_least=3, rest_name="The rest of them")
            planned = segments_by.planned(mine, request)
            expected = [_ids(session, query, part.lines) for part in planned]  # before “in no segment” is empty
            made = segments_by.segments_from(mine, request)
            assert [(part.name, part.contacts, part.callable) for part in planned] == [
                (segment.name, segment.contacts, segment.callable) for segment in made
            ]
            assert [set(contacts.listing(session, ContactQuery(segment.id)).ids()) for segment in made] == expected
            mine.history.undo_last(mine)
    assert segments.total(session) == 3

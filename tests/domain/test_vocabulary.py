"""Vocabularies: the database accepts exactly their words."""

import pytest
from sqlalchemy import CheckConstraint

from segtui.database.tables.core_tables import metadata
from segtui.domain import vocabulary
from segtui.services.campaigns import campaign_listing


@pytest.mark.parametrize(
    ("column", "names"),
    [
        ("campaigns.status", vocabulary.CAMPAIGN_STATUSES),
        ("campaign_contacts.state", vocabulary.AUDIENCE_STATES),
        ("campaign_contacts.outcome", vocabulary.CALL_OUTCOMES),
        ("call_attempts.outcome", vocabulary.CALL_OUTCOMES),
        ("unrecorded_calls.resolution", vocabulary.CALL_RESOLUTIONS),
        ("database_ids.cause", vocabulary.DATABASE_ID_CAUSES),
        ("imports.status", vocabulary.IMPORT_STATUSES),
        ("import_remarks.kind", vocabulary.REMARK_KINDS),
        ("users.role", vocabulary.ROLES),
    ],
)
def test_a_check_of_the_database_names_exactly_the_words(column: str, names: tuple[str, ...]) -> None:
    table, _, name = column.partition(".")
    constraints = metadata.tables[table].c[name].constraints
    checks = [str(check.sqltext) for check in constraints if isinstance(check, CheckConstraint)]
    assert f"{name} IN ({', '.join(map(repr, names))})" in checks


def test_every_count_of_an_import_is_a_column() -> None:
    assert set(vocabulary.IMPORT_COUNTS) <= set(metadata.tables["imports"].c.keys())


def test_every_order_of_campaigns_can_be_sorted_by() -> None:
    assert set(campaign_listing._KEYS) == set(vocabulary.CAMPAIGN_SORTS)


def test_a_skip_reason_has_words_for_one_and_for_many() -> None:
    reason = vocabulary.SKIP_REASON_WORDS["no_phone"]
    assert [reason.words(count) for count in (0, 1, 2)] == ["have no phone", "has no phone", "have no phone"]

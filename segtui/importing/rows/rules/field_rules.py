"""The rules by which the fields of a contact are read, in their order: a rule may use the fields of those before it."""

from typing import Final

from segtui.importing.rows.rules.address import ADDRESS
from segtui.importing.rows.rules.custom_columns import CUSTOM_COLUMNS
from segtui.importing.rows.rules.default_values import DEFAULT_MARKS, DEFAULT_VALUES
from segtui.importing.rows.rules.email import EMAIL
from segtui.importing.rows.rules.full_name import FULL_NAME
from segtui.importing.rows.rules.opt_out import OPT_OUT
from segtui.importing.rows.rules.phone import FURTHER_PHONES, PHONE
from segtui.importing.rows.rules.plain_fields import PLAIN_FIELDS
from segtui.importing.rows.rules.time_zone import TIME_ZONE
from segtui.importing.rows.rules.work import FieldRule

FIELD_RULES: Final[tuple[FieldRule, ...]] = (
    PLAIN_FIELDS, ADDRESS, TIME_ZONE, FULL_NAME, DEFAULT_VALUES, PHONE, EMAIL, CUSTOM_COLUMNS, OPT_OUT, DEFAULT_MARKS,
    FURTHER_PHONES,
)  # fmt: skip

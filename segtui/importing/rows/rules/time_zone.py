"""The time zone, kept as it is written; a zone that is not understood gets a warning."""

from segtui.domain.timezones.zone_meaning import is_understood
from segtui.importing.row_results import quoted
from segtui.importing.rows.rules.work import ColumnWork, FieldRule, RowWork, cells_that


def _read_rows(work: RowWork) -> None:
    zones = work.fields["timezone"]
    unknown = {zone for zone in set(zones) if zone and not is_understood(zone)}
    for row, zone in enumerate(zones if unknown else ()):
        if zone in unknown:
            work.warn(row, f"{quoted(zone)} is not a time zone: the address or the phone decides when to call")


def _read_columns(work: ColumnWork) -> None:
    work.doubt(cells_that(work.fields["timezone"], lambda zone: not is_understood(zone)))


TIME_ZONE = FieldRule(_read_rows, _read_columns)

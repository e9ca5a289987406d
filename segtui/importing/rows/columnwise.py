"""Contacts from whole columns of cells, wherever a row is beyond doubt: the column forms of the field rules.

A row is beyond doubt where every phone and e-mail is settled (`vectorized_cells`), there is nothing to warn of, no JSON
object, and no name of many words. The other rows are left to `row_reader`; a test demands that both agree.
"""

from collections.abc import Sequence

import polars as pl

from segtui.domain.contact import SEARCHED_FIELDS, TEXT_FIELDS
from segtui.importing.columns.column_matching import Column
from segtui.importing.default_values import NO_VALUES, DefaultValues
from segtui.importing.row_results import STAGED_COLUMNS
from segtui.importing.rows.column_text import ColumnText, has_text, json_objects
from segtui.importing.rows.phones.phone_regions import regions_of
from segtui.importing.rows.rules.field_rules import FIELD_RULES
from segtui.importing.rows.rules.work import ColumnWork, MatchedColumns


class ColumnReader:
    """Reads the regular records of one file with one set of columns. With `needs_phone` an e-mail is not enough."""

    def __init__(
        self,
        columns: Sequence[Column],
        region: str,
        *,
        needs_phone: bool = False,
        defaults: DefaultValues = NO_VALUES,
    ) -> None:
        self._columns = MatchedColumns(columns, defaults)
        self._region = region
        self._needs_phone = needs_phone
        self._text = ColumnText()
        self.custom_names: set[str] = set()
        """Names of the custom fields of the rows read so far."""

    def read(self, lines: pl.Series, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """Return the contacts of all rows that are beyond doubt, with STAGED_COLUMNS, and a mask of the other rows.

        `cells` are those of a `fast_csv.Piece`, `lines` the lines of its rows.
        """
        positions = [column.position for column in self._columns.all]
        trimmed = cells.select(pl.col(str(position)).str.strip_chars() for position in dict.fromkeys(positions))
        count = cells.height
        work = ColumnWork(
            self._columns,
            self._region,
            {position: trimmed[str(position)] for position in positions},
            blank=pl.repeat("", count, dtype=pl.String, eager=True),
            unsure=pl.repeat(value=False, n=count, dtype=pl.Boolean, eager=True),
            needs_phone=self._needs_phone,
        )
        for rule in FIELD_RULES:
            rule.read_columns(work)
        reachable = work.fields["phone"] != ""
        if not self._needs_phone:
            reachable |= work.fields["email"] != ""
        work.doubt(~reachable)
        return self._staged(work, lines), work.unsure

    def _staged(self, work: ColumnWork, lines: pl.Series) -> pl.DataFrame:
        """Return the rows without doubt as they are staged."""
        sure = ~work.unsure
        is_some = not sure.all()

        def of(column: pl.Series) -> pl.Series:
            return column.filter(sure) if is_some else column

        fields = {name: of(work.fields[name]) for name in TEXT_FIELDS}
        customs = [(header, work.custom.get(position)) for position, header in self._columns.custom_headers()]
        filled = [(name, texts) for name, column in customs if column is not None and has_text(texts := of(column))]
        self.custom_names.update(name for name, _ in filled)
        objects = json_objects(filled, int(sure.sum()))
        keys = self._text.name_keys(fields["first_name"], fields["last_name"])
        emails = self._text.casefolded(fields["email"])
        others = [fields[name] for name in SEARCHED_FIELDS[3:]]
        search = self._text.search_texts(keys, fields["phone"], emails, others)
        regions = regions_of(fields["phone"])
        columns = [of(lines), *fields.values(), of(work.opt_outs), objects, keys, emails, search, regions]
        frame = pl.DataFrame([column.alias(name) for name, column in zip(STAGED_COLUMNS, columns, strict=True)])
        blanks = [
            pl.when(pl.col(name) != "").then(pl.col(name)).alias(name)
            for name in (*TEXT_FIELDS, "name_key", "email_key", "region")
        ]
        return frame.with_columns(pl.col("line", "do_not_call").cast(pl.Int64), *blanks)

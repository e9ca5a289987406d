"""Fields that are read as they stand in their first column; a form of address is no job title."""

from segtui.domain.contact import TEXT_FIELDS
from segtui.importing.columns import header_synonyms
from segtui.importing.columns.column_matching import Column
from segtui.importing.columns.header_normalisation import compact
from segtui.importing.rows.cells import is_honorific
from segtui.importing.rows.rules.work import ColumnWork, FieldRule, MatchedColumns, RowWork, cells_that


def _read_rows(work: RowWork) -> None:
    for name in TEXT_FIELDS:
        columns = work.columns.of(name)
        work.fields[name] = work.cells[columns[0].position] if columns else [""] * work.count
    for column in _ambiguous_titles(work.columns):
        titles = work.fields["job_title"] = list(work.fields["job_title"])
        for row, title in enumerate(titles):
            if title and is_honorific(title):
                work.keep(column, row, title)
                titles[row] = ""


def _read_columns(work: ColumnWork) -> None:
    for name in TEXT_FIELDS:
        columns = work.columns.of(name)
        work.fields[name] = work.cells[columns[0].position] if columns else work.blank
    for column in _ambiguous_titles(work.columns):
        titles = work.fields["job_title"]
        honorific = cells_that(titles, is_honorific)
        work.keep(column.position, work.where(honorific, titles))
        work.fields["job_title"] = work.where(~honorific, titles)


def _ambiguous_titles(columns: MatchedColumns) -> list[Column]:
    """Return the column of job titles where its header may mean forms of address too."""
    return [
        column
        for column in columns.of("job_title")[:1]
        if compact(column.header) in header_synonyms.AMBIGUOUS_TITLES and column.confidence < 1
    ]


PLAIN_FIELDS = FieldRule(_read_rows, _read_columns)

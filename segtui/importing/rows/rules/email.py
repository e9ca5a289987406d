"""The first valid e-mail of a row; other e-mails are custom fields."""

from segtui.importing.rows.reachability import Cells, take_emails
from segtui.importing.rows.rules.work import ColumnWork, FieldRule, RowWork
from segtui.importing.rows.vectorized_cells import emails_of


def _read_rows(work: RowWork) -> None:
    columns = [Cells(column.position, work.cells[column.position]) for column in work.columns.of("email")]
    emails = take_emails(columns, work.count)
    work.fields["email"] = emails.values
    work.keep_all(emails.kept)
    work.table.defects.emails = emails.defects


def _read_columns(work: ColumnWork) -> None:
    columns = [(column.position, work.cells[column.position]) for column in work.columns.of("email")]
    work.fields["email"] = work.first_valid(columns, emails_of, lambda email: email.str.to_lowercase())


EMAIL = FieldRule(_read_rows, _read_columns)

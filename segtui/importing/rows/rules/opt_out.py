"""The do-not-call mark: from its own columns, consents, statuses, and columns about contact in general."""

from collections.abc import Callable, Iterator

import polars as pl

from segtui.importing.columns.column_matching import OWN, Column
from segtui.importing.row_results import quoted
from segtui.importing.rows.opt_out_answers import answer_of, has_withdrawal, is_withdrawal
from segtui.importing.rows.rules.work import ColumnWork, FieldRule, MatchedColumns, RowWork, cells_that


def _read_rows(work: RowWork) -> None:
    opt_outs = [int(row in work.opt_out_rows) for row in range(work.count)]
    for column, is_opt_out in _statuses(work.columns):
        cells = work.cells[column.position]
        leaving = {cell for cell in set(cells) if cell and is_opt_out(cell)}
        for row, cell in enumerate(cells if leaving else ()):
            if cell in leaving:
                opt_outs[row] = 1
    for column in (*work.columns.of("do_not_call"), *work.columns.of("consent")):
        cells = work.cells[column.position]
        answer = answer_of(column.target, column.header)
        answers = {cell: answer(cell) for cell in set(cells) if cell}
        for row, cell in enumerate(cells):
            if not cell or answers[cell] is False:
                continue
            opt_outs[row] = 1
            if answers[cell] is None:
                work.warn(row, f"{quoted(cell)} in {quoted(column.header)} was taken as do not call")
            if column.target == "do_not_call" and _says_more(cell):
                work.keep(column, row, cell)
    work.opt_outs = opt_outs


def _read_columns(work: ColumnWork) -> None:
    opt_outs = work.blank != ""
    for column, is_opt_out in _statuses(work.columns):
        opt_outs |= cells_that(work.cells[column.position], is_opt_out)
    for column in (*work.columns.of("do_not_call"), *work.columns.of("consent")):
        cells = work.cells[column.position]
        answer = answer_of(column.target, column.header)
        answers = {cell: answer(cell) for cell in cells.unique().to_list() if cell}
        leaving = cells.is_in([cell for cell, opts_out in answers.items() if opts_out])
        opt_outs |= leaving
        work.doubt(cells.is_in([cell for cell, opts_out in answers.items() if opts_out is None]))
        if column.target == "do_not_call":
            work.keep(column.position, work.where(leaving & cells_that(cells, _says_more), cells))
    work.opt_outs = opt_outs.cast(pl.Int64)


def _statuses(columns: MatchedColumns) -> Iterator[tuple[Column, Callable[[str], bool]]]:
    """Yield the columns that may hold an opt-out, each with the test for it."""
    # An export of ours says so in its own column: a contact whose mark was cleared by hand stays cleared.
    if any(column.reason == OWN for column in columns.of("do_not_call")):
        return
    yield from ((column, is_withdrawal) for column in columns.of("status")[:1])
    yield from ((column, has_withdrawal) for column in columns.all if column.may_withdraw)


def _says_more(cell: str) -> bool:
    """Tell whether a cell of a do-not-call column holds more than an answer, such as a date."""
    return not cell.isalpha() and len(cell) > 3


OPT_OUT = FieldRule(_read_rows, _read_columns)

"""Exports: contacts as a file, by the field names an import understands."""

import csv
import gzip
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from sqlalchemy import select

from segtui.contact import FIELDS, TEXT_FIELDS
from segtui.database.tables import contacts, segments
from segtui.errors import DatabaseError, InvalidInput, SegtuiError
from segtui.importing.cells import FORMULA, guarded
from segtui.services import audit
from segtui.services.audit import About
from segtui.services.contact_queries import ContactQuery
from segtui.services.contacts import Contact, listing
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.text import clean, counted, without_controls

FORMATS = ("csv", "json", "parquet", "xlsx")
_PACKABLE = ("csv", "json")  # the others are packed already
_PAGE = 5_000
# Below its header.
_MOST_XLSX_ROWS = 1_048_575
_MOST_XLSX_COLUMNS = 16_384
_LONGEST_XLSX_CELL = 32_767
# What a spreadsheet would run as a formula gets one ' before it; of the cells that look so only these are safe.
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_TAKEN = frozenset((*FIELDS, "id", "created", "updated", "line", "reason", ""))


@dataclass(frozen=True, slots=True)
class Form:
    """How contacts are written: one of FORMATS, and whether the file is packed with gzip."""

    format: str = "csv"
    packed: bool = False

    @property
    def is_text(self) -> bool:
        """Whether people can read it."""
        return self.format in _PACKABLE and not self.packed


def form_of(path: Path, format_: str | None = None) -> Form:
    """Return the form that the ending of a file's name asks for; `format_` says it where the ending does not.

    `.gz` behind the rest packs the file, and a name without any ending means CSV. Raises InvalidInput for an ending
    that says nothing, for an unknown format, and for one that is packed already.
    """
    packed = path.suffix.lower() == ".gz"
    ending = (path.with_suffix("") if packed else path).suffix.lower().removeprefix(".")
    if format_ is None and ending and ending not in FORMATS:
        raise InvalidInput(
            f"The ending “.{clean(ending)}” says no format: use one of {', '.join(f'.{each}' for each in FORMATS)}, or "
            "name the format.",
            "format",
        )
    form = Form(_checked(format_ or ending or "csv"), packed)
    if packed and form.format not in _PACKABLE:
        raise InvalidInput(f"{form.format} is packed already: leave the ending .gz out.", "format")
    return form


def _checked(format_: str) -> str:
    if format_ not in FORMATS:
        raise InvalidInput(f"The format is one of {', '.join(FORMATS)}, not “{clean(format_)}”.", "format")
    return format_


def export(
    session: Session,
    query: ContactQuery,
    target: Path | BinaryIO,
    form: Form | str | None = None,
    interrupt: Interrupt | None = None,
    *,
    ids: Sequence[int] | None = None,
) -> int:
    """Write the contacts of a query and return how many. A file appears whole or not at all, for its owner only.

    `form` is how, or one of FORMATS; by the file's name if None. What is there already is replaced: ask before. With
    `ids` these contacts are written, in this order, whatever the query says.

    The audit trail says so before the first contact is written.

    Raises InvalidInput for an unknown format, SegtuiError where the file cannot be written, Cancelled.
    """
    if form is None:
        form = form_of(target) if isinstance(target, Path) else Form()
    elif isinstance(form, str):
        form = form_of(target, form) if isinstance(target, Path) else Form(_checked(form))
    found = _Contacts(session, query, interrupt, ids)
    # Before the first of them leaves: what cannot be written down is not handed out.
    _record(session, query, form, len(found), chosen=ids is not None)
    if not isinstance(target, Path):
        return _write(found, target, form)
    try:
        if target.exists() and not target.is_file():  # a pipe or a device takes it as it comes
            with target.open("wb") as file:
                return _write(found, file, form)
        target = target.resolve()  # what a link points to is written, the link stays
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                count = _write(found, file, form)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SegtuiError(f"{clean(str(target))} cannot be written: {error.strerror or error}.") from error
    return count


def _record(session: Session, query: ContactQuery, form: Form, count: int, *, chosen: bool) -> None:
    """Write into the audit trail how many contacts leave, of what, and by which search and filters."""
    asked = [] if chosen else [f"“{query.search.strip()}”"] * bool(query.search.strip())
    asked += [] if chosen else [each.sentence for each in query.filters]
    asked += ["marked"] if chosen else []
    owns = session.actor.user_id is None
    # The owner of a database that cannot be written, such as a backup, reads it by other means as well.
    with suppress(*([DatabaseError] if owns else [])), session.note() as tx:
        found = select(segments.c.name, segments.c.company_id).where(segments.c.id == query.segment_id)
        segment = tx.execute(found.where(tx.scope(segments))).one_or_none()
        company_id = segment.company_id if segment is not None and session.company is None else None
        audit.record(
            tx,
            "export",
            segment.name if segment else "all contacts" if query.segment_id is None else "a deleted segment",
            detail=without_controls(", ".join([form.format, *asked])),
            count=count,
            company_id=company_id,
            about=About(query.segment_id),
        )


class _Contacts:
    """The contacts of a query in its order, or those with these ids in theirs, page by page."""

    def __init__(
        self, session: Session, query: ContactQuery, interrupt: Interrupt | None, ids: Sequence[int] | None
    ) -> None:
        self._session, self._interrupt = session, interrupt
        self._listing = listing(session, query, interrupt)
        self._ids = self._listing.ids() if ids is None else ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Contact]:
        for at in range(0, len(self._ids), _PAGE):
            page = self._ids[at : at + _PAGE]
            rows = self._listing.rows(page)
            yield from (rows[key] for key in page if key in rows)

    def layout(self) -> "_Layout":
        """Return the columns these contacts need."""
        names = self._custom_names()
        awkward = {name for name in names if name in _TAKEN or name != name.strip() or FORMULA.match(name)}
        return _Layout(tuple(sorted(names - awkward)), frozenset(awkward))

    def _custom_names(self) -> set[str]:
        """Return the names of all custom fields, from that column alone: nobody is read twice for them."""
        names: set[str] = set()
        for at in range(0, len(self._ids), _PAGE):
            with self._session.read(self._interrupt) as tx:
                chosen = (tx.scope(contacts), tx.backend.among(contacts.c.id, self._ids[at : at + _PAGE]))
                wanted = select(contacts.c.custom_fields).where(*chosen, contacts.c.custom_fields != "{}")
                names.update(*map(json.loads, tx.execute(wanted).scalars()))
        return names


@dataclass(frozen=True)
class _Layout:
    """The columns of an export: the fields, and a column for each custom field.

    A custom field whose name would be read as something else in a header stays in a JSON object in the last column.
    """

    custom: tuple[str, ...]
    awkward: frozenset[str]

    @property
    def headers(self) -> list[str]:
        """The header row."""
        return [*TEXT_FIELDS, "do_not_call", *self.custom, *(["custom_fields"] if self.awkward else [])]

    def cells(self, contact: Contact) -> list[str]:
        """Return the cells of one contact."""
        cells = [*(getattr(contact, name) for name in TEXT_FIELDS), "yes" if contact.do_not_call else ""]
        cells += [contact.custom_fields.get(name, "") for name in self.custom]
        if self.awkward:
            rest = {name: value for name, value in contact.custom_fields.items() if name in self.awkward}
            cells.append(json.dumps(rest, ensure_ascii=False) if rest else "")
        return cells


def _write(found: _Contacts, file: BinaryIO, form: Form) -> int:
    if form.packed:
        # Neither name nor time in it: the same contacts are the same bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            return _write(found, cast("BinaryIO", packed), replace(form, packed=False))
    if form.format == "csv":
        return _write_csv(found, file)
    if form.format == "json":
        return _write_json(found, file)
    return _write_parquet(found, file) if form.format == "parquet" else _write_xlsx(found, file)


def _write_csv(found: _Contacts, file: BinaryIO) -> int:
    layout = found.layout()
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(layout.headers)
    count = 0
    for contact in found:
        writer.writerow([guarded(cell, but=_E164) for cell in layout.cells(contact)])
        count += 1
    text.flush()
    text.detach()
    return count


def as_json(contact: Contact) -> dict[str, Any]:
    """Return a contact with every field of the specification under its name."""
    return {
        "id": contact.id,
        **{name: getattr(contact, name) for name in TEXT_FIELDS},
        "do_not_call": contact.do_not_call,
        "custom_fields": contact.custom_fields,
        "created": contact.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "updated": contact.updated_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def _write_json(found: _Contacts, file: BinaryIO) -> int:
    count = 0
    file.write(b"[")
    for contact in found:
        file.write(b",\n" if count else b"\n")
        file.write(json.dumps(as_json(contact)).encode())
        count += 1
    file.write(b"\n]\n")
    return count


def _write_parquet(found: _Contacts, file: BinaryIO) -> int:
    import polars as pl

    layout = found.layout()
    schema = dict.fromkeys(layout.headers, pl.String)
    frames = [pl.DataFrame(rows, schema=schema, orient="row") for rows in _batches(found, layout)]
    frame = pl.concat(frames) if frames else pl.DataFrame(schema=schema)
    frame.write_parquet(file)
    return frame.height


def _batches(found: _Contacts, layout: _Layout) -> Iterator[list[list[str]]]:
    rows = map(layout.cells, found)
    while batch := list(islice(rows, 50_000)):
        yield batch


def _write_xlsx(found: _Contacts, file: BinaryIO) -> int:
    """Write a sheet whose every cell is text: a spreadsheet would otherwise drop zeros, and run formulas.

    It is no table in Excel's sense: there `Phone` could not stand beside `phone`.
    """
    import xlsxwriter

    layout = found.layout()
    if len(found) > _MOST_XLSX_ROWS or len(layout.headers) > _MOST_XLSX_COLUMNS:
        raise InvalidInput(
            f"An XLSX sheet holds {_MOST_XLSX_ROWS:,} rows and {_MOST_XLSX_COLUMNS:,} columns; export these "
            f"{counted(len(found), 'contact')} with {counted(len(layout.headers), 'column')} as CSV.",
            "format",
        )
    count = 0
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Contacts")
        bold = workbook.add_format({"bold": True})
        for column, header in enumerate(layout.headers):
            sheet.write_string(0, column, header, bold)
        for count, contact in enumerate(found, 1):
            for column, cell in enumerate(layout.cells(contact)):
                if len(cell) > _LONGEST_XLSX_CELL:
                    raise InvalidInput(
                        f"A cell of an XLSX sheet holds {_LONGEST_XLSX_CELL:,} characters, and {clean(contact.title)} "
                        f"has more in “{clean(layout.headers[column])}”; export as CSV.",
                        "format",
                    )
                if cell:
                    sheet.write_string(count, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, count, len(layout.headers) - 1)
    return count

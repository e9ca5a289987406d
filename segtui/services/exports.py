"""Exports: contacts as a file, by the field names an import understands."""

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from segtui.contact import FIELDS, TEXT_FIELDS
from segtui.errors import InvalidInput, SegtuiError
from segtui.importing.cells import FORMULA, guarded
from segtui.services.contact_queries import ContactQuery
from segtui.services.contacts import Contact, listing
from segtui.services.session import Interrupt, Session
from segtui.text import clean

FORMATS = ("csv", "json", "parquet", "xlsx")
_PAGE = 5_000
_MOST_XLSX_ROWS = 1_048_575
# What a spreadsheet would run as a formula gets one ' before it; of the cells that look so only these are safe.
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_TAKEN = frozenset((*FIELDS, "id", "created", "updated", "line", "reason", ""))


def export(
    session: Session,
    query: ContactQuery,
    target: Path | BinaryIO,
    format_: str = "csv",
    interrupt: Interrupt | None = None,
) -> int:
    """Write the contacts of a query and return how many. A file appears whole or not at all, for its owner only.

    Raises InvalidInput for an unknown format, SegtuiError where the file cannot be written, Cancelled.
    """
    if format_ not in FORMATS:
        raise InvalidInput(f"The format is one of {', '.join(FORMATS)}, not “{clean(format_)}”.", "format")
    found = _Contacts(session, query, interrupt)
    if not isinstance(target, Path):
        return _write(found, target, format_)
    target = target.resolve()  # what a link points to is written, the link stays
    try:
        if target.exists() and not target.is_file():  # a pipe or a device takes it as it comes
            with target.open("wb") as file:
                return _write(found, file, format_)
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                count = _write(found, file, format_)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SegtuiError(f"{clean(str(target))} cannot be written: {error.strerror or error}.") from error
    return count


class _Contacts:
    """The contacts of a query, page by page, in its order."""

    def __init__(self, session: Session, query: ContactQuery, interrupt: Interrupt | None) -> None:
        self._listing = listing(session, query, interrupt)
        self._ids = self._listing.ids()

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[Contact]:
        for at in range(0, len(self._ids), _PAGE):
            page = self._ids[at : at + _PAGE]
            rows = self._listing.rows(page)
            yield from (rows[key] for key in page if key in rows)

    def layout(self) -> "_Layout":
        """Return the columns these contacts need."""
        names = {name for contact in self for name in contact.custom_fields}
        awkward = {name for name in names if name in _TAKEN or name != name.strip() or FORMULA.match(name)}
        return _Layout(tuple(sorted(names - awkward)), frozenset(awkward))


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


def _write(found: _Contacts, file: BinaryIO, format_: str) -> int:
    if format_ == "csv":
        return _write_csv(found, file)
    if format_ == "json":
        return _write_json(found, file)
    return _write_table(found, file, format_)


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


def _write_table(found: _Contacts, file: BinaryIO, format_: str) -> int:
    import polars as pl
    import xlsxwriter

    if format_ == "xlsx" and len(found) > _MOST_XLSX_ROWS:
        raise InvalidInput(
            f"An XLSX sheet holds {_MOST_XLSX_ROWS:,} rows; export these {len(found):,} as CSV.", "format"
        )
    layout = found.layout()
    schema = dict.fromkeys(layout.headers, pl.String)
    frames = [pl.DataFrame(rows, schema=schema, orient="row") for rows in _batches(found, layout)]
    frame = pl.concat(frames) if frames else pl.DataFrame(schema=schema)
    if format_ == "parquet":
        frame.write_parquet(file)
    else:
        # As text: a spreadsheet would otherwise drop zeros, and run what looks like a formula.
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
        }
        with xlsxwriter.Workbook(file, options) as workbook:
            frame.write_excel(workbook, worksheet="Contacts")
    return frame.height


def _batches(found: _Contacts, layout: _Layout) -> Iterator[list[list[str]]]:
    rows = map(layout.cells, found)
    while batch := list(islice(rows, 50_000)):
        yield batch

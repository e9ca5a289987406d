"""Layout of a text file: delimiter, lines above the header, and the header itself.

All of it is recognised from the first records. A wrong delimiter shows by rows of differing lengths and by an unknown
header; a header by the words that exporters use, or by looking different from the rows below it.
"""

import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from segtui.domain.emails import is_email
from segtui.domain.text import MAX_VALUE_LENGTH
from segtui.importing.columns.headers import is_known_header
from segtui.importing.file_opening import MAX_COLUMNS
from segtui.importing.readers.records import records
from segtui.importing.rows.cells import is_no_value, looks_like_phone, stored

SAMPLE = 1 << 18
"""Characters that the recognition reads."""
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_DIGITS_OR_ADDRESS = re.compile(r"[\d\s.,:/+\-()]{2,}|\w+@\S*")
# Digits of a phone, whole or cut off: no header has as many.
_MANY_DIGITS = re.compile(r"(?:\d[\s().+/-]{0,3}){6}|\d[.,]\d+[eE]\+?\d")
# Maximum number of records above a header, and number of records compared with it.
_SEARCHED = 40
_COMPARED = 200


@dataclass(frozen=True)
class Layout:
    """Layout of the rows. `skip` lines are above the first row; `header_line` is None if there is no header."""

    delimiter: str
    skip: int
    width: int
    header: tuple[str, ...] | None
    header_line: int | None
    preamble: int
    """Number of lines above the header that are not blank."""


@dataclass(frozen=True)
class _Record:
    line: int
    cells: list[str]
    next_line: int

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if cell.strip())


def layout_of(sample: str, delimiter: str | None, header: bool | None) -> Layout:
    """Return the layout of a file that begins with `sample`; `delimiter` and `header` overrule what is recognised."""
    first, _, rest = sample.partition("\n")
    separator = _SEPARATOR_LINE.fullmatch(first)
    skip = 0
    if separator and not first[5:].startswith(separator[1] * 2):
        skip, sample = 1, rest
        delimiter = delimiter or separator[1]
    delimiter = delimiter or _delimiter_of(sample)
    head_records = _sampled(sample, delimiter, skip)
    index = None if header is False else _header_index(head_records, header)
    if index is None:
        width = max((len(record.cells) for record in head_records[:_COMPARED]), default=0)
        usual = _usual_width(head_records)
        return Layout(delimiter, skip, usual or width, None, None, 0)
    head = head_records[index]
    cells = tuple(stored(cell) for cell in head.cells)
    above = sum(1 for record in head_records[:index] if record.filled)
    return Layout(delimiter, head.next_line - 1, len(cells), cells, head.line, above)


def _sampled(sample: str, delimiter: str, skip: int) -> list[_Record]:
    # Cells are cut off one character above the limit, which is enough to see that they are too long.
    rows = [
        (line, [cell[: MAX_VALUE_LENGTH + 1] for cell in row])
        for chunk in records(io.StringIO(sample), delimiter)
        for line, row in zip(chunk.lines, chunk.rows, strict=True)
    ]
    # A record may have several lines, so it ends where the next one begins; nothing comes after the last.
    ends = [line for line, _ in rows[1:]] + [sample.count("\n") + 2]
    return [_Record(line + skip, cells, end + skip) for (line, cells), end in zip(rows, ends, strict=False)]


def _delimiter_of(sample: str) -> str:
    scores = {candidate: _score(_sampled(sample, candidate, 0)[:_COMPARED]) for candidate in _DELIMITERS}
    best = max(scores, key=lambda candidate: scores[candidate])
    return best if scores[best] > 0 else ","


def _score(sample_records: Sequence[_Record]) -> float:
    """Return how table-like the records are: known headers count most, then many columns in rows of equal length."""
    counts = Counter(
        len(record.cells) for record in sample_records if record.filled and len(record.cells) <= MAX_COLUMNS
    )
    if not counts:
        return 0
    width, often = max(counts.items(), key=lambda item: (item[1] * (item[0] - 1), item[0]))
    known_headers = max(
        (sum(map(is_known_header, record.cells)) for record in sample_records[:_SEARCHED] if len(record.cells) > 1),
        default=0,
    )
    return known_headers * 3 + (width - 1) * often / counts.total()


def _usual_width(sample_records: Sequence[_Record]) -> int:
    counts = Counter(len(record.cells) for record in sample_records[:_COMPARED] if record.filled)
    return counts.most_common(1)[0][0] if counts else 0


def _is_value(cell: str) -> bool:
    return _is_contact(cell) or is_no_value(cell) or _DIGITS_OR_ADDRESS.fullmatch(cell) is not None


def _is_contact(cell: str) -> bool:
    """Return True if a cell holds a phone, also with words beside it or too short, or an e-mail."""
    return is_email(cell) or looks_like_phone(cell) or (len(cell) < 300 and _MANY_DIGITS.search(cell) is not None)


def _header_index(sample_records: Sequence[_Record], header: bool | None) -> int | None:
    """Return the index of the header record, None if there is none."""
    usual = _usual_width(sample_records)
    best, most = None, 0
    for index, record in enumerate(sample_records[:_SEARCHED]):
        cells = [cell.strip() for cell in record.cells if cell.strip()]
        if any(map(_is_contact, cells)) or record.filled * 2 < min(usual, 8):
            continue
        known_count = sum(map(is_known_header, cells))
        if known_count > most and (
            known_count >= 2 or (known_count * 2 >= len(cells) and not any(map(_is_value, cells)))
        ):
            best, most = index, known_count
    if best is not None:
        return best
    filled = [index for index, record in enumerate(sample_records) if record.filled]
    if header and filled:
        return next((index for index in filled if len(sample_records[index].cells) == usual), filled[0])
    return next((index for index in filled[:_SEARCHED] if _differs_from_rows(sample_records, index, usual)), None)


def _differs_from_rows(sample_records: Sequence[_Record], index: int, usual: int) -> bool:
    """Return True if a record of unknown words is a header: its words differ from the values below."""
    cells = [cell.strip() for cell in sample_records[index].cells]
    below = [
        record.cells for record in sample_records[index + 1 : index + 1 + _COMPARED] if len(record.cells) == len(cells)
    ]
    words = [cell for cell in cells if cell]
    if len(cells) != usual or not words or len(set(words)) < len(words) or any(map(_is_value, words)):
        return False
    for position, word in enumerate(cells):
        values = [row[position].strip() for row in below if row[position].strip()]
        contacts = sum(1 for value in values if is_email(value) or looks_like_phone(value))
        if word and values and contacts * 2 > len(values):
            return True
    return False

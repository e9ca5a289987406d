"""A session of the real program on a sample database, as somebody at the keyboard has it."""

import re
import sys
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from segtui.domain.phones import grouped
from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import Contact, ContactQuery
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment, SegmentQuery
from segtui.services.session import Session, open_session
from tests.benchmarks import databases
from tests.benchmarks.databases import Sample
from tests.benchmarks.harness import Painting, Terminal, program

COLUMNS, LINES = 120, 36
# What of a row tells it from the others on the screen, and how many rows have to be there.
_ROWS = 20
_CONTROL_U = "\x15"
_COUNT = re.compile(r"[\d,]+ of [\d,]+")

Key = Callable[[Contact], str] | Callable[[Segment], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one looks at contacts: what it is called, and the name of the segment (None for all contacts)."""

    title: str
    segment: str | None


ALL = Place("all contacts", None)
EVERYBODY = Place("a segment of all", databases.EVERYBODY)
LARGE = Place("a segment of three in ten", databases.LARGE)
SMALL = Place("a segment of 5,000", databases.SMALL)
PLACES = (ALL, EVERYBODY, LARGE, SMALL)


@dataclass(frozen=True, slots=True)
class Expected:
    """What has to be on the screen: signs of the first rows in order, and how many there are."""

    rows: tuple[str, ...]
    total: int


class Truth:
    """What a service says that there is, asked once and outside of any measuring."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[ContactQuery | SegmentQuery, Expected] = {}
        self._orders: dict[ContactQuery, array[int]] = {}

    @cached_property
    def segment_ids(self) -> Mapping[str, int]:
        """The ids of the segments by name."""
        return {each.name: each.id for each in segments.find(self._session, SegmentQuery(archived=True))}

    def query(self, place: Place, **options: object) -> ContactQuery:
        """Return a query in a place."""
        segment_id = None if place.segment is None else self.segment_ids[place.segment]
        return ContactQuery(segment_id=segment_id, **options)  # type: ignore[arg-type] # those of ContactQuery

    def contacts(self, query: ContactQuery) -> Expected:
        """Return what a list of contacts has to show: they are told by their phones, as these are shown."""
        if query not in self._known:
            listing = contacts.listing(self._session, query)
            rows = tuple(grouped(each.phone) for each in listing.first(_ROWS))
            self._known[query] = Expected(rows, len(listing.ids()))
        return self._known[query]

    def around(self, query: ContactQuery, phone: str) -> Expected:
        """Return what a list of contacts has to show that begins with the one who has this phone."""
        if query not in self._orders:
            self._orders[query] = contacts.listing(self._session, query).ids()
        order = self._orders[query]
        # Without spaces it is the stored number, which need not be one that is assigned.
        place = order.index(contacts.by_id_or_phone(self._session, phone.replace(" ", "")).id)
        ids = order[place : place + _ROWS]
        rows = contacts.listing(self._session, query).rows(ids)
        return Expected(tuple(grouped(rows[key].phone) for key in ids), len(order))

    def segments(self, query: SegmentQuery) -> Expected:
        """Return what the list of segments has to show: they are told by the beginnings of their names."""
        if query not in self._known:
            listing = segments.listing(self._session, query)
            rows = tuple(each.name[:16] for each in listing.first(_ROWS))
            self._known[query] = Expected(rows, len(listing.ids()))
        return self._known[query]


@contextmanager
def truth(sample: Sample) -> Iterator[Truth]:
    """Open the database for asking what is right."""
    with sample.opened() as database:
        yield Truth(open_session(database, source="benchmark"))


def command(sample: Sample) -> list[str]:
    """Return the command line of the real program on a database."""
    return [sys.executable, "-m", "segtui", "--database", sample.url]


@contextmanager
def echo() -> Iterator[Terminal]:
    """Run the reference: an input that echoes each key into thirty lines."""
    with Terminal(program("echo"), columns=COLUMNS, lines=LINES) as terminal:
        terminal.first_paint("ready")
        terminal.settle(0.3)
        yield terminal


def echoed(terminal: Terminal, key: str) -> Painting:
    """Press a key in the reference."""
    before = _last_line(terminal)
    return terminal.press_watching(key, {"rows": lambda: terminal.lines}, lambda: _last_line(terminal) != before)


def _last_line(terminal: Terminal) -> str:
    return next(line for line in terminal.lines if line.startswith("line 29"))


class SegtuiSession(Terminal):
    """The program, begun on the list of segments."""

    def __init__(self, sample: Sample) -> None:
        super().__init__(command(sample), columns=COLUMNS, lines=LINES)
        self._header_columns: dict[str, int] = {}

    def begin(self) -> None:
        """Wait for the first list."""
        self.wait_for(lambda: bool(re.search(r"[\d,]+ segments", self.text)), "the number of segments")
        self.settle(0.3)

    def go_to(self, place: Place, truth_: Truth) -> None:
        """Go from the list of segments to a list of contacts."""
        expected = truth_.contacts(truth_.query(place))
        if place.segment is None:
            self.send("2")
        else:
            self.send("/")
            self.settle()
            self.send(place.segment)
            self.wait_for(lambda: f"1 of {databases.SEGMENTS:,}"[:4] in self.text, "one segment")
            self.settle(0.3)
            self.send("\r")
            self.settle()
            self.send("\r")
        self.wait_for(lambda: self.shows(expected), f"the contacts of {place.title}")
        self.settle(0.5)

    def shows(self, expected: Expected, of: int | None = None) -> bool:
        """Tell whether rows and count are those expected; `of` so many, while searching."""
        start = self._table_line()
        lines = self.lines[start : start + len(expected.rows)]
        if not all(sign in line for sign, line in zip(expected.rows, lines, strict=False)):
            return False
        count = f"{expected.total:,}" if of is None else f"{expected.total:,} of {of:,}"
        return bool(re.search(rf"(?<![\d,]){re.escape(count)}(?![\d,])", self.text))

    def _table_line(self) -> int:
        """Return on which line the first row is: below the header, the line that names columns."""
        for number, line in enumerate(self.lines):
            if re.search(r"\bName\b.*\b(Phone|Contacts)\b", line):
                return number + 1
        return 0

    def look_at_rows(self) -> object:
        """Return how the rows look, without the scroll bar beside them."""
        start = self._table_line()
        buffer = self.screen.buffer
        return [[buffer[y][x] for x in range(COLUMNS - 1)] for y in range(start, start + _ROWS)]

    def look_at_count(self) -> object:
        """Return what is said of how many there are, above the rows."""
        return _COUNT.findall("\n".join(self.lines[: self._table_line()]))

    def sort(self, title: str, query: ContactQuery, right: Truth) -> Painting:
        """Click on a header and tell when rows of that order were there: the cursor may keep its row."""

        def ordered() -> bool:
            phone = re.search(r"\+[\d ]{11,}\d", self.lines[self._table_line()])
            return phone is not None and self.shows(right.around(query, phone[0]))

        before = self.screen.display[self._table_line() - 1]
        parts = {"rows": self.look_at_rows, "header": lambda: self.screen.display[self._table_line() - 1]}
        return self.press_watching(
            self.click_header(title),
            parts,
            lambda: self.screen.display[self._table_line() - 1] != before and not self._is_sorting() and ordered(),
        )

    def _is_sorting(self) -> bool:
        """Whether the header says that another order is on its way."""
        return re.search("[▲▼]…", self.screen.display[self._table_line() - 1]) is not None

    def watch(self, keys: str, expected: Expected, of: int | None = None) -> Painting:
        """Send keys and tell when the rows were there, and when the count was."""
        parts = {"rows": self.look_at_rows, "count": self.look_at_count}
        return self.press_watching(keys, parts, lambda: self.shows(expected, of))

    def headers(self, titles: Sequence[str]) -> dict[str, int]:
        """Return where on the header's line each title is, of those that are there."""
        line = self.screen.display[self._table_line() - 1]
        # Beside the sign of the order there may be no room for the whole title: it is where it was.
        self._header_columns |= {title: line.index(title) for title in titles if title in line}
        return {title: column for title, column in self._header_columns.items() if title in titles}

    def click_header(self, title: str) -> str:
        """Return what a terminal sends for a click on a header."""
        x, y = self.headers([title])[title] + 2, self._table_line()
        return f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"

    def clear_search(self, expected: Expected) -> None:
        """Empty the search box that has the focus, and wait for everything to be back."""
        self.send(_CONTROL_U)
        self.wait_for(lambda: self.shows(expected), "everything")
        self.settle(0.3)

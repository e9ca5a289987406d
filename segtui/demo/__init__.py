"""The demo: a throw-away database of two invented companies, for a first look at a living program."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from segtui.database.engine import Database, open_database
from segtui.demo import demo_campaigns, people, samples
from segtui.demo.people import Person
from segtui.demo.samples import SampleImport, SampleSegment
from segtui.domain.text import fold
from segtui.services import search_index
from segtui.services.accounts import companies
from segtui.services.criteria import expressions
from segtui.services.segments import segments
from segtui.services.session import Session, open_session

SOLAR = "Saltmarsh Solar"
INSURANCE = "Fenwick & Pell Insurance"

_LEADS = {
    "First Name": "first_name",
    "Last Name": "last_name",
    "Email": "email",
    "Phone": "phone",
    "Company": "organization",
    "Job Title": "job_title",
    "Address": "address",
    "City": "city",
    "State": "state",
    "Country": "country",
    "Postal Code": "postal_code",
    "Time Zone": "timezone",
    "Source": "source",
    "Lead Status": "status",
    "Do Not Call": "do_not_call",
    "Webinar": "custom.Webinar",
    "Registered": "custom.Registered",
}
# Fields of an American address that addresses elsewhere lack.
_ABROAD = {"state": "", "postal_code": ""}
_CUSTOMERS = {
    "Customer No": "custom.Customer No",
    "Forename": "first_name",
    "Surname": "last_name",
    "E-mail": "email",
    "Telephone": "phone",
    "Street": "address",
    "Town": "city",
    "County": "state",
    "Country": "country",
    "Postcode": "postal_code",
    "Policy": "source",
}


LiveSample = tuple[str, str, str]
"""A live segment: its name, its description and its rule."""

_SOLAR_LIVE: Sequence[LiveSample] = (
    (
        "Open in AZ and CA",
        "Where we can install this summer.",
        'state in (AZ, CA) and status in (NEW, CONTACTED, "CALL BACK") and do_not_call = no',
    ),
    ("New this week", "Call within a week: then most of them answer.", "added in last 7 days"),
    (
        "Trade show, not reached",
        "For a second round, a week after the first.",
        'segment = "Trade show Phoenix" and last_outcome in (no_answer, busy) and not last_called in last 7 days',
    ),
)
_INSURANCE_LIVE: Sequence[LiveSample] = (
    ("London, by phone", "Customers in town.", "city = London and phone is not blank and do_not_call = no"),
)

FOLDER_PREFIX = "segtui-demo-"
"""Prefix of the temporary folder of a demo."""


def database_in(folder: Path) -> Path:
    """Return the path of the demo's database in its folder."""
    return folder / "demo.db"


def create_demo(folder: Path) -> Path:
    """Create the demo's database in `folder`, which the caller removes, and return its path."""
    path = database_in(folder)
    database = open_database(path)
    try:
        _fill(database, datetime.now(UTC).replace(microsecond=0))
    finally:
        database.close()
    return path


def _fill(database: Database, now: datetime) -> None:
    owner = open_session(database, source="demo")
    companies.edit(owner, owner.one_company.name, new_name=SOLAR)
    _fill_solar(owner, now)
    _fill_insurance(owner.bound_to(companies.create(owner, INSURANCE, region="GB")), now)
    for _ in search_index.catch_up(owner):
        pass


class _Company:
    """The data of a company, collected until all of it is written at once."""

    def __init__(self, now: datetime, more: Iterable[Person]) -> None:
        self.now = now
        self.imports: list[SampleImport] = []
        self.segments: list[SampleSegment] = []
        self.people: list[Person] = []
        self._more = iter(more)

    def ago(self, days: int) -> datetime:
        """Return a moment of a working day, `days` ago."""
        return self.now - timedelta(days=days, minutes=days * 37 % 240)

    def invented(self, count: int, **same: str) -> list[Person]:
        """Return `count` further people, all of them with the values `same`."""
        return [next(self._more) | same for _ in range(count)]

    def load(
        self, file: str, days: int, imported: Sequence[Person], name: str, text: str, archived: int | None = None
    ) -> None:
        """Import people from a file `days` ago, into a new segment."""
        start = len(self.people)
        self.people.extend(imported)
        self.imports.append(SampleImport(file, self.ago(days), name, imported))
        self._add(name, text, days, range(start, len(self.people)), archived)

    def collect(
        self, name: str, text: str, days: int, test: Callable[[Person], bool], limit: int | None = None
    ) -> None:
        """Make a segment of the people that pass `test`, at most `limit`."""
        members = [index for index, person in enumerate(self.people) if test(person)]
        self._add(name, text, days, members[:limit], None)

    def _add(self, name: str, text: str, days: int, members: Sequence[int], archived: int | None) -> None:
        archived_at = None if archived is None else self.ago(archived)
        self.segments.append(SampleSegment(name, text, self.ago(days), members, archived_at))


def _fill_solar(session: Session, now: datetime) -> None:
    leads = people.read("webinar_leads.csv", _LEADS, "+1")
    solar = _Company(now, people.more(leads, seed=602))
    solar.load(
        "cold_list_2024.xlsx",
        512,
        solar.invented(760, source="Cold list"),
        "Cold list 2024",
        "Bought from a broker. Hardly anybody answered.",
        archived=230,
    )
    solar.load(
        "website_export.csv",
        204,
        solar.invented(7_420, source="Website"),
        "Website leads",
        "Everyone who filled in the form on the website.",
    )
    solar.load(
        "facebook_leads.csv",
        61,
        solar.invented(2_310, source="Facebook Ads"),
        "Facebook leads, spring",
        "Lead ads, March to May.",
    )
    solar.load(
        "trade_show_phoenix.csv",
        19,
        solar.invented(246, source="Trade show"),
        "Trade show Phoenix",
        "Badges scanned at the stand.",
    )
    solar.load("webinar_leads.csv", 3, leads, "Webinar signups", "“Going solar at home” and two more.")
    solar.load(
        "referrals.csv",
        0,
        solar.invented(64, source="Referral", status="NEW"),
        "Referrals this week",
        "Call these first.",
    )
    solar.load(
        "installers.xlsx",
        34,
        [
            person
            for zone, (city, country) in demo_campaigns.PLACES.items()
            for person in solar.invented(
                27, source="Installer", status="PARTNER", timezone=zone, city=city, country=country, **_ABROAD
            )
        ],
        demo_campaigns.INSTALLERS,
        "Firms that install our panels, all around the world: some are at work at any hour.",
    )
    solar.collect(
        "All leads",
        "Everyone except the cold list: fine for a mailing, too many for one campaign.",
        2,
        lambda person: person["source"] not in {"Cold list", "Installer"},
    )
    solar.collect(
        "Call back, East Coast",
        "Asked to be called again; office hours are 9 to 5 Eastern.",
        12,
        lambda person: person["status"] == "CALL BACK" and person["timezone"] == "America/New_York",
    )
    solar.collect(
        "Arizona pilot", "Two dozen to try the script on.", 8, lambda person: person["state"] == "AZ", limit=24
    )
    solar.collect(
        "Île-de-France & 東京 partners",
        "Introduced by the offices in Saint-Denis and 渋谷; they speak English.",
        35,
        lambda person: not fold(person["first_name"]).isascii(),
        limit=12,
    )
    solar.collect("Summer fair", "", 1, lambda _person: False)
    samples.fill(session, solar.imports, solar.segments, demo_campaigns.of_solar(now))
    _make_live(session, _SOLAR_LIVE)


def _fill_insurance(session: Session, now: datetime) -> None:
    # With a zone: looking up the first one would take longer than all the rest.
    same = {"status": "CUSTOMER", "timezone": "Europe/London"}
    customers = [person | same for person in people.read("fenwick_pell_customers.csv", _CUSTOMERS, "+44")]
    broker = _Company(now, people.more(customers, seed=44))
    broker.load(
        "lapsed_2023.csv", 610, broker.invented(118, status="LAPSED"), "Lapsed 2023", "Left us in 2023.", archived=300
    )
    broker.load(
        "fenwick_pell_customers.csv",
        88,
        [*customers, *broker.invented(940)],
        "All policies",
        "Every customer with a policy in force.",
    )
    broker.collect(
        "Motor, renewal in May",
        "Offer the no-claims bonus.",
        16,
        lambda person: person["source"] == "Motor" and person["status"] == "CUSTOMER",
    )
    broker.collect(
        "Complaints",
        "Handled by the office manager only.",
        5,
        lambda person: person["postal_code"] == "M1 2WD",
        limit=7,
    )
    samples.fill(session, broker.imports, broker.segments, demo_campaigns.of_insurance(now))
    _make_live(session, _INSURANCE_LIVE)


def _make_live(session: Session, live: Sequence[LiveSample]) -> None:
    """Make live segments of the people that are there."""
    for name, description, rule in live:
        segments.create(session, name, description, rule=expressions.parse(session, rule))

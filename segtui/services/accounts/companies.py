"""Companies: the tenants. Making and changing them is for admins."""

from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from segtui.database.tables.core_tables import companies, contacts, segments
from segtui.domain.names import checked_name
from segtui.domain.phones import DEFAULT_REGION, is_region
from segtui.domain.text import clean, name_key
from segtui.domain.timezones.clock_comparison import UTC_NAMES
from segtui.domain.timezones.zone_setting import checked_zone
from segtui.domain.timezones.zone_tables import zones_of_country
from segtui.errors import InvalidInput, NameTaken
from segtui.services.audit import audit
from segtui.services.company_zone import zone_changed
from segtui.services.interrupt import Interrupt
from segtui.services.segments.live import day_change
from segtui.services.session import Company, Session, Transaction, company_named, now
from segtui.services.small_listing import SmallListing


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company in a list of them, with how much it holds. `timezone` is the one in force, its own or the system's."""

    id: int
    name: str
    region: str
    timezone: str
    segments: int
    contacts: int


def every(session: Session) -> list[CompanyRow]:
    """Return every company the session may see, by name: all for an admin, the own one for others."""
    in_company = (segments.c.company_id == companies.c.id, segments.c.deleted_at.is_(None))
    of_segments = select(func.count()).where(*in_company).scalar_subquery()
    of_contacts = select(func.count()).where(contacts.c.company_id == companies.c.id).scalar_subquery()
    own = (companies.c.id, companies.c.name, companies.c.region, companies.c.timezone)
    statement = select(*own, of_segments.label("segments"), of_contacts.label("contacts"))
    if session.is_admin:
        session = session.bound_to(None)
    else:
        statement = statement.where(companies.c.id == bindparam("company"))
    with session.read() as tx:
        matches = tx.execute(statement.order_by(companies.c.name_key)).all()
    return [
        CompanyRow(row.id, row.name, row.region, zone, row.segments, row.contacts)
        for row in matches
        for zone in (row.timezone or usual_zone(row.region, session.zone),)
    ]


def zone_of(company: Company | None, zone: tzinfo | None) -> str:
    """Return the time zone of a company by its name in the IANA database; `zone` is the system's."""
    if company is not None and company.timezone is not None:
        return company.timezone
    return usual_zone(DEFAULT_REGION if company is None else company.region, zone)


def usual_zone(region: str, zone: tzinfo | None) -> str:
    """Return the default time zone of a company: the system's, or the main zone of its region.

    A server's clock shows UTC unless a zone was set, so UTC does not count as the system's zone.
    """
    name = getattr(zone, "key", None)
    if name is not None and not _is_utc(name):
        return str(name)
    return next(iter(zones_of_country(region)), "UTC")


def _is_utc(name: str) -> bool:
    return name.removeprefix("Etc/") in UTC_NAMES


@dataclass(frozen=True, slots=True)
class PlainQuery:
    """A search and a sort order for companies, users or keys. `sort` is one that the listing names."""

    search: str = ""
    sort: str = "name"
    descending: bool = False


def listing(session: Session, query: PlainQuery) -> SmallListing[CompanyRow]:
    """Return the companies of `query` as a listing; `sort` is a field of CompanyRow."""
    return SmallListing(
        lambda: every(session),
        lambda row: (row.name, row.region, row.timezone),
        lambda row: getattr(row, query.sort),
        query.search,
        query.descending,
    )


def state_of(session: Session, interrupt: Interrupt | None = None) -> object:
    """Return a value that is equal to one of before if no company, and nothing in one, was changed in between."""
    seen = (
        companies.c.name,
        companies.c.region,
        companies.c.timezone,
        companies.c.contact_changes,
        companies.c.segments_changed_at,
    )
    session.demand_admin()
    with session.bound_to(None).read(interrupt) as tx:
        return tuple(tuple(row) for row in tx.execute(select(companies.c.id, *seen).order_by(companies.c.id)))


def check_name(session: Session, name: str, besides: int | None = None) -> None:
    """Check that a company (other than `besides`) may have this name. Raises InvalidInput, NameTaken."""
    session.demand_admin()
    name = checked_name(name, "company")
    with session.bound_to(None).read() as tx:
        holder = tx.execute(select(companies.c.id).where(companies.c.name_key == name_key(name))).scalar()
    if holder is not None and holder != besides:
        raise _taken(name)


def names(session: Session, interrupt: Interrupt | None = None) -> dict[int, str]:
    """Return the names of the companies the session looks at, by their ids."""
    statement = select(companies.c.id, companies.c.name)
    if session.company is not None:
        statement = statement.where(companies.c.id == bindparam("company"))
    with session.read(interrupt) as tx:
        return {row.id: row.name for row in tx.execute(statement)}


def several(session: Session) -> bool:
    """Tell whether the session may see more than one company."""
    if not session.is_admin:
        return False
    with session.bound_to(None).read() as tx:
        return len(tx.execute(select(companies.c.id).limit(2)).all()) > 1


def across_companies(session: Session) -> Session:
    """Return an admin's session for all companies where its company is the only one.

    It also shows what belongs to no company, such as admins.
    """
    return session if session.company is None or several(session) else session.bound_to(None)


def by_name(session: Session, name: str) -> Company:
    """Return a company by its name, for an admin. Raises NotFound."""
    session.demand_admin()
    with session.bound_to(None).read() as tx:
        return company_named(tx, name)


def create(session: Session, name: str, region: str = DEFAULT_REGION, timezone: str | None = None) -> Company:
    """Make a company; without a time zone it has the system's. Raises InvalidInput, NameTaken, NotAllowed."""
    session.demand_admin()
    name = checked_name(name, "company")
    region = checked_region(region)
    own_zone = None if timezone is None else checked_zone(timezone, region)
    with session.bound_to(None).write() as tx:
        try:
            key = tx.execute(
                insert(companies).returning(companies.c.id),
                {
                    "name": name,
                    "name_key": name_key(name),
                    "region": region,
                    "timezone": own_zone,
                    "created_at": now(),
                },
            ).scalar_one()
        except IntegrityError:
            raise _taken(name) from None
        _record(tx, "company.create", name, key)
    return Company(key, name, region, own_zone)


def edit(
    session: Session,
    name: str,
    *,
    new_name: str | None = None,
    region: str | None = None,
    timezone: str | None = None,
) -> Company:
    """Rename a company, or change the region its phones are read for, or its time zone.

    Campaigns keep their zone. Days in criteria, and with them the members of live segments, are those of the new zone
    from now on. Raises NotFound, InvalidInput, NameTaken.
    """
    session.demand_admin()
    with session.bound_to(None).write() as tx:
        company = company_named(tx, name)
        new_region = company.region if region is None else checked_region(region)
        changed = Company(
            company.id,
            company.name if new_name is None else checked_name(new_name, "company"),
            new_region,
            company.timezone if timezone is None else checked_zone(timezone, new_region),
        )
        try:
            tx.execute(
                update(companies).where(companies.c.id == company.id),
                {
                    "name": changed.name,
                    "name_key": name_key(changed.name),
                    "region": changed.region,
                    "timezone": changed.timezone,
                },
            )
        except IntegrityError:
            raise _taken(changed.name) from None
        if changed.timezone != company.timezone:
            from segtui.services.segments.live import catching_up

            zone_changed(tx, company.id)
            within = tx.within(changed)
            catching_up.catch_up_in(within)
            within.finish()
        _record(tx, "company.edit", changed.name, company.id)
    if changed.timezone != company.timezone:
        day_change.forget_checks(session.database)  # its days end at another time
    return changed


def _record(tx: Transaction, action: str, name: str, company_id: int) -> None:
    """Write the audit entry into the trail of the company it is about, whichever one the session is bound to."""
    audit.record(tx, action, name, company_id=company_id)


def _taken(name: str) -> NameTaken:
    return NameTaken(f"There is already a company “{clean(name)}”.", "name")


def checked_region(region: str) -> str:
    """Return a region as it is stored. Raises InvalidInput."""
    region = region.strip().upper()
    if not is_region(region):
        raise InvalidInput(f"“{clean(region)}” is not a region code such as US or GB.", "region")
    return region

"""The time zone of a company, in which the days of criteria and live segments begin."""

from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from segtui.config.settings import system_zone
from segtui.database.tables.core_tables import companies, segments
from segtui.services import session as sessions
from segtui.services.session import Session, Transaction, moment, stored


def company_zone(scope: Session | Transaction, company_id: int | None = None) -> tzinfo | None:
    """Return the present time zone of a company, or the system's where none is set.

    All users of a company have the same days, whatever zone they see times in: the members of live segments depend on
    them. A session of all companies has its own zone, unless `company_id` names one. None is the system's
    zone where only the C library knows it: `moment.astimezone(zone)` is right in every case. With a Session it opens a
    transaction.
    """
    if isinstance(scope, Session):
        with scope.read() as tx:
            return company_zone(tx, company_id)
    company = scope.session.company
    identity = company_id if company is None else company.id
    if identity is None:
        return scope.session.zone
    # Read again, because an admin may have changed it since the session was opened.
    statement = select(companies.c.timezone).where(companies.c.id == bindparam("company"))
    name = scope.execute(statement, {"company": identity}).scalar_one_or_none()
    return stored_zone(name)


def stored_zone(name: str | None) -> tzinfo | None:
    """Return the zone of a value of `companies.timezone`, in which None stands for the system's zone."""
    return system_zone() if name is None else ZoneInfo(name)


def company_today(scope: Session | Transaction, company_id: int | None = None) -> date:
    """Return the present day in the time zone that `company_zone` returns."""
    return company_day(sessions.now(), company_zone(scope, company_id))


def company_day(timestamp: int, zone: tzinfo | None) -> date:
    """Return the day of a stored time in the zone that `company_zone` returned."""
    return moment(timestamp).astimezone(zone).date()


def end_of_day(day: date, zone: tzinfo | None) -> int:
    """Return the stored time at which the day after `day` begins, in the zone that `company_zone` returned."""
    midnight = datetime.combine(day + timedelta(days=1), time(), zone)
    return stored(midnight if zone is not None else midnight.astimezone())


def zone_changed(tx: Transaction, company_id: int) -> None:
    """Make every live segment of the company due to be evaluated again, because its days changed.

    Days in a rule depend on the zone whether they are relative or not, so all rules are due.
    """
    live = (segments.c.company_id == company_id, segments.c.rule.is_not(None))
    tx.execute(update(segments).where(*live).values(changes_at=0))

"""The time zone of a company, which says where its days begin: those of criteria and of live segments."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from segtui.database.tables.core_tables import companies, segments
from segtui.services.session import Session, Transaction


def company_zone(scope: Session | Transaction, company_id: int | None = None) -> tzinfo | None:
    """Return the time zone of a company as it is set now, or the session's zone where none is set.

    A session of all companies has its own zone, unless `company_id` says whose is meant. None is the system's zone:
    `moment.astimezone(zone)` is right in every case. With a Session it opens a transaction.
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
    return scope.session.zone if name is None else ZoneInfo(name)


def company_today(scope: Session | Transaction, company_id: int | None = None) -> date:
    """Return the present day in the time zone that `company_zone` returns."""
    return datetime.now().astimezone(company_zone(scope, company_id)).date()


def zone_changed(tx: Transaction, company_id: int) -> None:
    """Make every live segment of the company due to be evaluated again, because its days are others now.

    Days in a rule depend on the zone whether they are relative or not, so all rules are due.
    """
    live = (segments.c.company_id == company_id, segments.c.rule.is_not(None))
    tx.execute(update(segments).where(*live).values(changes_at=0))

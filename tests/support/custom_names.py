"""Names of custom fields in the table that offers them."""

from sqlalchemy import select

from segtui.database.tables.core_tables import custom_field_names
from segtui.services.session import Session


def know_custom_fields(session: Session, *names: str) -> None:
    """Make sure that the company's custom fields have these names among theirs."""
    with session.write() as tx:
        query = select(custom_field_names.c.name).where(tx.scope(custom_field_names))
        for name in set(names) - set(tx.execute(query).scalars()):
            tx.execute(custom_field_names.insert().values(company_id=tx.company_id, name=name))

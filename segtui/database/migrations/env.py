"""The Alembic environment: runs the migrations on the connection that `schema.migrate` hands over."""

from alembic import context

from segtui.database.schema import VERSION_TABLE
from segtui.database.tables.core_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()

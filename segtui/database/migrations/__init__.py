"""The migrations, one a schema version. Alembic reads them as files."""

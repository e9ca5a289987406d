"""Location of a database: what tells it from a copy of itself, on another host or in another file.

SQLite: the machine and the file's inode, so a file that is renamed on its file system stays where it is, and a file
that was copied does not. PostgreSQL: the cluster's system identifier and the database's oid, so a dump that was
restored elsewhere is a copy. A copy that looks the same (a cloned machine) is noticed by its calls
(`services.campaigns.dispatch.unrecorded_calls`).
"""

import socket
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection

from segtui.database.engine import Database

_MACHINE_IDS: Final = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


class Location(NamedTuple):
    """`key` is compared, `name` is for people."""

    key: str
    name: str


def location_of(database: Database, connection: Connection) -> Location:
    """Return where a database is. Raises DBAPIError."""
    if database.path is not None:
        path = database.path.resolve()
        return Location(f"{_machine()}:{path.stat().st_ino}", f"{path} on {socket.gethostname()}")
    cluster = ""
    # Some hosted servers keep it from their customers.
    if connection.exec_driver_sql("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')").scalar():
        cluster = connection.exec_driver_sql("SELECT system_identifier::text FROM pg_control_system()").scalar_one()
    oid = connection.exec_driver_sql("SELECT oid::text FROM pg_database WHERE datname = current_database()")
    return Location(f"{cluster}:{oid.scalar_one()}", database.description)


def _machine() -> str:
    """Return an id of this machine; blank where the system has none, as in some containers."""
    for path in _MACHINE_IDS:
        try:
            machine_id = path.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
        if machine_id:
            # The id itself is confidential (machine-id(5)).
            return sha256(b"segtui" + machine_id.encode()).hexdigest()[:32]
    return ""

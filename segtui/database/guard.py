"""PostgreSQL's own boundary between companies: row-level security, and the two roles that a transaction takes.

The program is right without it: every statement names its company (`engine._demand_company`). This is for the statement
that names the wrong one, or that got past: whoever works in one company takes the role of members, which sees no row of
another; who looks at all of them, the role of admins. An account that took neither sees nothing, unless it inherits
from them or is a superuser.

Roles belong to a whole server, so they are named after the database; which they are is read from the policies, for a
database can be renamed or copied.

A policy makes the server test it before anything that might leak, so that no index of trigrams can be asked any more.
Searches go through `segtui_search` therefore, which belongs to the role of admins, and tests the company itself. It is
safe, for it answers nothing but where rows lie, which the statement that asks has to read under the policy of members
then, and only those of the company that it is bound to; what is asked for only ever stands inside of a quoted pattern;
and its search path is its own. Where a row lies is unique in its partition, and a company has just one partition. It
takes no longer than without a policy, for no index leads from place to row. What it does not hide is time: the index
is that of all companies, so a word that others have often takes longer to look up.

Where tables are partitioned by company, a statement on a table goes by its rights and policies alone. The partitions
have the same policies, and no right for either role: a statement on a partition itself is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Row, text

from segtui.database.admission import SIGNED_OUT, Pass
from segtui.database.schema import VERSION_TABLE
from segtui.database.tables import COMPANY_TABLES, metadata
from segtui.errors import DatabaseError, SignedOut
from segtui.text import clean

COMPANY_SETTING: Final = "segtui.company"
_MEMBER, _ADMIN = "segtui_member", "segtui_admin"
# Nobody but admins sees who the users are: members have no right to these tables. Their rows have policies besides.
_OF_ADMINS: Final = frozenset({"users", "user_keys"})
_GUARDED: Final = COMPANY_TABLES | {"companies", "user_keys"}
_EVERYTHING: Final = "SELECT, INSERT, UPDATE, DELETE"
_ANY_RIGHT: Final = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
_RIGHTS: Final = {
    "audit": "SELECT, INSERT",
    "companies": "SELECT, UPDATE (contact_changes, segments_changed_at)",
    "segtui_version": "SELECT",
    "dispatcher": "SELECT",
    "database_ids": "SELECT",
}
"""What members may, where it is not everything."""
_ADMIN_RIGHTS: Final = {"audit": "SELECT, INSERT", "segtui_version": "SELECT"}

_COMPANY = f"""
CREATE OR REPLACE FUNCTION segtui_company() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('{COMPANY_SETTING}', true), '')::bigint $$
"""
# Looks the user up and says what is not as it was, or nothing.
_ENTER = """
CREATE OR REPLACE FUNCTION segtui_enter(asked bigint, as_role text, of_company bigint, with_key text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$
DECLARE
    who users%ROWTYPE;
BEGIN
    SELECT * INTO who FROM users AS u WHERE u.id = asked;
    IF NOT FOUND OR who.enabled <> 1 THEN
        RETURN 'disabled';
    END IF;
    IF with_key IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM user_keys AS k WHERE k.fingerprint = with_key AND k.user_id = asked
    ) THEN
        RETURN 'key';
    END IF;
    IF who.role <> as_role OR who.company_id IS DISTINCT FROM of_company THEN
        RETURN 'changed';
    END IF;
    RETURN '';
END
$$
"""
# `asked` is a list of clauses, each a list of alternatives, each a list of patterns that must all occur.
_SEARCH = """
CREATE OR REPLACE FUNCTION segtui_search(asked text) RETURNS SETOF tid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = {schema}, pg_temp
AS $$
DECLARE
    condition text := '';
BEGIN
    SELECT string_agg('(' || clauses.either || ')', ' AND ') INTO condition FROM (
        SELECT (
            SELECT string_agg('(' || (
                SELECT string_agg('search LIKE ' || quote_literal('%' || replace(replace(replace(
                    patterns.each, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'), ' AND ')
                FROM jsonb_array_elements_text(alternatives.each) AS patterns(each)
            ) || ')', ' OR ')
            FROM jsonb_array_elements(clause.each) AS alternatives(each)
        ) AS either
        FROM jsonb_array_elements(asked::jsonb) AS clause(each)
    ) AS clauses;
    RETURN QUERY EXECUTE
        'SELECT ctid FROM contacts WHERE company_id = $1 AND ' || coalesce(condition, 'false') USING segtui_company();
END
$$
"""
_ROLES_OF_POLICIES = text("""
SELECT p.polname AS policy, r.rolname AS role, pg_has_role(session_user, r.oid, 'MEMBER') AS may
FROM pg_policy AS p JOIN pg_roles AS r ON r.oid = ANY (p.polroles)
WHERE p.polrelid = to_regclass('contacts') AND p.polname IN ('segtui_member', 'segtui_admin')
""").execution_options(every_company=True)


_ROLE: Final = f"set_config('role', :role, true), set_config('{COMPANY_SETTING}', :company, true)"
_TAKE_ROLE: Final = text(f"SELECT {_ROLE}").execution_options(every_company=True)
_ENTER_AS: Final = text(
    "SELECT segtui_enter(CAST(:user AS bigint), :of_role, CAST(:of AS bigint), CAST(:key AS text)), " + _ROLE
).execution_options(every_company=True)


@dataclass(frozen=True, slots=True)
class Guard:
    """The roles of a database: of who works in one company, and of who looks at all of them."""

    member: str
    admin: str

    def enter(self, connection: Connection, company_id: int | None, pass_: Pass) -> None:
        """Look the user up, take the role that goes with the companies looked at, and say which: in one question.

        It holds to the end of the transaction. Raises SignedOut.
        """
        role = self.admin if company_id is None else self.member
        company = "" if company_id is None else str(company_id)
        if pass_.user_id is None:
            connection.execute(_TAKE_ROLE, {"role": role, "company": company})
            return
        who = {"user": pass_.user_id, "of_role": pass_.role, "of": pass_.company_id, "key": pass_.fingerprint}
        said = connection.execute(_ENTER_AS, {**who, "role": role, "company": company}).scalar_one()
        if said:
            raise SignedOut(SIGNED_OUT[said])


def find(connection: Connection) -> Guard | None:
    """Return the roles of the database, None where it has none. Raises DatabaseError where this account may not."""
    rows = connection.execute(_ROLES_OF_POLICIES).all()
    roles = {row.policy: row.role for row in rows}
    if set(roles) != {_MEMBER, _ADMIN}:
        return None
    if not all(row.may for row in rows):
        account = _ask(connection, "SELECT current_user")[0][0]
        raise DatabaseError(
            f"The account {clean(account)} may not take the roles of this database; whoever runs the server allows it "
            f"by GRANT {_quoted(roles[_MEMBER])}, {_quoted(roles[_ADMIN])} TO {_quoted(account)}."
        )
    return Guard(roles[_MEMBER], roles[_ADMIN])


def install(connection: Connection) -> str | None:
    """Make roles, policies and functions, or bring them up to date. Return why this account may not, or None.

    Inside the transaction that is open, as an account that owns the tables.
    """
    from sqlalchemy.exc import DBAPIError

    try:
        with connection.begin_nested():
            guard = _roles(connection)
            _grant(connection, guard)
            _functions(connection, guard)
            for table in sorted(_GUARDED):
                _protect(connection, table, table, guard)
            for partition, table in _partitions(connection):
                _run(connection, f"REVOKE ALL ON {partition} FROM {_quoted(guard.member)}, {_quoted(guard.admin)}")
                _protect(connection, partition, table, guard)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":
            raise
        account = _ask(connection, "SELECT current_user")[0][0]
        return (
            f"The account {clean(account)} may not make roles: the program alone keeps companies apart; who runs the "
            f"server allows it by ALTER ROLE {_quoted(account)} CREATEROLE, then `segtui db upgrade` does it."
        )
    return None


def lift(connection: Connection) -> None:
    """Let the owner of the tables see all rows, for a migration; `install` puts it back."""
    for table in _forced(connection):
        _run(connection, f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")


def problems(connection: Connection) -> Iterator[str]:
    """Yield what is wrong with the boundary, in sentences; nothing where there is none at all."""
    guard = find(connection)
    if guard is None:
        return
    yield from _wrong_policies(connection, guard)
    yield from _wrong_rights(connection, guard)
    for role in (guard.member, guard.admin):
        attributes = f"SELECT rolsuper OR rolbypassrls OR rolcanlogin FROM pg_roles WHERE rolname = '{_literal(role)}'"  # noqa: S608  quoted
        if _ask(connection, attributes)[0][0]:
            yield f"The role {clean(role)} may more than it should: ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOLOGIN."


def _wrong_policies(connection: Connection, guard: Guard) -> Iterator[str]:
    relations = [*((table, table) for table in sorted(_GUARDED)), *_partitions(connection)]
    forced = _forced(connection)
    if unforced := [name for name, _ in relations if name not in forced]:
        yield f"Row-level security is off for {', '.join(unforced)}: run `segtui db upgrade`."
    for name, table in relations:
        policies = {tuple(row) for row in _ask(connection, _POLICIES.format(relation=_literal(name)))}
        if {(policy, role, test) for policy, role, test, _ in policies} != _expected(table, guard) or any(
            test != check for _, _, test, check in policies
        ):
            yield f"The policies of {name} are not those of this program: run `segtui db upgrade`."


def _wrong_rights(connection: Connection, guard: Guard) -> Iterator[str]:
    for table in sorted(_OF_ADMINS):
        if _has_right(connection, guard.member, table, _EVERYTHING):
            yield f"The role of members may read or change {table}: run `segtui db upgrade`."
    for role in (guard.member, guard.admin):
        if _has_right(connection, role, "audit", "UPDATE, DELETE, TRUNCATE"):
            yield f"The role {clean(role)} may change the audit trail: run `segtui db upgrade`."
        for name, table in _partitions(connection):
            if _has_right(connection, role, name, _ANY_RIGHT):
                yield f"The role {clean(role)} has rights to {name}, a part of {table}: run `segtui db upgrade`."


def _has_right(connection: Connection, role: str, relation: str, rights: str) -> bool:
    """Tell whether a role has at least one of some rights to a table or partition."""
    query = f"SELECT has_table_privilege('{_literal(role)}', '{_literal(relation)}', '{rights}')"
    return bool(_ask(connection, query)[0][0])


def _roles(connection: Connection) -> Guard:
    """Return the roles of the database, made where there are none, with this account and the tables' owner in them."""
    guard = find(connection) or _named_after(_ask(connection, "SELECT current_database()")[0][0])
    owner = _ask(connection, "SELECT tableowner FROM pg_tables WHERE tablename = 'contacts'")[0][0]
    account, version = _ask(connection, "SELECT current_user, current_setting('server_version_num')::int")[0]
    # From 16 on, who took no role need not have what it may, and who made a role may not take it yet.
    how, takes = (" WITH INHERIT FALSE, SET TRUE", "SET") if version >= 160_000 else ("", "MEMBER")
    for role in (guard.member, guard.admin):
        if not _ask(connection, f"SELECT 1 FROM pg_roles WHERE rolname = '{_literal(role)}'"):  # noqa: S608  quoted
            _run(connection, f"CREATE ROLE {_quoted(role)} NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT")
        for who in {account, owner}:
            holds = f"SELECT pg_has_role('{_literal(who)}', '{_literal(role)}', '{takes}')"
            if not _ask(connection, holds)[0][0]:
                _run(connection, f"GRANT {_quoted(role)} TO {_quoted(who)}{how}")
    return guard


def _named_after(database: str) -> Guard:
    if len(database.encode()) > _LONGEST:
        import hashlib

        database = (
            f"{database.encode()[:30].decode(errors='ignore')}_{hashlib.sha256(database.encode()).hexdigest()[:8]}"
        )
    return Guard(f"segtui_member_{database}", f"segtui_admin_{database}")


def _grant(connection: Connection, guard: Guard) -> None:
    member, admin = _quoted(guard.member), _quoted(guard.admin)
    _run(
        connection,
        f"GRANT TEMPORARY ON DATABASE {_quoted(_ask(connection, 'SELECT current_database()')[0][0])} "
        f"TO {member}, {admin}",
    )
    _run(connection, f"GRANT USAGE ON SCHEMA {_schema(connection)} TO {member}, {admin}")
    tables = [table.name for table in metadata.sorted_tables if table.info.get("backend") is None]
    for table in (*tables, VERSION_TABLE):
        _run(connection, f"REVOKE ALL ON {table} FROM {member}, {admin}")
        _run(connection, f"GRANT {_ADMIN_RIGHTS.get(table, _EVERYTHING)} ON {table} TO {admin}")
        if table not in _OF_ADMINS:
            _run(connection, f"GRANT {_RIGHTS.get(table, _EVERYTHING)} ON {table} TO {member}")
    for (sequence,) in _ask(connection, _SEQUENCES):
        _run(connection, f"GRANT USAGE, SELECT ON SEQUENCE {sequence} TO {member}, {admin}")


def _functions(connection: Connection, guard: Guard) -> None:
    member, admin, schema = _quoted(guard.member), _quoted(guard.admin), _schema(connection)
    owner = _quoted(_ask(connection, "SELECT current_user")[0][0])
    _run(connection, _COMPANY)
    # A replaced function keeps its owner.
    _run(connection, f"GRANT CREATE ON SCHEMA {schema} TO {admin}")
    for body, signature in ((_ENTER, "segtui_enter(bigint, text, bigint, text)"), (_SEARCH, "segtui_search(text)")):
        _run(connection, body.replace("{schema}", schema))
        _run(connection, f"ALTER FUNCTION {signature} OWNER TO {admin}")
        _run(connection, f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        _run(connection, f"GRANT EXECUTE ON FUNCTION {signature} TO {member}, {owner}")
    _run(connection, f"REVOKE CREATE ON SCHEMA {schema} FROM {admin}")


def _protect(connection: Connection, name: str, table: str, guard: Guard) -> None:
    """Give a table, or the partition of this name, the policies of the table."""
    for policy, role, test in sorted(_expected(table, guard)):
        _run(connection, f"DROP POLICY IF EXISTS {policy} ON {name}")
        _run(connection, f"CREATE POLICY {policy} ON {name} TO {_quoted(role)} USING ({test}) WITH CHECK ({test})")
    _run(connection, f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    _run(connection, f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")


def _expected(table: str, guard: Guard) -> set[tuple[str, str, str]]:
    """Return the policies of a table: name, role and test. They are two, for an `OR` would cost every index."""
    column = "id" if table == "companies" else "company_id"
    # Keys know no company, and their users are not for members to look up.
    mine = "false" if table == "user_keys" else f"({column} = segtui_company())"
    return {(_MEMBER, guard.member, mine), (_ADMIN, guard.admin, "true")}


_LONGEST: Final = 48
# The role is NULL where a policy is for everybody.
_POLICIES: Final = (
    "SELECT p.polname, r.rolname, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid) "
    "FROM pg_policy AS p LEFT JOIN pg_roles AS r ON r.oid = p.polroles[1] WHERE p.polrelid = to_regclass('{relation}') "
    "AND p.polcmd = '*' AND p.polpermissive AND cardinality(p.polroles) = 1"
)
_SEQUENCES: Final = (
    "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) FROM pg_sequences "
    "WHERE schemaname = (SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('contacts'))"
)


def _partitions(connection: Connection) -> list[tuple[str, str]]:
    """Return every partition of a guarded table, by its name in statements, with that table."""
    tables = ", ".join(f"('{table}')" for table in sorted(_GUARDED))
    of_tables = (
        f"SELECT p.relid::regclass::text, t.name FROM (VALUES {tables}) AS t(name), "  # noqa: S608  ours
        "pg_partition_tree(to_regclass(t.name)) AS p WHERE p.level > 0 ORDER BY 1"
    )
    return [(partition, table) for partition, table in _ask(connection, of_tables)]


def _forced(connection: Connection) -> list[str]:
    """Return the guarded tables and partitions whose owner is held to the policies too, by name in statements."""
    names = [*sorted(_GUARDED), *(partition for partition, _ in _partitions(connection))]
    relations = ", ".join(f"to_regclass('{_literal(name)}')" for name in names)
    forced = f"SELECT oid::regclass::text FROM pg_class WHERE oid IN ({relations}) "  # noqa: S608  names of ours
    return [row[0] for row in _ask(connection, forced + "AND relrowsecurity AND relforcerowsecurity")]


def _schema(connection: Connection) -> str:
    found = "SELECT quote_ident(nspname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
    return str(_ask(connection, found + "WHERE c.oid = to_regclass('contacts')")[0][0])


def _ask(connection: Connection, statement: str) -> Sequence[Row[*tuple[Any, ...]]]:
    return _run(connection, statement).all()


def _run(connection: Connection, statement: str) -> CursorResult[*tuple[Any, ...]]:
    return connection.exec_driver_sql(statement, execution_options={"every_company": True, "no_parameters": True})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str) -> str:
    return value.replace("'", "''")

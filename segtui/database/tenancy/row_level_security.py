"""PostgreSQL's own boundary between companies: row-level security, and the two roles that a transaction takes.

The program is right without it: every statement names its company (`statement_guard`). This is for a statement that
names the wrong one, or that passed the guard. A transaction on one company takes the role of members, which sees no row
of another company; a transaction on all of them takes the role of admins. An account that took neither sees nothing,
unless it inherits from them or is a superuser.

Roles belong to a whole server, so they are named after the database. Their names are read from the policies, because a
database can be renamed or copied.

The server tests a policy before anything that might leak, so no condition can use the trigram index any more. Searches
call the function `segtui_search` instead, which belongs to the role of admins and tests the company itself. It is safe:
it returns nothing but places of rows of the bound company, and the calling statement still reads those under the policy
of members; the search text is only ever part of a quoted pattern; and its search path is its own. A place is unique in
its partition, and a company has just one partition. It takes no longer than a search without policies. It does not hide
time: the index holds all companies, so a word that is frequent elsewhere takes longer to look up.

Where tables are partitioned by company, a statement on a table goes by its rights and policies alone. The partitions
have the same policies, and no right for either role: a statement on a partition itself is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Row, text

from segtui.database.schema import VERSION_TABLE
from segtui.database.tables.core_tables import COMPANY_TABLES, metadata
from segtui.database.tenancy.session_check import SIGNED_OUT, SessionClaims
from segtui.domain.text import clean
from segtui.errors import DatabaseError, SignedOut

COMPANY_SETTING: Final = "segtui.company"
_MEMBER, _ADMIN = "segtui_member", "segtui_admin"
# Only admins see the users: members have no right to these tables. Their rows have policies besides.
_ADMIN_TABLES: Final = frozenset({"users", "user_keys"})
_PROTECTED_TABLES: Final = COMPANY_TABLES | {"companies", "user_keys"}
_ALL_RIGHTS: Final = "SELECT, INSERT, UPDATE, DELETE"
_ANY_RIGHT: Final = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
_MEMBER_RIGHTS: Final = {
    "audit": "SELECT, INSERT",
    "companies": "SELECT, UPDATE (contact_changes, segments_changed_at)",
    "segtui_version": "SELECT",
    "dispatcher": "SELECT",
    "database_ids": "SELECT",
}
"""Rights of members where they are not all rights."""
_ADMIN_RIGHTS: Final = {"audit": "SELECT, INSERT", "segtui_version": "SELECT"}

_COMPANY = f"""
CREATE OR REPLACE FUNCTION segtui_company() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('{COMPANY_SETTING}', true), '')::bigint $$
"""
# Returns the first claim that does not hold, or an empty text.
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
class CompanyRoles:
    """The two roles of a database: for transactions on one company, and for those on all companies."""

    member: str
    admin: str

    def enter(self, connection: Connection, company_id: int | None, claims: SessionClaims) -> None:
        """Check the claims, take the role and set the company, in one statement.

        It holds to the end of the transaction. Raises SignedOut.
        """
        role = self.admin if company_id is None else self.member
        company = "" if company_id is None else str(company_id)
        if claims.user_id is None:
            connection.execute(_TAKE_ROLE, {"role": role, "company": company})
            return
        values = {"user": claims.user_id, "of_role": claims.role, "of": claims.company_id, "key": claims.fingerprint}
        refusal = connection.execute(_ENTER_AS, {**values, "role": role, "company": company}).scalar_one()
        if refusal:
            raise SignedOut(SIGNED_OUT[refusal])


def detect_roles(connection: Connection) -> CompanyRoles | None:
    """Return the roles of the database, None where it has none. Raises DatabaseError where this account may not."""
    rows = connection.execute(_ROLES_OF_POLICIES).all()
    roles = {row.policy: row.role for row in rows}
    if set(roles) != {_MEMBER, _ADMIN}:
        return None
    if not all(row.may for row in rows):
        account = _rows(connection, "SELECT current_user")[0][0]
        raise DatabaseError(
            f"The account {clean(account)} may not take the roles of this database; whoever runs the server allows it "
            f"by GRANT {_quoted(roles[_MEMBER])}, {_quoted(roles[_ADMIN])} TO {_quoted(account)}."
        )
    return CompanyRoles(roles[_MEMBER], roles[_ADMIN])


def install(connection: Connection) -> str | None:
    """Make roles, policies and functions, or bring them up to date. Return why this account may not, or None.

    Inside the transaction that is open, as an account that owns the tables.
    """
    from sqlalchemy.exc import DBAPIError

    try:
        with connection.begin_nested():
            roles = _roles(connection)
            _grant(connection, roles)
            _functions(connection, roles)
            for table in sorted(_PROTECTED_TABLES):
                _protect(connection, table, table, roles)
            for partition, table in _partitions(connection):
                _run(connection, f"REVOKE ALL ON {partition} FROM {_quoted(roles.member)}, {_quoted(roles.admin)}")
                _protect(connection, partition, table, roles)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":
            raise
        account = _rows(connection, "SELECT current_user")[0][0]
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
    roles = detect_roles(connection)
    if roles is None:
        return
    yield from _wrong_policies(connection, roles)
    yield from _wrong_rights(connection, roles)
    for role in (roles.member, roles.admin):
        attributes = f"SELECT rolsuper OR rolbypassrls OR rolcanlogin FROM pg_roles WHERE rolname = '{_literal(role)}'"  # noqa: S608  quoted
        if _rows(connection, attributes)[0][0]:
            yield f"The role {clean(role)} may more than it should: ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOLOGIN."


def _wrong_policies(connection: Connection, roles: CompanyRoles) -> Iterator[str]:
    relations = [*((table, table) for table in sorted(_PROTECTED_TABLES)), *_partitions(connection)]
    forced = _forced(connection)
    if unforced := [name for name, _ in relations if name not in forced]:
        yield f"Row-level security is off for {', '.join(unforced)}: run `segtui db upgrade`."
    for name, table in relations:
        policies = {tuple(row) for row in _rows(connection, _POLICIES.format(relation=_literal(name)))}
        if {(policy, role, test) for policy, role, test, _ in policies} != _expected(table, roles) or any(
            test != check for _, _, test, check in policies
        ):
            yield f"The policies of {name} are not those of this program: run `segtui db upgrade`."


def _wrong_rights(connection: Connection, roles: CompanyRoles) -> Iterator[str]:
    for table in sorted(_ADMIN_TABLES):
        if _has_right(connection, roles.member, table, _ALL_RIGHTS):
            yield f"The role of members may read or change {table}: run `segtui db upgrade`."
    for role in (roles.member, roles.admin):
        if _has_right(connection, role, "audit", "UPDATE, DELETE, TRUNCATE"):
            yield f"The role {clean(role)} may change the audit trail: run `segtui db upgrade`."
        for name, table in _partitions(connection):
            if _has_right(connection, role, name, _ANY_RIGHT):
                yield f"The role {clean(role)} has rights to {name}, a part of {table}: run `segtui db upgrade`."


def _has_right(connection: Connection, role: str, relation: str, rights: str) -> bool:
    """Tell whether a role has at least one of some rights to a table or partition."""
    query = f"SELECT has_table_privilege('{_literal(role)}', '{_literal(relation)}', '{rights}')"
    return bool(_rows(connection, query)[0][0])


def _roles(connection: Connection) -> CompanyRoles:
    """Return the roles of the database, made where there are none, with this account and the tables' owner in them."""
    roles = detect_roles(connection) or _named_after(_rows(connection, "SELECT current_database()")[0][0])
    owner = _rows(connection, "SELECT tableowner FROM pg_tables WHERE tablename = 'contacts'")[0][0]
    account, version = _rows(connection, "SELECT current_user, current_setting('server_version_num')::int")[0]
    # From 16 on, a member need not inherit the rights of a role, and its creator is no member that may take it yet.
    how, takes = (" WITH INHERIT FALSE, SET TRUE", "SET") if version >= 160_000 else ("", "MEMBER")
    for role in (roles.member, roles.admin):
        if not _rows(connection, f"SELECT 1 FROM pg_roles WHERE rolname = '{_literal(role)}'"):  # noqa: S608  quoted
            _run(connection, f"CREATE ROLE {_quoted(role)} NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT")
        for grantee in {account, owner}:
            holds = f"SELECT pg_has_role('{_literal(grantee)}', '{_literal(role)}', '{takes}')"
            if not _rows(connection, holds)[0][0]:
                _run(connection, f"GRANT {_quoted(role)} TO {_quoted(grantee)}{how}")
    return roles


def _named_after(database: str) -> CompanyRoles:
    if len(database.encode()) > _MAX_NAME_BYTES:
        import hashlib

        database = (
            f"{database.encode()[:30].decode(errors='ignore')}_{hashlib.sha256(database.encode()).hexdigest()[:8]}"
        )
    return CompanyRoles(f"segtui_member_{database}", f"segtui_admin_{database}")


def _grant(connection: Connection, roles: CompanyRoles) -> None:
    member, admin = _quoted(roles.member), _quoted(roles.admin)
    _run(
        connection,
        f"GRANT TEMPORARY ON DATABASE {_quoted(_rows(connection, 'SELECT current_database()')[0][0])} "
        f"TO {member}, {admin}",
    )
    _run(connection, f"GRANT USAGE ON SCHEMA {_schema(connection)} TO {member}, {admin}")
    tables = [table.name for table in metadata.sorted_tables if table.info.get("backend") is None]
    for table in (*tables, VERSION_TABLE):
        _run(connection, f"REVOKE ALL ON {table} FROM {member}, {admin}")
        _run(connection, f"GRANT {_ADMIN_RIGHTS.get(table, _ALL_RIGHTS)} ON {table} TO {admin}")
        if table not in _ADMIN_TABLES:
            _run(connection, f"GRANT {_MEMBER_RIGHTS.get(table, _ALL_RIGHTS)} ON {table} TO {member}")
    for (sequence,) in _rows(connection, _SEQUENCES):
        _run(connection, f"GRANT USAGE, SELECT ON SEQUENCE {sequence} TO {member}, {admin}")


def _functions(connection: Connection, roles: CompanyRoles) -> None:
    member, admin, schema = _quoted(roles.member), _quoted(roles.admin), _schema(connection)
    owner = _quoted(_rows(connection, "SELECT current_user")[0][0])
    _run(connection, _COMPANY)
    # A replaced function keeps its owner.
    _run(connection, f"GRANT CREATE ON SCHEMA {schema} TO {admin}")
    for body, signature in ((_ENTER, "segtui_enter(bigint, text, bigint, text)"), (_SEARCH, "segtui_search(text)")):
        _run(connection, body.replace("{schema}", schema))
        _run(connection, f"ALTER FUNCTION {signature} OWNER TO {admin}")
        _run(connection, f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        _run(connection, f"GRANT EXECUTE ON FUNCTION {signature} TO {member}, {owner}")
    _run(connection, f"REVOKE CREATE ON SCHEMA {schema} FROM {admin}")


def _protect(connection: Connection, name: str, table: str, roles: CompanyRoles) -> None:
    """Give a table, or the partition of this name, the policies of the table."""
    for policy, role, test in sorted(_expected(table, roles)):
        _run(connection, f"DROP POLICY IF EXISTS {policy} ON {name}")
        _run(connection, f"CREATE POLICY {policy} ON {name} TO {_quoted(role)} USING ({test}) WITH CHECK ({test})")
    _run(connection, f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    _run(connection, f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")


def _expected(table: str, roles: CompanyRoles) -> set[tuple[str, str, str]]:
    """Return the policies of a table: name, role and test. They are two, for an `OR` would cost every index."""
    column = "id" if table == "companies" else "company_id"
    # Keys know no company, and their users are not for members to look up.
    mine = "false" if table == "user_keys" else f"({column} = segtui_company())"
    return {(_MEMBER, roles.member, mine), (_ADMIN, roles.admin, "true")}


_MAX_NAME_BYTES: Final = 48
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
    tables = ", ".join(f"('{table}')" for table in sorted(_PROTECTED_TABLES))
    of_tables = (
        f"SELECT p.relid::regclass::text, t.name FROM (VALUES {tables}) AS t(name), "  # noqa: S608  ours
        "pg_partition_tree(to_regclass(t.name)) AS p WHERE p.level > 0 ORDER BY 1"
    )
    return [(partition, table) for partition, table in _rows(connection, of_tables)]


def _forced(connection: Connection) -> list[str]:
    """Return the guarded tables and partitions whose owner is held to the policies too, by name in statements."""
    names = [*sorted(_PROTECTED_TABLES), *(partition for partition, _ in _partitions(connection))]
    relations = ", ".join(f"to_regclass('{_literal(name)}')" for name in names)
    forced = f"SELECT oid::regclass::text FROM pg_class WHERE oid IN ({relations}) "  # noqa: S608  names of ours
    return [row[0] for row in _rows(connection, forced + "AND relrowsecurity AND relforcerowsecurity")]


def _schema(connection: Connection) -> str:
    query = "SELECT quote_ident(nspname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace "
    return str(_rows(connection, query + "WHERE c.oid = to_regclass('contacts')")[0][0])


def _rows(connection: Connection, statement: str) -> Sequence[Row[*tuple[Any, ...]]]:
    return _run(connection, statement).all()


def _run(connection: Connection, statement: str) -> CursorResult[*tuple[Any, ...]]:
    return connection.exec_driver_sql(statement, execution_options={"every_company": True, "no_parameters": True})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str) -> str:
    return value.replace("'", "''")

"""The search: how a parsed search becomes a condition, and how SQLite's index of trigrams is kept.

PostgreSQL keeps its index by itself (pg_trgm). On SQLite the index follows the contacts: everything up to
`search_state.indexed_to` stands in it, but for the contacts in `search_stale`, which stand there with an older text.
A search takes the index's hits and whatever the index does not know yet, and tests the text of each: so it is right at
any moment, and an import can leave the index for later.
"""

import json
import time
from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    column,
    func,
    or_,
    select,
    table,
    text,
    true,
    update,
)

from segtui.database.tables.core_tables import companies, contacts, search_stale, search_state
from segtui.domain.search_terms import Search
from segtui.services.session import Session, Transaction

# A change made by hand indexes at once when not more than this is waiting.
_AT_ONCE = 200
SLICE = 50_000
# SQLite's waiters look again at least so often (a tenth of a second): in a shorter break they could miss every turn.
_BREAK = 0.11
_BULK_CONFIG = {"hashsize": 32 << 20, "automerge": 8}

_index = table("contact_search", column("rowid"), column("contact_search"))


def condition(tx: Transaction, search_column: ColumnElement[str], search: Search) -> ColumnElement[bool]:
    """Return the condition that a search text fulfils `search`, pattern by pattern (`terms.Clause`)."""
    return and_(
        true(),
        *(
            or_(
                *(
                    and_(*(tx.backend.contains(search_column, pattern) for pattern in patterns))
                    for patterns in clause.alternatives
                )
            )
            for clause in search
        ),
    )


def hits(tx: Transaction, search: Search) -> ColumnElement[bool]:
    """Return a condition that narrows contacts to those SQLite's index offers, and those it does not know yet.

    It is necessary, not sufficient; `condition` decides. On PostgreSQL it is those that the server finds.
    """
    if not tx.on_sqlite:
        return _found_on_server(search)
    offered, stale, unknown = _offered(tx, search)
    return contacts.c.id.in_(offered.union_all(stale, unknown))


def _found_on_server(search: Search) -> ColumnElement[bool]:
    """Return the same on a PostgreSQL that is guarded (`database.guard`): by where they lie, asked once a statement."""
    asked: BindParameter[str] = bindparam("asked", json.dumps([clause.alternatives for clause in search]), unique=True)
    found = text("contacts.ctid = ANY (ARRAY(SELECT segtui_search(:asked)))").bindparams(asked)
    return cast("ColumnElement[bool]", found)


def offers_fewer(tx: Transaction, search: Search, than: int) -> bool:
    """Tell whether `hits` are fewer than so many. It asks for no more than that."""
    left = than
    for part in _offered(tx, search):
        counted = select(func.count()).select_from(part.limit(left).subquery())
        left -= int(tx.execute(counted).scalar() or 0)
        if left <= 0:
            return False
    return True


def _offered(tx: Transaction, search: Search) -> tuple[Select[int], Select[int], Select[int]]:
    """Return the ids that the index offers, those it holds with an older text, and those it does not hold yet."""
    indexed_to = select(search_state.c.indexed_to).scalar_subquery()
    return (
        select(_index.c.rowid).where(_index.c.contact_search.op("MATCH")(_match(search))),
        select(search_stale.c.contact_id),
        select(contacts.c.id).where(tx.scope(contacts), contacts.c.id > indexed_to),
    )


def _match(search: Search) -> str:
    """Return the query for FTS5: `detail=none` answers single trigrams, so a pattern is all of its own."""
    return " AND ".join(
        "(" + " OR ".join("(" + _trigrams(patterns) + ")" for patterns in clause.alternatives) + ")"
        for clause in search
    )


def _trigrams(patterns: Iterable[str]) -> str:
    found = dict.fromkeys(pattern[at : at + 3] for pattern in patterns for at in range(len(pattern) - 2))
    return " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in found)


def before_change(tx: Transaction, ids: Sequence[int]) -> None:
    """Note the texts of contacts that are about to change, so that the index can take the old ones out."""
    if not tx.on_sqlite:
        return
    for at in range(0, len(ids), SLICE):
        _note(tx, tx.backend.among(contacts.c.id, ids[at : at + SLICE]))


def before_change_where(tx: Transaction, which: ColumnElement[bool]) -> None:
    """Do the same for all contacts of the company that fulfil a condition."""
    if tx.on_sqlite:
        _note(tx, which)


def _note(tx: Transaction, which: ColumnElement[bool]) -> None:
    indexed = select(search_state.c.indexed_to).scalar_subquery()
    known = select(contacts.c.id, contacts.c.search).where(tx.scope(contacts), which, contacts.c.id <= indexed)
    tx.execute(search_stale.insert().prefix_with("OR IGNORE").from_select(["contact_id", "search"], known))


def before_delete(tx: Transaction, ids: Sequence[int]) -> None:
    """Take contacts that are about to be deleted out of the index."""
    if not tx.on_sqlite or not ids:
        return
    before_change(tx, ids)
    chosen = tx.backend.among(search_stale.c.contact_id, ids)
    _take_out(tx, chosen)
    tx.execute(search_stale.delete().where(chosen))


def after_return(tx: Transaction, contact_id: int) -> None:
    """Index a contact that was inserted under an id it had before, which the index may have passed already."""
    if not tx.on_sqlite:
        return
    indexed = select(search_state.c.indexed_to).scalar_subquery()
    statement = select(contacts.c.id, contacts.c.search).where(
        tx.scope(contacts), contacts.c.id == contact_id, contacts.c.id <= indexed
    )
    index = table("contact_search", column("rowid"), column("search"))
    tx.execute(index.insert().from_select(["rowid", "search"], statement))


def _take_out(tx: Transaction, chosen: ColumnElement[bool]) -> None:
    texts = select(text("'delete'"), search_stale.c.contact_id, search_stale.c.search).where(chosen)
    index = table("contact_search", column("contact_search"), column("rowid"), column("search"))
    tx.execute(index.insert().from_select(["contact_search", "rowid", "search"], texts))


def after_change(tx: Transaction) -> None:
    """Note that contacts of the company changed: what another session computed from them may be stale.

    Bring the index up to date where little is missing; what a large import left is somebody else's slice.
    """
    tx.execute(
        update(companies)
        .where(companies.c.id == bindparam("company"))
        .values(contact_changes=companies.c.contact_changes + 1)
    )
    if tx.on_sqlite and _behind(tx) <= _AT_ONCE:
        _slice(tx, _AT_ONCE)


def _behind(tx: Transaction) -> int:
    """Return how many contacts, at most, the index does not know as they are."""
    return int(
        tx.execute(
            _whole(
                "SELECT (SELECT coalesce(max(id), 0) FROM contacts) - indexed_to + (SELECT count(*) FROM search_stale) "
                "FROM search_state"
            )
        ).scalar()
        or 0
    )


def _slice(tx: Transaction, rows: int) -> int:
    """Index up to so many contacts. Return how many it were."""
    stale = tx.execute(
        _whole("SELECT max(contact_id), count(*) FROM (SELECT contact_id FROM search_stale ORDER BY 1 LIMIT :rows)"),
        {"rows": rows},
    ).one()
    if stale[1]:
        _take_out(tx, search_stale.c.contact_id <= stale[0])
        tx.execute(
            _whole(
                "INSERT INTO contact_search (rowid, search) SELECT c.id, c.search FROM search_stale AS s "
                "JOIN contacts AS c ON c.id = s.contact_id WHERE s.contact_id <= :last"
            ),
            {"last": stale[0]},
        )
        tx.execute(search_stale.delete().where(search_stale.c.contact_id <= stale[0]))
    last = tx.execute(
        _whole(
            "SELECT max(id), count(*) FROM (SELECT id FROM contacts WHERE id > (SELECT indexed_to FROM search_state) "
            "ORDER BY id LIMIT :rows)"
        ),
        {"rows": rows},
    ).one()
    if last[1]:
        tx.execute(
            _whole(
                "INSERT INTO contact_search (rowid, search) SELECT id, search FROM contacts "
                "WHERE id > (SELECT indexed_to FROM search_state) AND id <= :last ORDER BY id"
            ),
            {"last": last[0]},
        )
        tx.execute(search_state.update().values(indexed_to=last[0]))
    return int(stale[1]) + int(last[1])


def _whole(statement: str) -> Executable:
    """Return a statement on the index as such, which spans all companies and shows nothing of any."""
    return text(statement).execution_options(every_company=True)


def _prepare_for_bulk(tx: Transaction) -> None:
    """Let the index gather more before it writes a piece of itself, and join pieces less often: a third of the time.

    It is a setting of the index, once and for all; what changes a few contacts gathers no more than these.
    """
    known = {row.k: row.v for row in tx.execute(_whole("SELECT k, v FROM contact_search_config"))}
    for name, value in _BULK_CONFIG.items():
        if known.get(name) != value:
            setting = _whole("INSERT INTO contact_search (contact_search, rank) VALUES (:name, :value)")
            tx.execute(setting, {"name": name, "value": value})


def catch_up(session: Session) -> Iterable[int]:
    """Index what is missing in slices of their own, yielding how many contacts each took, so that others get turns."""
    if session.database.backend.name != "sqlite":
        return
    with session.write() as tx:
        done = _slice(tx, SLICE)
    if not done:
        return
    yield done
    with session.workspace() as workspace:
        workspace.for_bulk()
        try:
            with workspace.transaction(writes=True) as tx:
                _prepare_for_bulk(tx)
            while True:
                with workspace.transaction(writes=True) as tx:
                    done = _slice(tx, SLICE)
                if not done:
                    return
                yield done
                time.sleep(_BREAK)
        finally:
            workspace.connection.detach()

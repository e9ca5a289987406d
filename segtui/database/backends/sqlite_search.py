"""SQLite's trigram index (FTS5), which segtui maintains itself.

Every contact up to `search_state.indexed_to` is in it, except that those in `search_stale` are there with an older
text. A search takes the index's hits and everything that the index does not hold yet, and tests the text of each: so
it is right at any moment, and an import can leave the index for later.
"""

from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    column,
    func,
    select,
    table,
    text,
)

from segtui.database.backends.backend import Candidates, CompanyTransaction
from segtui.database.backends.index_hints import hinted
from segtui.database.tables.core_tables import contacts, search_stale, search_state
from segtui.domain.search_terms import Search

# Contacts waiting for the index up to which a change made by hand indexes them at once.
_INDEX_AT_ONCE = 200
_BULK_CONFIG = {"hashsize": 32 << 20, "automerge": 8}

_index = table("contact_search", column("rowid"), column("contact_search"))


class SqliteSearch:
    """Index queries by MATCH, and the upkeep of the index in slices."""

    is_deferred = True
    serves_conditions = False

    def is_queried_apart(self, _tx: CompanyTransaction) -> bool:
        """Return False: SQLite reads the index as part of the statement."""
        return False

    def narrows(self, _tx: CompanyTransaction) -> bool:
        """Return True: no condition on the text uses the index."""
        return True

    def hits(self, tx: CompanyTransaction, search: Search) -> ColumnElement[bool]:
        """Return the condition that a contact is offered by the index, or not indexed with its present text."""
        indexed, stale, unindexed = _offered(tx, search)
        return contacts.c.id.in_(indexed.union_all(stale, unindexed))

    def offers_fewer(self, tx: CompanyTransaction, search: Search, limit: int) -> bool:
        """Count the offered contacts up to `limit`."""
        left = limit
        for part in _offered(tx, search):
            rows = select(func.count()).select_from(part.limit(left).subquery())
            left -= int(tx.execute(rows).scalar() or 0)
            if left <= 0:
                return False
        return True

    def is_better_than(self, tx: CompanyTransaction, search: Search, size: int) -> bool:
        """Return whether the index offers fewer contacts than the group has."""
        return bool(search) and self.offers_fewer(tx, search, size)

    def candidates(
        self, tx: CompanyTransaction, search: Search, condition: ColumnElement[bool], id_range: tuple[int, int]
    ) -> Candidates:
        """Return the hits of the index, and those contacts that match among the ones that are not indexed yet."""
        indexed, stale, unindexed = _offered(tx, search)
        # FTS5 applies bounds of the rowid inside its own query.
        hits = indexed.where(_index.c.rowid.between(*id_range), _index.c.rowid.not_in(stale))
        lagging = contacts.c.id.in_(stale.union_all(unindexed))
        tests = (tx.scope(contacts), lagging, contacts.c.id.between(*id_range), condition)
        others = hinted(select(contacts.c.id).where(*tests), contacts, "NOT INDEXED")
        ids = hits.union_all(others).subquery()
        return Candidates(select(ids.c[0].label("id")), _are_all_hits_matches(search))

    def before_change(self, tx: CompanyTransaction, condition: ColumnElement[bool]) -> None:
        """Copy the indexed texts into `search_stale`."""
        indexed_to = select(search_state.c.indexed_to).scalar_subquery()
        old_texts = select(contacts.c.id, contacts.c.search).where(
            tx.scope(contacts), condition, contacts.c.id <= indexed_to
        )
        tx.execute(search_stale.insert().prefix_with("OR IGNORE").from_select(["contact_id", "search"], old_texts))

    def drop_remembered(self, tx: CompanyTransaction, condition: ColumnElement[bool]) -> None:
        """Remove the contacts from the index and from `search_stale`."""
        _remove(tx, condition)
        tx.execute(search_stale.delete().where(condition))

    def after_reinsert(self, tx: CompanyTransaction, contact_id: int) -> None:
        """Add the contact unless a later slice will."""
        indexed_to = select(search_state.c.indexed_to).scalar_subquery()
        statement = select(contacts.c.id, contacts.c.search).where(
            tx.scope(contacts), contacts.c.id == contact_id, contacts.c.id <= indexed_to
        )
        index = table("contact_search", column("rowid"), column("search"))
        tx.execute(index.insert().from_select(["rowid", "search"], statement))

    def after_change(self, tx: CompanyTransaction) -> None:
        """Index up to 200 waiting contacts; more of them are left to `index_slice`."""
        if _waiting(tx) <= _INDEX_AT_ONCE:
            self.index_slice(tx, _INDEX_AT_ONCE)

    def index_slice(self, tx: CompanyTransaction, rows: int) -> int:
        """Replace up to `rows` stale texts, and add up to `rows` new contacts."""
        stale = tx.execute(
            _across_companies(
                "SELECT max(contact_id), count(*) FROM (SELECT contact_id FROM search_stale ORDER BY 1 LIMIT :rows)"
            ),
            {"rows": rows},
        ).one()
        if stale[1]:
            _remove(tx, search_stale.c.contact_id <= stale[0])
            tx.execute(
                _across_companies(
                    "INSERT INTO contact_search (rowid, search) SELECT c.id, c.search FROM search_stale AS s "
                    "JOIN contacts AS c ON c.id = s.contact_id WHERE s.contact_id <= :last"
                ),
                {"last": stale[0]},
            )
            tx.execute(search_stale.delete().where(search_stale.c.contact_id <= stale[0]))
        new = tx.execute(
            _across_companies(
                "SELECT max(id), count(*) FROM (SELECT id FROM contacts WHERE id > (SELECT indexed_to FROM "
                "search_state) ORDER BY id LIMIT :rows)"
            ),
            {"rows": rows},
        ).one()
        if new[1]:
            tx.execute(
                _across_companies(
                    "INSERT INTO contact_search (rowid, search) SELECT id, search FROM contacts "
                    "WHERE id > (SELECT indexed_to FROM search_state) AND id <= :last ORDER BY id"
                ),
                {"last": new[0]},
            )
            tx.execute(search_state.update().values(indexed_to=new[0]))
        return int(stale[1]) + int(new[1])

    def commits_of_others(self, tx: CompanyTransaction) -> int:
        """Return SQLite's own counter. `change_feed` polls the same one on a connection of its own."""
        return int(tx.execute(_across_companies("PRAGMA data_version")).scalar_one())

    def prepare_for_bulk(self, tx: CompanyTransaction) -> None:
        """Let the index gather more before it writes a segment, and merge less often: a third of the time.

        It is a permanent setting of the index; a change to a few contacts gathers no more than these.
        """
        present = {row.k: row.v for row in tx.execute(_across_companies("SELECT k, v FROM contact_search_config"))}
        for name, value in _BULK_CONFIG.items():
            if present.get(name) != value:
                setting = _across_companies("INSERT INTO contact_search (contact_search, rank) VALUES (:name, :value)")
                tx.execute(setting, {"name": name, "value": value})


def _offered(tx: CompanyTransaction, search: Search) -> tuple[Select[int], Select[int], Select[int]]:
    """Return the ids that the index offers, those it holds with an older text, and those it does not hold yet."""
    indexed_to = select(search_state.c.indexed_to).scalar_subquery()
    return (
        select(_index.c.rowid).where(_index.c.contact_search.op("MATCH")(_match_query(search))),
        select(search_stale.c.contact_id),
        select(contacts.c.id).where(tx.scope(contacts), contacts.c.id > indexed_to),
    )


def _match_query(search: Search) -> str:
    """Return the query for FTS5: `detail=none` answers single trigrams, so a pattern is all of its own."""
    return " AND ".join(
        "(" + " OR ".join("(" + _trigrams(patterns) + ")" for patterns in clause.alternatives) + ")"
        for clause in search
    )


def _trigrams(patterns: Iterable[str]) -> str:
    trigrams = dict.fromkeys(pattern[start : start + 3] for pattern in patterns for start in range(len(pattern) - 2))
    return " AND ".join('"' + trigram.replace('"', '""') + '"' for trigram in trigrams)


def _are_all_hits_matches(search: Search) -> bool:
    """Return True if every hit of the index matches, because each pattern is one trigram or follows from one.

    In a search text blanks come in pairs. So a text with the last trigram of "  ab" (a word that begins with `ab`) has
    the whole pattern.
    """
    patterns = {pattern for clause in search for alternative in clause.alternatives for pattern in alternative}
    return all(len(pattern) == 3 or (len(pattern) == 4 and pattern.startswith("  ")) for pattern in patterns)


def _remove(tx: CompanyTransaction, stale: ColumnElement[bool]) -> None:
    """Remove the texts that a condition on `search_stale` selects from the index."""
    texts = select(text("'delete'"), search_stale.c.contact_id, search_stale.c.search).where(stale)
    index = table("contact_search", column("contact_search"), column("rowid"), column("search"))
    tx.execute(index.insert().from_select(["contact_search", "rowid", "search"], texts))


def _waiting(tx: CompanyTransaction) -> int:
    """Return the most contacts that the index may not hold with their present text."""
    waiting = tx.execute(
        _across_companies(
            "SELECT (SELECT coalesce(max(id), 0) FROM contacts) - indexed_to + (SELECT count(*) FROM search_stale) "
            "FROM search_state"
        )
    )
    return int(waiting.scalar() or 0)


def _across_companies(statement: str) -> Executable:
    """Return a statement on the index as such, which spans all companies and shows no row of any."""
    return text(statement).execution_options(every_company=True)

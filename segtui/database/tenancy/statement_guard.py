"""The guard of the boundary between companies: it refuses statements on a company's rows that do not name the company.

A forgotten WHERE is an error, not a leak, and so is a wrong one. A statement that is meant for all companies (an
admin's list, migrations, checks) says so by the option `every_company`.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement, ColumnClause, Connection, Engine, Insert, TableClause, TextClause, event
from sqlalchemy.sql.compiler import Compiled
from sqlalchemy.sql.visitors import ExternallyTraversible

from segtui.database.tables.core_tables import COMPANY_TABLES

_TABLES = COMPANY_TABLES | {"companies", "user_keys"}
_TABLE_WORD = re.compile(r"\b(" + "|".join(sorted(_TABLES)) + r")\b")
# SQLAlchemy caches compiled statements, so each is traversed once.
_is_on_company_rows: "WeakKeyDictionary[Compiled, bool]" = WeakKeyDictionary()


def install(engine: Engine) -> None:
    """Guard every statement of an engine."""
    event.listen(engine, "before_cursor_execute", _demand_company)


def _demand_company(
    connection: Connection,
    _cursor: object,
    statement: str,
    _parameters: object,
    context: Any,  # noqa: ANN401  a private class of each dialect
    _many: object,
) -> None:
    """Raise RuntimeError before a statement on a company's rows without the session's company reaches the database."""
    # DDL on a company's tables (an import's temporary ones) reads and writes no rows.
    if getattr(context, "isddl", False):
        return
    compiled = getattr(context, "compiled", None)
    if not (_names_table(statement) if compiled is None else _reads_company_rows(compiled)):
        return
    options = context.execution_options if context is not None else connection.get_execution_options()
    if options.get("every_company"):
        return
    names = [] if compiled is None else [name for name in compiled.params if _names_company(name)]
    if not names:
        raise RuntimeError(f"A statement on a company's rows names no company: {statement[:200]}")
    company_id = options.get("company")
    if any(values[name] != company_id for values in context.compiled_parameters for name in names):
        raise RuntimeError(f"A statement names another company than the session's: {statement[:200]}")


def _names_company(parameter: str) -> bool:
    return parameter == "company" or parameter.startswith("company_id")


@lru_cache(maxsize=1024)
def _names_table(text: str) -> bool:
    """Tell whether raw SQL contains the name of a company's table."""
    return _TABLE_WORD.search(text) is not None


def _reads_company_rows(compiled: Compiled) -> bool:
    is_on_company_rows = _is_on_company_rows.get(compiled)
    if is_on_company_rows is None:
        statement = compiled.statement
        # A statement that cannot be traversed is judged by its text: an INSERT of several rows hides their expressions.
        is_on_company_rows = (
            _names_table(str(compiled))
            if statement is None or isinstance(statement, Insert)
            else any(_is_company_table(element) for element in _elements(statement))
        )
        _is_on_company_rows[compiled] = is_on_company_rows
    return is_on_company_rows


def _is_company_table(element: ExternallyTraversible) -> bool:
    if isinstance(element, TableClause):
        return element.name in _TABLES
    if isinstance(element, TextClause):
        return _names_table(element.text)
    return isinstance(element, ColumnClause) and element.is_literal and _names_table(element.name)


def _elements(statement: ClauseElement) -> Iterator[ExternallyTraversible]:
    """Yield every element of a statement once, with the tables of its columns."""
    waiting: list[ExternallyTraversible] = [statement]
    seen: dict[int, ExternallyTraversible] = {}  # keeps elements alive, so that no id is reused
    while waiting:
        element = waiting.pop()
        if id(element) in seen:
            continue
        seen[id(element)] = element
        yield element
        waiting.extend(element.get_children())
        if isinstance(element, ColumnClause) and element.table is not None:
            waiting.append(element.table)

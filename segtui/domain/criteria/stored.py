"""Stored form of criteria: JSON, which is read without the parser of expressions."""

import json
from typing import Any, Final

from segtui.domain.criteria.tree import AllOf, AnyOf, Comparison, Criteria, Not

_COMPACT: Final = (",", ":")


def dump(criteria: Criteria) -> str:
    """Return criteria as JSON. Equal criteria give equal texts."""
    return json.dumps(_plain(criteria), ensure_ascii=False, separators=_COMPACT)


def load(text: str) -> Criteria:
    """Return the criteria that `dump` wrote. Raises ValueError for any other text."""
    try:
        return _criteria(json.loads(text))
    except (AttributeError, IndexError, TypeError, RecursionError) as error:
        raise ValueError("This text is not the stored form of criteria.") from error


def _plain(criteria: Criteria) -> Any:  # noqa: ANN401 -- JSON
    match criteria:
        case Comparison(field, operator, values):
            return [field, operator, *values]
        case Not(part):
            return {"not": _plain(part)}
        case AllOf(parts):
            return {"all": [_plain(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [_plain(part) for part in parts]}


def _criteria(plain: Any) -> Criteria:  # noqa: ANN401 -- JSON
    match plain:
        case [str(field), str(operator), *values]:
            return Comparison(field, operator, tuple(values))  # type: ignore[arg-type]
        case {"not": part}:
            return Not(_criteria(part))
        case {"all": [*parts]}:
            return AllOf(tuple(map(_criteria, parts)))
        case {"any": [*parts]}:
            return AnyOf(tuple(map(_criteria, parts)))
        case _:
            raise ValueError("This text is not the stored form of criteria.")

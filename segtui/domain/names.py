"""Rules for the names of segments, campaigns and companies."""

import difflib
from collections import Counter
from collections.abc import Iterable, Sequence

from segtui.domain.text import clean, name_key, without_controls
from segtui.errors import InvalidInput, NotFound

NAME_LENGTH = 120
DESCRIPTION_LENGTH = 1_000


def checked_name(name: str, kind: str) -> str:
    """Return the stored form of a name. Raises InvalidInput for an empty or too long one."""
    name = without_controls(name).strip()
    if not name:
        raise InvalidInput(f"A {kind} needs a name.", "name")
    if len(name) > NAME_LENGTH:
        raise InvalidInput(f"A name has at most {NAME_LENGTH} characters; this one has {len(name)}.", "name")
    return name


def checked_description(description: str) -> str:
    """Return the stored form of a description. Raises InvalidInput for a too long one."""
    description = without_controls(description).strip()
    if len(description) > DESCRIPTION_LENGTH:
        raise InvalidInput(
            f"A description has at most {DESCRIPTION_LENGTH:,} characters; this one has {len(description):,}.",
            "description",
        )
    return description


def shortened_description(text: str) -> str:
    """Return a text as a description; one that is too long ends with “…”."""
    return text if len(text) <= DESCRIPTION_LENGTH else f"{text[: DESCRIPTION_LENGTH - 1]}…"


def named(names: Sequence[str], limit: int = 3) -> str:
    """Return names for a sentence, at most `limit` of them: `“A”, “B”, “C” and 2 more`."""
    listed = ", ".join(f"“{clean(name)}”" for name in names[:limit])
    return f"{listed} and {len(names) - limit:,} more" if len(names) > limit else listed


def shortened_name(name: str, end: str) -> str:
    """Return a name with an ending; the name is cut where both together are too long."""
    return name[: NAME_LENGTH - len(end)].rstrip() + end


def distinct_names(names: Iterable[str]) -> list[str]:
    """Return names with a number behind those that equal an earlier one: `Fair`, `Fair (2)`."""
    names = list(names)
    taken = set(map(name_key, names))
    copies: Counter[str] = Counter()
    distinct = []
    for name in names:
        key, candidate = name_key(name), name
        copies[key] += 1
        while copies[key] > 1 and name_key(candidate) in taken:
            candidate = shortened_name(name, f" ({copies[key]})")
            copies[key] += name_key(candidate) in taken
        taken.add(name_key(candidate))
        distinct.append(candidate)
    return distinct


def no_such(kind: str, name: str, names: Iterable[str]) -> NotFound:
    """Return the error for a name that does not exist, with the nearest one that does."""
    shown = clean(name[: NAME_LENGTH + 1])
    near = difflib.get_close_matches(name[: NAME_LENGTH + 1], list(names), n=1)
    hint = f" Did you mean “{clean(near[0])}”?" if near else ""
    return NotFound(f"There is no {kind} “{shown if len(name) <= NAME_LENGTH else f'{shown[:NAME_LENGTH]}…'}”.{hint}")

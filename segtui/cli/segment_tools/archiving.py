"""`segtui segments archive`, `restore` and `delete`: one segment or several, all of them or none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from segtui.cli import output
from segtui.cli.completion import complete_segments
from segtui.cli.options import Command, Invocation, pass_invocation, yes_option
from segtui.cli.segments import as_json
from segtui.domain.names import named
from segtui.domain.text import counted
from segtui.errors import NotFound

if TYPE_CHECKING:
    from segtui.services.segments.segments import Segment
    from segtui.services.session import Session

_NAMES = click.argument("names", metavar="NAME...", nargs=-1, required=True, shell_complete=complete_segments)


@click.command(
    cls=Command,
    examples=('segtui segments archive "Webinar 2024"', 'segtui segments archive "Webinar 2023" "Webinar 2024"'),
)
@_NAMES
@pass_invocation
def archive(invocation: Invocation, names: tuple[str, ...]) -> None:
    """Hide segments from the lists. They keep their contacts, and `restore` brings them back.

    Several are archived all together or not at all: a refusal names each that an unfinished campaign or the rule of a
    live segment needs.
    """
    from segtui.services.segments import many_segments

    with invocation.session() as session:
        rows = segments_named(session, names)
        many_segments.archive_many(session, [row.id for row in rows])
        _print(invocation, session, rows, f"Archived {_shown(rows)}.")


@click.command(cls=Command, examples=('segtui segments restore "Webinar 2024"',))
@_NAMES
@pass_invocation
def restore(invocation: Invocation, names: tuple[str, ...]) -> None:
    """Bring archived segments back into the lists, all together."""
    from segtui.services.segments import many_segments

    with invocation.session() as session:
        rows = segments_named(session, names)
        many_segments.restore_many(session, [row.id for row in rows])
        _print(invocation, session, rows, f"Restored {_shown(rows)}.")


@click.command(
    cls=Command,
    examples=('segtui segments delete "Webinar 2024"', 'segtui segments delete "Webinar 2023" "Webinar 2024" --yes'),
)
@_NAMES
@yes_option
@pass_invocation
def delete(invocation: Invocation, names: tuple[str, ...], *, yes: bool) -> None:
    """Delete segments for good, all together or none. Their contacts are kept.

    On a terminal it asks first; elsewhere it refuses without --yes. `archive` can be undone, this cannot.
    """
    from segtui.services.segments import many_segments

    with invocation.session() as session:
        rows = segments_named(session, names)
        ids = [row.id for row in rows]
        contacts = many_segments.contacts_in(session, ids)
        verb, where = "is" if contacts == 1 else "are", "it" if len(rows) == 1 else "them"
        consequence = f"the {counted(contacts, 'contact')} in {where} {verb} kept"
        before, after = (consequence, consequence) if contacts else ("it is empty", "it was empty")
        if not contacts and len(rows) > 1:
            before, after = "they are empty", "they were empty"
        output.confirm(f"Delete {_shown(rows)}? This cannot be undone; {before}.", yes=yes)
        rows = many_segments.delete_many(session, ids)
    if invocation.json:
        _print_json(rows)
    else:
        output.line(f"Deleted {_shown(rows)}; {after}.")


def segments_named(session: "Session", names: Sequence[str]) -> "list[Segment]":
    """Return the segments with these names, each once. Raises NotFound, with a sentence for each unknown name."""
    from segtui.services.segments import segments as service

    rows: dict[int, Segment] = {}
    problems = []
    for name in names:
        try:
            row = service.by_name(session, name)
            rows[row.id] = row
        except NotFound as error:
            problems.append(str(error))
    if problems:
        raise NotFound(" ".join(problems))
    return list(rows.values())


def _shown(rows: "Sequence[Segment]") -> str:
    names = [row.name for row in rows]
    return f"the segment {named(names)}" if len(rows) == 1 else f"{len(rows):,} segments ({named(names)})"


def _print(invocation: Invocation, session: "Session", rows: "Sequence[Segment]", sentence: str) -> None:
    """Print the present state of segments as JSON, or a sentence."""
    from segtui.services.segments import segments as service

    if invocation.json:
        _print_json([service.get(session, row.id) for row in rows])
    else:
        output.line(sentence)


def _print_json(rows: "Sequence[Segment]") -> None:
    """Print an object for one segment, a list for several."""
    documents = [as_json(row) for row in rows]
    output.document(documents[0] if len(documents) == 1 else documents)

"""`segtui db …`: looking after the database."""

from pathlib import Path

import click

from segtui.cli import output
from segtui.cli.options import Group, Invocation, pass_invocation


@click.group(
    cls=Group,
    short_help="Look after the database.",
    not_at_door=("upgrade", "backup"),
    examples=("segtui db info", "segtui db backup /backups/segtui.db"),
)
def db() -> None:
    """Look after the database: what it is, whether it is sound, bringing it up to date, saving it."""


@db.command(examples=("segtui db info", "segtui --database other.db db info --json"))
@pass_invocation
def info(invocation: Invocation) -> None:
    """Say where the database is, which schema it has and how much it holds."""
    from segtui.services import maintenance

    with invocation.opened(create=False, any_version=True) as database:
        facts = maintenance.info(database)
    if invocation.json:
        output.document({name.lower().replace(" ", "_").replace("-", "_"): value for name, value in facts})
    else:
        output.facts(facts)


@db.command(examples=("segtui db upgrade",))
@pass_invocation
def upgrade(invocation: Invocation) -> None:
    """Bring an older database to the schema of this program, and mend its search index.

    Save it before: see `segtui db backup`. Where there is none yet, or an empty one on a server, it is made.
    """
    from segtui.services import maintenance

    with invocation.opened(any_version=True) as database:
        before, after = maintenance.upgrade(database)
        warning = maintenance.boundary_warning(database)
    if invocation.json:
        output.document({"before": before, "after": after})
    elif before == after:
        output.line(f"The database is up to date (schema {after}): {database.description}.")
    else:
        output.line(f"Upgraded the database to schema {after}: {database.description}.")
    if warning:
        output.problem(warning)


@db.command(examples=("segtui db check", "segtui db check --json"))
@pass_invocation
def check(invocation: Invocation) -> int:
    """Verify the database: its integrity, its counts, its search index. What is wrong is said in words (status 1)."""
    from segtui.services import maintenance

    with invocation.opened(create=False) as database:
        problems = maintenance.check(database)
    if invocation.json:
        output.document({"ok": not problems, "problems": problems})
    elif problems:
        for sentence in problems:
            output.line(sentence)
    else:
        output.line("The database is sound.")
    return 1 if problems else 0


@db.command(examples=('segtui db backup "/backups/segtui-$(date +%F).db"',))
@click.argument("file", type=click.Path(path_type=Path))
@pass_invocation
def backup(invocation: Invocation, file: Path) -> None:
    """Save the database to FILE, consistent while others work with it, and readable by its owner only."""
    from segtui.services import maintenance

    # Of any schema: it is what one saves before an upgrade.
    with invocation.opened(create=False, any_version=True) as database:
        size = maintenance.backup(database, file)
    if invocation.json:
        output.document({"file": str(file), "size": size})
    else:
        output.line(f"Saved the database to {file} ({output.number(size)} bytes).")

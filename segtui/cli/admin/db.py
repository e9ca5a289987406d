"""`segtui db …`: maintenance of the database."""

from pathlib import Path

import click

from segtui.cli import output
from segtui.cli.options import Group, Invocation, pass_invocation, yes_option
from segtui.domain.text import counted


@click.group(
    cls=Group,
    short_help="Maintain the database.",
    local_only=("upgrade", "backup", "restore"),
    examples=("segtui db info", "segtui db backup /backups/segtui.db"),
)
def db() -> None:
    """Maintain the database: show and check it, upgrade it, back it up and restore it."""


@db.command(examples=("segtui db info", "segtui --database other.db db info --json"))
@pass_invocation
def info(invocation: Invocation) -> None:
    """Show where the database is, its schema version and its size."""
    from segtui.services.maintenance import maintenance

    with invocation.opened(create=False, any_version=True) as database:
        facts = maintenance.info(database)
    if invocation.json:
        output.document({name.lower().replace(" ", "_").replace("-", "_"): value for name, value in facts})
    else:
        output.facts(facts)


@db.command(examples=("segtui db upgrade",))
@pass_invocation
def upgrade(invocation: Invocation) -> None:
    """Upgrade an older database to the schema of this program, and repair its search index.

    Back it up first: see `segtui db backup`. A database that does not exist yet, or is empty on a server, is created.
    """
    from segtui.services.maintenance import maintenance

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
    """Verify the database: its integrity, its counts, its search index. Problems are listed (status 1)."""
    from segtui.services.maintenance import maintenance

    with invocation.opened(create=False) as database:
        problems = maintenance.check(database)
    if invocation.json:
        output.document({"ok": not problems, "problems": problems})
    elif problems:
        for sentence in problems:
            output.line(sentence)
    else:
        output.line("The database is in order.")
    return 1 if problems else 0


@db.command(examples=('segtui db backup "/backups/segtui-$(date +%F).db"',))
@click.argument("file", type=click.Path(path_type=Path))
@pass_invocation
def backup(invocation: Invocation, file: Path) -> None:
    """Save the database to FILE: consistent while others work with it, and readable by its owner only."""
    from segtui.services.maintenance import maintenance

    # Any schema version, because a backup is made before an upgrade.
    with invocation.opened(create=False, any_version=True) as database:
        size = maintenance.backup(database, file)
    if invocation.json:
        output.document({"file": str(file), "size": size})
    else:
        output.line(f"Saved the database to {file} ({output.number(size)} bytes).")


@db.command(examples=("segtui db restore /backups/segtui-2026-11-30.db",))
@click.argument("file", type=click.Path(path_type=Path))
@yes_option
@pass_invocation
def restore(invocation: Invocation, file: Path, *, yes: bool) -> None:
    """Replace the database with the backup FILE; the old database is kept under another name.

    The backup is verified and upgraded to the present schema first. Nothing else may have the database open: end its
    dispatcher, interfaces and imports. Its campaigns are paused, because it does not know who was called since the
    backup: `campaigns resume` lets each go on. On a terminal it asks first; elsewhere it refuses without --yes.
    """
    from segtui.database.schema import HEAD
    from segtui.services.maintenance import restoring

    path = restoring.target_of(invocation.settings.database)
    backup = restoring.inspect(file, path)
    changed = "" if backup.changed_at is None else f", last changed {invocation.settings.shown_time(backup.changed_at)}"
    content = f"{counted(backup.contacts, 'contact')} in {counted(backup.segments, 'segment')}{changed}"
    output.confirm(f"Replace {path} with {file} ({content})? Changes made since the backup will be missing.", yes=yes)
    result = restoring.restore(file, path)
    if invocation.json:
        old_path = None if result.kept is None else str(result.kept)
        facts = {"file": str(file), "database": str(result.path), "kept": old_path}
        output.document(
            {**facts, "schema": result.backup.revision, "paused_campaigns": result.held, "opt_outs": result.opt_outs}
        )
        return
    output.line(f"Restored {result.path} from {file}.")
    if result.kept is not None:
        output.line(f"The previous database is kept as {result.kept}.")
    if result.backup.revision != HEAD:
        output.line(f"Its schema was upgraded from {result.backup.revision} to {HEAD}.")
    if result.opt_outs:
        output.line(
            f"{counted(result.opt_outs, 'number')} added to the do-not-call list after the backup"
            f" {'is' if result.opt_outs == 1 else 'are'} still on it."
        )
    if result.held:
        output.line(
            f"{counted(result.held, 'campaign')} paused: calls made after the backup are missing from it. Start `segtui"
            " campaigns run`: it compares the database with the calling platform. Then `segtui campaigns reconcile"
            " NAME` records those calls, and `segtui campaigns resume NAME` lets a campaign go on."
        )

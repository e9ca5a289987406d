"""`upload`, `uploads`, `download`, `downloads`: the private files of a user, available over SSH only."""

import sys

import click

from segtui.cli import output
from segtui.cli.options import Command, Group, Invocation, pass_invocation
from segtui.domain.text import counted


@click.command(
    cls=Command,
    short_help="Send a file here, to import it.",
    examples=("ssh crm upload leads.csv < leads.csv", 'ssh crm import leads.csv --segment "Webinar signups"'),
)
@click.argument("name")
@pass_invocation
def upload(invocation: Invocation, name: str) -> None:
    """Store standard input here as NAME, replacing an older upload of that name.

    Only you can see it; the interface's import offers it, and `import NAME` takes it.
    """
    from segtui.services import user_files
    from segtui.services.interrupt import Interrupt

    if sys.stdin.isatty():
        raise click.UsageError(f"Give the file as standard input: upload {name} < {name}.")
    with invocation.session() as session:
        is_lost = invocation.ssh_session.is_lost if invocation.ssh_session else None
        file = user_files.receive(session, name, sys.stdin.buffer, Interrupt(is_lost))
    if invocation.json:
        output.document(_as_json(file))
    else:
        output.line(f"Stored {file.name}, {counted(file.size, 'byte')}; import {file.name} loads it.")


@click.command(
    cls=Command, short_help="Fetch a file that was written for you.", examples=("ssh crm download a.csv > a.csv",)
)
@click.argument("name")
@pass_invocation
def download(invocation: Invocation, name: str) -> None:
    """Write the download NAME to standard output: an export, or the rejected rows of an import."""
    from segtui.services import user_files

    if sys.stdout.isatty():
        raise click.UsageError(f"A download cannot go to a terminal: leave out -t, as in download {name} > {name}.")
    with invocation.session() as session:
        sys.stdout.flush()
        user_files.send(session, name, sys.stdout.buffer)


def _as_json(file: object) -> dict[str, object]:
    from segtui.services.user_files import StoredFile

    assert isinstance(file, StoredFile)  # noqa: S101  narrows the type
    return {"name": file.name, "size": file.size, "modified_at": output.utc(file.modified)}


def _group(tray_name: str, short_help: str, text: str, empty_text: str) -> click.Group:
    """Return the group `uploads` or `downloads`: alone it lists, and its subcommand deletes by name."""

    @click.group(
        tray_name,
        cls=Group,
        invoke_without_command=True,
        short_help=short_help,
        help=text,
        examples=(f"ssh crm {tray_name}", f"ssh crm {tray_name} --json", f"ssh crm {tray_name} delete leads.csv"),
    )
    @pass_invocation
    @click.pass_context
    def group(context: click.Context, invocation: Invocation) -> None:
        if context.invoked_subcommand is None:
            _list(invocation, tray_name, empty_text)

    group.add_command(_delete_command(tray_name))
    return group


def _delete_command(tray_name: str) -> click.Command:
    @click.command("delete", cls=Command, examples=(f"ssh crm {tray_name} delete leads.csv",))
    @click.argument("name")
    @pass_invocation
    def delete(invocation: Invocation, name: str) -> None:
        """Delete your file NAME."""
        from segtui.services import user_files

        with invocation.session() as session:
            user_files.delete(session, user_files.UserFolder(tray_name), name)
        if invocation.json:
            output.document({"name": name, "deleted": True})
        else:
            output.line(f"Deleted {name}.")

    return delete


def _list(invocation: Invocation, tray_name: str, empty_text: str) -> None:
    from segtui.services import user_files

    with invocation.session() as session:
        files = user_files.every(session, user_files.UserFolder(tray_name))
    if invocation.json:
        output.document([_as_json(file) for file in files])
        return
    if not files:
        output.line(empty_text)
        return
    settings = invocation.settings
    columns = [
        output.Column("Name", least=20),
        output.Column("Bytes", right=True),
        output.Column("Changed", optional=1),
    ]
    output.table(columns, [[file.name, output.number(file.size), settings.shown_time(file.modified)] for file in files])
    output.line(f"{counted(len(files), 'file')}. Times are in {settings.zone_name}.")


uploads = _group(
    "uploads",
    "List and delete your uploads.",
    "List the files you sent here with `upload`, newest first.",
    "You have no uploads: upload NAME < FILE sends one.",
)
downloads = _group(
    "downloads",
    "List and delete files that were written for you.",
    "List your exports and rejected rows, newest first; `download NAME` fetches one.",
    "You have no downloads: export --output NAME and the interface's export write here.",
)

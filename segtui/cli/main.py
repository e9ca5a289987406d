"""The program `segtui`: its arguments, and one sentence for every possible failure."""

import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from segtui import __version__
from segtui.cli import output
from segtui.cli.options import Group, Invocation, pass_invocation, write_examples
from segtui.errors import InvalidInput, SegtuiError

_EXAMPLES = (
    "segtui --demo",
    'segtui import leads.csv --segment "Webinar signups"',
    "segtui segments list --search webinar",
    'segtui contacts list --segment "Webinar signups" --filter status=NEW',
    'segtui export --segment "Webinar signups" --output back.csv',
    "segtui --database postgresql://segtui@db.example.com/calls segments list --json",
)

_SSH_EXAMPLES = (
    "ssh crm",
    "ssh crm segments list --search webinar",
    "ssh crm import - --segment Leads < leads.csv",
    "ssh crm export --segment Leads > leads.csv",
    "ssh crm upload leads.csv < leads.csv",
)
"""Examples for users over SSH; `crm` is their name for the server."""

_COMMANDS = {
    "import": "loading:import_file",
    "segments": "segments:segments",
    "contacts": "contacts:contacts",
    "views": "views:views",
    "export": "exports:export",
    "imports": "imports:imports",
    "do-not-call": "do_not_call:do_not_call",
    "campaigns": "campaigns.campaigns:campaigns",
    "companies": "admin.companies:companies",
    "users": "admin.users:users",
    "audit": "admin.audit:audit",
    "db": "admin.db:db",
    "ssh": "ssh.ssh:ssh",
    "upload": "ssh.user_files:upload",
    "uploads": "ssh.user_files:uploads",
    "download": "ssh.user_files:download",
    "downloads": "ssh.user_files:downloads",
    "config": "admin.config:show_config",
    "completion": "completion:completion",
}


def _print_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from segtui.build_info import version_line

        click.echo(version_line(__version__))
        context.exit()


VARIABLE = "_SEGTUI_COMPLETE"
"""The variable with which a shell's completion script calls the program."""


class _Program(Group):
    def main(self, args: Sequence[str] | None = None, **_extra: Any) -> NoReturn:  # type: ignore[override]  # noqa: ANN401  click's test runner passes arguments that are not used here
        sys.exit(run(args))

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Hide over SSH the option for sample data."""
        over_ssh = ctx.ensure_object(Invocation).ssh_session is not None
        return [parameter for parameter in super().get_params(ctx) if not (over_ssh and parameter.name == "demo")]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples that apply here."""
        write_examples(self.examples if ctx.ensure_object(Invocation).ssh_session is None else _SSH_EXAMPLES, formatter)


@click.group(
    "segtui",
    cls=_Program,
    where=_COMMANDS,
    admins=("companies", "users", "audit", "db"),
    ssh_only=("upload", "uploads", "download", "downloads"),
    local_only=("ssh", "config", "completion"),
    examples=_EXAMPLES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and the commit it was built from.",
)
@click.option("--demo", is_flag=True, help="Open the terminal interface on sample data, which is deleted afterwards.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal, so that it can select text.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw the terminal interface with ASCII characters only.")
@pass_invocation
@click.pass_context
def program(
    context: click.Context, invocation: Invocation, *, no_mouse: bool, ascii_only: bool, demo: bool = False
) -> int | None:
    """Contacts, segments and imports for outbound calling.

    Without a command the terminal interface opens. Everything it does can be scripted with the commands below: with
    --json they print one JSON document. Exit status: 0 done, 1 could not be done, 2 wrong usage, 3 something is due
    (segments tidy, check).
    """
    if context.invoked_subcommand is not None:
        for flag, is_set in (("--demo", demo), ("--no-mouse", no_mouse), ("--ascii", ascii_only)):
            if is_set:
                raise click.UsageError(f"{flag} is for the terminal interface, not for a command.")
        return None
    if invocation.json:
        raise click.UsageError("--json needs a command, such as segtui segments list --json.")
    from segtui.cli.interface import open_interface

    return open_interface(invocation, demo=demo, no_mouse=no_mouse, ascii_only=ascii_only)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status. Every failure is reported in one line, never as a traceback."""
    output.prepare_streams()
    try:
        status = _run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 -- the last handler of the program
        return _report_failure(error)
    return status


def _run(arguments: Sequence[str]) -> int:
    # In isolated mode (python -I), as under sshd, the environment is not trusted.
    if not sys.flags.isolated and (instruction := os.environ.get(VARIABLE)):
        from click.shell_completion import shell_complete

        return shell_complete(program, {}, "segtui", VARIABLE, instruction)
    return run_for(Invocation(), arguments)


def run_for(invocation: Invocation, arguments: Sequence[str]) -> int:
    """Run the program with an existing invocation, and return its exit status. Raises the error that ends it."""
    try:
        with program.make_context("segtui", list(arguments), obj=invocation) as context:
            return int(program.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code


def _report_failure(error: BaseException) -> int:
    """Report the error that ended the program, and return its exit status."""
    try:
        sentence, status = _failure(error)
        if sentence:
            output.problem(sentence)
        sys.stdout.flush()
    except OSError:  # the output is closed or full: nothing more can be reported
        output.silence_output()
        return 1
    return status


def _failure(error: BaseException) -> tuple[str, int]:
    """Return the sentence and the exit status of an error."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            return f"{_path(error)}: name a command; {_path(error)} --help lists them.", 2
        case click.UsageError():
            return f"{_path(error)}: {_one_line(error.format_message())} See {_path(error)} --help.", 2
        case click.Abort() | KeyboardInterrupt():
            # The cursor is after the echoed ^C, or after a question.
            return "Stopped.", 130
        case InvalidInput(field="company"):
            return str(error), 2
        case SegtuiError():
            return str(error), 1
        case BrokenPipeError():
            output.silence_output()
            return "", 1
        case OSError() if error.errno in output.OUTPUT_FAILED:
            output.silence_stdout()
            return f"The output could not be written: {error.strerror}.", 1
    from segtui import crash

    return crash.record(error), 1


def _path(error: click.UsageError) -> str:
    return error.ctx.command_path if error.ctx else "segtui"


def _one_line(message: str) -> str:
    text = " ".join(message.split())
    return text if text.endswith((".", "?", "!", ")")) else text + "."

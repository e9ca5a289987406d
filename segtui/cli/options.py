"""Common parts of all commands: the shared options, the help with examples, and the open session."""

import functools
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from segtui.config import settings as config
from segtui.errors import InvalidInput, NameTaken

if TYPE_CHECKING:
    from segtui.config.remembered import Remembered
    from segtui.database.engine import Database
    from segtui.services.session import Session
    from segtui.ssh.session_entry import SshSession

EXIT_DUE: Final = 3
"""Exit status while something is due: a watch, or a segment to tidy."""


@dataclass
class Invocation:
    """The shared options of a command. Of two databases, the one nearest the command wins."""

    database: str | None = None
    company: str | None = None
    json: bool = False
    of_admin: bool = True
    """True for an admin, such as the owner of a database. Only admins see admin commands and companies."""
    ssh_session: "SshSession | None" = None
    """The session over SSH, if there is one; it alone then decides on database, settings and files."""

    @functools.cached_property
    def settings(self) -> config.Settings:
        """The settings in force, with `--database` on top. Raises InvalidInput for a faulty configuration file."""
        if self.ssh_session is not None:
            return self.ssh_session.settings
        return config.load(database=self.database)

    def has_option(self, name: str) -> bool:
        """Return True if a shared option is available to this user."""
        return (name != "company" or self.of_admin) and (name != "database" or self.ssh_session is None)

    @property
    def remembered(self) -> "Remembered":
        """The choices that the user made in the interface."""
        if self.ssh_session is not None:
            return self.ssh_session.remembered
        from segtui.config.remembered import Remembered

        return Remembered.of_user()

    @contextmanager
    def opened(self, *, create: bool = True, any_version: bool = False) -> Iterator["Database"]:
        """Open the database, and close it afterwards. `any_version` lets an older or newer schema through."""
        if self.ssh_session is not None:
            yield self.ssh_session.session.database
            return
        from segtui.database.engine import open_database

        database = open_database(self.settings.database, create=create, any_version=any_version)
        try:
            yield database
        finally:
            database.close()

    @property
    def _names_a_file(self) -> bool:
        if self.settings.sources["database"] == config.DEFAULT:
            return False
        from segtui.database.engine import sqlite_file

        return sqlite_file(self.settings.database) is not None

    @contextmanager
    def session(self, *, create: bool | None = None, source: str = "command line") -> Iterator["Session"]:
        """Open the database as its owner, bound to the company that was named or is the only one.

        Users over SSH get their own session instead.

        `create` decides if a missing database is created. By default it is created in its usual place, but not in a
        file that the user named: a typing error in a path would be answered from an empty database.
        """
        if self.ssh_session is not None:
            yield self.ssh_session.session_in(self.company)
            return
        from segtui.services.session import open_session

        with self.opened(create=not self._names_a_file if create is None else create) as database:
            yield open_session(database, source=source, company=self.company, zone=self.settings.zone)


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:  # noqa: ANN401  any option's
    # A parent is parsed before its child, so the child's value wins.
    if value and parameter.name:
        invocation = context.ensure_object(Invocation)
        if not invocation.has_option(parameter.name):
            raise click.NoSuchOption(f"--{parameter.name}", ctx=context)
        if parameter.name == "company" and invocation.company not in (None, value):
            raise click.UsageError("--company names two companies: name one.", context)
        setattr(invocation, parameter.name, value)


class _SharedOption(click.Option):
    """An option of every command, accepted before and after it."""


def _shared_options() -> list[click.Parameter]:
    shared: dict[str, Any] = {"expose_value": False, "callback": _remember}
    return [
        _SharedOption(["--database"], metavar="URL", help="A SQLAlchemy URL or the path of a SQLite file.", **shared),
        _SharedOption(["--company"], metavar="NAME", help="The company, if there are several.", **shared),
        _SharedOption(["--json"], is_flag=True, help="Print one JSON document and nothing else.", **shared),
    ]


def _require_once(command: click.Command, context: click.Context, arguments: Sequence[str]) -> None:
    """Raise click.UsageError for an option that is given twice: the first value would be lost.

    Options with several values are exempt, and so are flags, which mean the same twice. A flag with an opposite
    (`--x/--no-x`) could contradict itself.
    """
    if context.resilient_parsing:  # completion
        return
    _, _, order = command.make_parser(context).parse_args(args=list(arguments))
    for parameter in dict.fromkeys(order):
        if not isinstance(parameter, click.Option) or parameter.multiple or parameter.count:
            continue
        if parameter.is_flag and not parameter.secondary_opts:
            continue
        if order.count(parameter) > 1 and (not isinstance(parameter, _SharedOption) or parameter.name != "database"):
            raise click.UsageError(f"{parameter.opts[0]} is given twice: give it once.", context)


yes_option = click.option("--yes", is_flag=True, help="Do not ask. Required without a terminal.")


class Command(click.Command):
    """A command with examples in its help, and the shared options."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:  # noqa: ANN401  click's own
        super().__init__(*args, **kwargs)
        # In a raw docstring, click's mark for unwrapped lines is two characters.
        self.help = self.help and self.help.replace("\\b\n", "\b\n")
        self.examples = tuple(examples)
        self.params.extend(_shared_options())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Raises click.UsageError for an option that is given twice."""
        _require_once(self, ctx, args)
        return super().parse_args(ctx, args)

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002 -- click's: it would cut the sentence
        """Return the first sentence of the help, whole, for the list of commands."""
        return super().get_short_help_str(len(self.help or "") + 1)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options: the command's own, and separately the shared ones."""
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's
        """Write the examples."""
        write_examples(self.examples, formatter)


class Group(click.Group):
    """A group whose commands are imported when they are used.

    `where` maps each command to its module and name in the command line, as `module:name`; commands of the group's own
    module are added as usual, and come between those of `where` and those of `last`. `admins` are for admins only,
    `ssh_only` are available over SSH only, and `local_only` are not available over SSH.
    """

    command_class = Command

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  click's own
        examples: Sequence[str] = (),
        where: dict[str, str] | None = None,
        last: dict[str, str] | None = None,
        admins: Collection[str] = (),
        ssh_only: Collection[str] = (),
        local_only: Collection[str] = (),
        **kwargs: Any,  # noqa: ANN401  click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.where = {**(where or {}), **(last or {})}
        self.last = tuple(last or ())
        self.admins = frozenset(admins)
        self.ssh_only = frozenset(ssh_only)
        self.local_only = frozenset(local_only)
        self.params.extend(_shared_options())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Raises click.UsageError for an option that is given twice."""
        _require_once(self, ctx, args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in their declared order: the most common ones first."""
        first = [name for name in self.where if name not in self.last]
        return [name for name in (*first, *self.commands, *self.last) if self._is_for(ctx, name)]

    def _is_for(self, ctx: click.Context, name: str) -> bool:
        invocation = ctx.ensure_object(Invocation)
        unavailable = self.ssh_only if invocation.ssh_session is None else self.local_only
        return name not in unavailable and (name not in self.admins or invocation.of_admin)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing its module; None for one that is not available to this user."""
        if not self._is_for(ctx, cmd_name):
            return None
        if cmd_name not in self.where:
            return super().get_command(ctx, cmd_name)
        from importlib import import_module

        module, _, name = self.where[cmd_name].partition(":")
        command = getattr(import_module(f"segtui.cli.{module}"), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.where[cmd_name]} is not a command")
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands first, because they are what users look for; then the options."""
        self.format_commands(ctx, formatter)
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's
        """Write the examples."""
        write_examples(self.examples, formatter)


def _write_options(command: click.Command, context: click.Context, formatter: click.HelpFormatter) -> None:
    own: list[tuple[str, str]] = []
    shared: list[tuple[str, str]] = []
    invocation = context.ensure_object(Invocation)
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if isinstance(parameter, _SharedOption) and not invocation.has_option(parameter.name or ""):
            continue
        if record is not None and isinstance(parameter, click.Option):
            (shared if isinstance(parameter, _SharedOption) or parameter.name == "help" else own).append(record)
    for title, records in (("Options", own), ("Options of every command, before or after it", shared)):
        if records:
            with formatter.section(title):
                formatter.write_dl(records)


def write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    """Write the examples at the end of a help."""
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


@contextmanager
def as_usage(*fields: str) -> Iterator[None]:
    """Report invalid arguments found by a service as wrong usage (status 2): in one of `fields`, or in any."""
    try:
        yield
    except InvalidInput as error:
        if isinstance(error, NameTaken) or (fields and error.field not in fields):
            raise
        raise click.UsageError(str(error)) from error

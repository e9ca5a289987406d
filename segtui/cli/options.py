"""What every command has in common: the three options that stand anywhere, the help that teaches, the open session."""

import functools
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from segtui.config import settings as config
from segtui.errors import InvalidInput, NameTaken

if TYPE_CHECKING:
    from segtui.config.remembered import Remembered
    from segtui.database.engine import Database
    from segtui.services.session import Session
    from segtui.ssh.session_entry import SshSession


@dataclass
class Invocation:
    """The options that may stand anywhere. Of two databases, the one nearest the command wins."""

    database: str | None = None
    company: str | None = None
    json: bool = False
    of_admin: bool = True
    """Whether an admin asks, as the owner of a database is. Nobody else learns what is for admins, nor of companies."""
    door: "SshSession | None" = None
    """The way in over SSH, where somebody came by it; what may be reached then is what it says, and nothing else."""

    @functools.cached_property
    def settings(self) -> config.Settings:
        """The settings in force, with `--database` on top. Raises InvalidInput for a faulty configuration file."""
        if self.door is not None:
            return self.door.settings
        return config.load(database=self.database)

    def has_option(self, name: str) -> bool:
        """Tell whether one of the options that stand anywhere is there for who asks."""
        return (name != "company" or self.of_admin) and (name != "database" or self.door is None)

    @property
    def remembered(self) -> "Remembered":
        """What the person chose in the interface before."""
        if self.door is not None:
            return self.door.remembered
        from segtui.config.remembered import Remembered

        return Remembered.of_user()

    @contextmanager
    def opened(self, *, create: bool = True, any_version: bool = False) -> Iterator["Database"]:
        """Open the database, and close it afterwards. `any_version` lets an older or newer schema through."""
        if self.door is not None:
            yield self.door.session.database
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

        Who came over SSH gets their own session instead.

        `create` says whether one is made where there is none. If not given, one is made in its usual place, but not as
        a file that somebody named: a slip in a path would be answered from an empty database.
        """
        if self.door is not None:
            yield self.door.session_in(self.company)
            return
        from segtui.services.session import open_session

        with self.opened(create=not self._names_a_file if create is None else create) as database:
            yield open_session(database, source=source, company=self.company, zone=self.settings.zone)


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:  # noqa: ANN401  any option's
    # A parent is parsed before its child, so the child's word is the last.
    if value and parameter.name:
        invocation = context.ensure_object(Invocation)
        if not invocation.has_option(parameter.name):
            raise click.NoSuchOption(f"--{parameter.name}", ctx=context)
        if parameter.name == "company" and invocation.company not in (None, value):
            raise click.UsageError("--company names two companies: name one.", context)
        setattr(invocation, parameter.name, value)


class _Everywhere(click.Option):
    """An option of every command, understood before and after it."""


def _everywhere() -> list[click.Parameter]:
    shared: dict[str, Any] = {"expose_value": False, "callback": _remember}
    return [
        _Everywhere(["--database"], metavar="URL", help="A SQLAlchemy URL or the path of a SQLite file.", **shared),
        _Everywhere(["--company"], metavar="NAME", help="The company, where there are several.", **shared),
        _Everywhere(["--json"], is_flag=True, help="Print one JSON document and nothing else.", **shared),
    ]


def _demand_once(command: click.Command, context: click.Context, arguments: Sequence[str]) -> None:
    """Raise click.UsageError for an option that is given twice, where the last would win and the first be lost.

    An option that takes several values is no such option, nor is a flag, which says the same twice. One with an
    opposite (`--x/--no-x`) could contradict itself.
    """
    if context.resilient_parsing:  # completion
        return
    _, _, order = command.make_parser(context).parse_args(args=list(arguments))
    for parameter in dict.fromkeys(order):
        if not isinstance(parameter, click.Option) or parameter.multiple or parameter.count:
            continue
        if parameter.is_flag and not parameter.secondary_opts:
            continue
        if order.count(parameter) > 1 and (not isinstance(parameter, _Everywhere) or parameter.name != "database"):
            raise click.UsageError(f"{parameter.opts[0]} is given twice: give it once.", context)


yes_option = click.option("--yes", is_flag=True, help="Do not ask. Without a terminal it is needed.")


class Command(click.Command):
    """A command with examples in its help and the options that stand anywhere."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:  # noqa: ANN401  click's own
        super().__init__(*args, **kwargs)
        # A docstring that is raw has click's mark for lines that are not wrapped in two characters.
        self.help = self.help and self.help.replace("\\b\n", "\b\n")
        self.examples = tuple(examples)
        self.params.extend(_everywhere())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line. Raises click.UsageError for an option that is given twice."""
        _demand_once(self, ctx, args)
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, apart: the command's own, and those every command has."""
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's
        """Write the examples."""
        write_examples(self.examples, formatter)


class Group(click.Group):
    """A group whose commands are imported when one of them is asked for.

    `where` says for each command in which module of the command line it is, as `module:name`; commands of the group's
    own module are added as usual, and stand between those of `where` and those of `last`. `admins` are those that are
    there for admins alone, `at_door` those that are there over SSH alone, and `not_at_door` those that are not.
    """

    command_class = Command

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  click's own
        examples: Sequence[str] = (),
        where: dict[str, str] | None = None,
        last: dict[str, str] | None = None,
        admins: Collection[str] = (),
        at_door: Collection[str] = (),
        not_at_door: Collection[str] = (),
        **kwargs: Any,  # noqa: ANN401  click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.where = {**(where or {}), **(last or {})}
        self.last = tuple(last or ())
        self.admins = frozenset(admins)
        self.at_door = frozenset(at_door)
        self.not_at_door = frozenset(not_at_door)
        self.params.extend(_everywhere())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line. Raises click.UsageError for an option that is given twice."""
        _demand_once(self, ctx, args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were written down: the common ones first."""
        first = [name for name in self.where if name not in self.last]
        return [name for name in (*first, *self.commands, *self.last) if self._is_for(ctx, name)]

    def _is_for(self, ctx: click.Context, name: str) -> bool:
        invocation = ctx.ensure_object(Invocation)
        elsewhere = self.at_door if invocation.door is None else self.not_at_door
        return name not in elsewhere and (name not in self.admins or invocation.of_admin)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing its module; None for one that is not there for who asks."""
        if not self._is_for(ctx, cmd_name):
            return None
        if cmd_name not in self.where:
            return super().get_command(ctx, cmd_name)
        from importlib import import_module

        module, _, name = self.where[cmd_name].partition(":")
        found = getattr(import_module(f"segtui.cli.{module}"), name)
        if not isinstance(found, click.Command):
            raise TypeError(f"{self.where[cmd_name]} is not a command")
        return found

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands first, for they are what one looks for; then the options."""
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
        if isinstance(parameter, _Everywhere) and not invocation.has_option(parameter.name or ""):
            continue
        if record is not None and isinstance(parameter, click.Option):
            (shared if isinstance(parameter, _Everywhere) or parameter.name == "help" else own).append(record)
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
    """Turn what a service finds wrong in an argument into wrong usage (status 2): in one of `fields`, or in any."""
    try:
        yield
    except InvalidInput as error:
        if isinstance(error, NameTaken) or (fields and error.field not in fields):
            raise
        raise click.UsageError(str(error)) from error

"""`segtui config`: the settings in force, and the origin of each."""

from collections.abc import Iterator

import click

from segtui.cli import output
from segtui.cli.options import Command, Invocation, pass_invocation
from segtui.config import settings as config
from segtui.config.remembered import Remembered
from segtui.errors import InvalidInput


@click.command(
    "config",
    cls=Command,
    short_help="Show the settings in force and their origin.",
    examples=("segtui config", "segtui config --keys", "segtui config --json"),
)
@click.option("--keys", "keys", is_flag=True, help="Show every command of the interface with its name and keys.")
@pass_invocation
def show_config(invocation: Invocation, *, keys: bool) -> None:
    r"""Show the settings in force and where each comes from. Passwords and tokens are not shown.

    Flags beat the environment, the environment beats your own file, your file beats the site's. Both files are TOML:

    \b
    database = "postgresql://segtui@db.example.com/segtui"
    timezone = "Europe/Madrid"
    theme = "nord"                 # a choice in the interface beats the site's
    mouse = false                  # or the flag --no-mouse
    ascii = true                   # or the flag --ascii
    [keys]                         # by the names that --keys shows
    create_segment = "ctrl+n, f7"  # separate keys with commas; the comma key is called comma
    [calling]                      # the platform that makes the calls
    base_url = "https://calls.example.com/v1"
    token_file = "calling-token"   # a file that only its owner can read
    calls_per_minute = 100         # the limits of its account
    calls_per_second = 10

    Errors are reported with their lines; the valid settings are shown nevertheless.
    """
    settings, problems = config.inspect(database=invocation.database)
    settings = settings.with_theme_chosen(Remembered.of_user().theme, "chosen in the interface")
    problems += [*_interface_problems(settings)]
    if keys and not problems:
        _show_keys(invocation, settings)
    elif invocation.json:
        output.document({name: {"value": value, "from": source} for name, (value, source) in settings.shown.items()})
    else:
        _show(settings)
    if problems:
        raise InvalidInput(" ".join(map(str, problems)))


def _show(settings: config.Settings) -> None:
    columns = [output.Column("Setting"), output.Column("Value", least=20), output.Column("From", least=12)]
    output.table(columns, [[name, _written(value), source] for name, (value, source) in settings.shown.items()])
    output.line()
    for title, path in (("Your file", config.user_file()), ("The site's", config.SITE_FILE)):
        output.line(f"{title}: {path}" + ("" if path.exists() else " (does not exist)"))


def _written(value: str | int) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _interface_problems(settings: config.Settings) -> Iterator[InvalidInput]:
    """Yield the errors in the theme and the keys. Only the interface knows those, and it takes time to load."""
    if "theme" in settings.locations or settings.keys:
        from segtui.tui.screens.shared.interface_settings import problems

        yield from problems(settings)


def _show_keys(invocation: Invocation, settings: config.Settings) -> None:
    from segtui.tui.screens.shared.interface_settings import keys_and_titles

    commands = list(keys_and_titles(settings))
    if invocation.json:
        output.document({name: {"keys": keys, "title": title} for name, keys, title in commands})
        return
    columns = [output.Column("Command"), output.Column("Keys"), output.Column("Action", least=20)]
    output.table(columns, commands)

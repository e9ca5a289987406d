"""`segtui config`: what is in force, and where each setting came from."""

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
@click.option("--keys", "keys", is_flag=True, help="Show every command of the interface by its name, with its keys.")
@pass_invocation
def show_config(invocation: Invocation, *, keys: bool) -> None:
    r"""Show the settings in force and where each came from. Passwords and tokens are not shown.

    A flag beats the environment, that beats your own file, and that the file of the site. Both files are TOML:

    \b
    database = "postgresql://segtui@db.example.com/segtui"
    timezone = "Europe/Madrid"
    theme = "nord"                 # what is chosen in the interface beats the site's
    mouse = false                  # or the flag --no-mouse
    ascii = true                   # or the flag --ascii
    [keys]                         # by the names that --keys shows
    create_segment = "ctrl+n, f7"  # several keys by commas; a comma is called comma
    [calling]                      # the platform that makes the calls
    base_url = "https://calls.example.com/v1"
    token_file = "calling-token"   # a file that only its owner can read
    calls_per_minute = 100         # what its account allows
    calls_per_second = 10

    What is wrong in them is said with the line, and what is right is shown nevertheless.
    """
    settings, problems = config.look(database=invocation.database)
    settings = settings.with_theme_chosen(Remembered.of_user().theme, "chosen in the interface")
    problems += [*_of_interface(settings)]
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
        output.line(f"{title}: {path}" + ("" if path.exists() else " (there is none)"))


def _written(value: str | int) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _of_interface(settings: config.Settings) -> Iterator[InvalidInput]:
    """Yield what is wrong with the theme and the keys. Only the interface knows those, and it takes time to load."""
    if "theme" in settings.places or settings.keys:
        from segtui.tui.screens.shared.interface_settings import problems

        yield from problems(settings)


def _show_keys(invocation: Invocation, settings: config.Settings) -> None:
    from segtui.tui.screens.shared.interface_settings import keys_and_titles

    commands = list(keys_and_titles(settings))
    if invocation.json:
        output.document({name: {"keys": keys, "title": title} for name, keys, title in commands})
        return
    columns = [output.Column("Command"), output.Column("Keys"), output.Column("What it does", least=20)]
    output.table(columns, commands)

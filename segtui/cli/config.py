"""`segtui config`: what is in force, and where each setting came from."""

import click

from segtui import config
from segtui.cli import output
from segtui.cli.options import Command, Invocation, pass_invocation


@click.command(
    "config",
    cls=Command,
    short_help="Show the settings in force and their origin.",
    examples=("segtui config", "segtui config --json"),
)
@pass_invocation
def show_config(invocation: Invocation) -> None:
    """Show the settings in force and where each came from. Passwords are not shown.

    A flag beats the environment, that beats your own file, and that the file of the site. Both files are TOML, with the
    keys database, timezone and theme.
    """
    settings = invocation.settings
    if invocation.json:
        output.document({key: {"value": value, "from": source} for key, (value, source) in settings.shown.items()})
        return
    columns = [output.Column("Setting"), output.Column("Value", least=20), output.Column("From", least=12)]
    output.table(columns, [[key, value, source] for key, (value, source) in settings.shown.items()])
    output.line()
    for title, path in (("Your file", config.user_file()), ("The site's", config.SITE_FILE)):
        output.line(f"{title}: {path}" + ("" if path.exists() else " (there is none)"))

"""Shell completion: the scripts for bash, zsh and fish, and values from the database."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from segtui.cli.options import Command, Invocation
from segtui.domain.text import clean
from segtui.errors import SegtuiError

if TYPE_CHECKING:
    from segtui.services.session import Session

SHELLS = ("bash", "zsh", "fish")

_INSTALL = (
    "segtui completion bash > ~/.local/share/bash-completion/completions/segtui",
    "segtui completion zsh > ~/.zfunc/_segtui",
    "segtui completion fish > ~/.config/fish/completions/segtui.fish",
)


def complete_segments(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of segments that begin with the typed text; none if the database cannot be opened."""
    del parameter

    def names(session: "Session") -> list[str]:
        from segtui.services.segments import segments

        return [segment.name for segment in segments.find(session, segments.SegmentQuery())]

    return _beginning(context, incomplete, names)


def complete_campaigns(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of campaigns that begin with the typed text; none if the database cannot be opened."""
    del parameter

    def names(session: "Session") -> list[str]:
        from segtui.services import campaigns

        return [campaign.name for campaign in campaigns.find(session, campaigns.CampaignQuery())]

    return _beginning(context, incomplete, names)


def complete_views(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of saved views that begin with the typed text; none if the database cannot be opened."""
    del parameter

    def names(session: "Session") -> list[str]:
        from segtui.services.views import views

        return list(dict.fromkeys(view.name for view in views.every(session)))

    return _beginning(context, incomplete, names)


def complete_fields(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the fields that begin with the typed text, the company's custom fields among them."""
    del parameter
    return _beginning(context, incomplete, _field_names)


def complete_columns(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the typed list of fields with each field that its last part can become."""
    typed, comma, last = incomplete.rpartition(",")
    return [typed + comma + name for name in complete_fields(context, parameter, last)]


def complete_filters(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return `FIELD=` for each field that begins with the typed text."""
    return [f"{name}=" for name in complete_fields(context, parameter, incomplete)]


def _field_names(session: "Session") -> list[str]:
    from segtui.services.criteria import expressions

    return list(expressions.catalog(session, in_segment=True).names())


def _beginning(context: click.Context, incomplete: str, names_of: "Callable[[Session], list[str]]") -> list[str]:
    invocation = context.find_object(Invocation) or Invocation()
    try:
        with invocation.session(create=False) as session:
            names = names_of(session)
    except SegtuiError:
        return []
    beginning = incomplete.casefold()
    # A name that is not its own clean form could not be typed anyway, and would disturb the shell's protocol.
    return [name for name in names if name.casefold().startswith(beginning) and name == clean(name)]


@click.command(cls=Command, short_help="Print the script that completes commands.", examples=_INSTALL)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that completes segtui's commands in a shell.

    Write it to where the shell looks for such scripts, and open a new shell.
    """
    from click.shell_completion import ShellComplete, get_completion_class

    shell_class = get_completion_class(shell)
    if shell_class is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    from segtui.cli.main import VARIABLE

    root = click.get_current_context().find_root().command
    # Not the class's own source(): for bash it runs bash to see its version, and fails without bash.
    click.echo(ShellComplete.source(shell_class(root, {}, "segtui", VARIABLE)))

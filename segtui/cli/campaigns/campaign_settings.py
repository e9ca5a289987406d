"""The options that set a campaign up, shared by `campaigns create` and `campaigns edit`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from segtui.cli.completion import complete_segments

if TYPE_CHECKING:
    from segtui.services.campaigns import Given

SETTINGS: Final = (
    "agent", "start", "hours", "days", "timezone", "calls_per_hour", "concurrent", "attempts", "retry_delay",
)  # fmt: skip
"""What can be wrong about an option."""
_F = TypeVar("_F", bound=Callable[..., Any])


def settings_options(function: _F) -> _F:
    """Add the options that set a campaign up."""
    for decorate in (
        click.option(
            "--retry-voicemail/--no-retry-voicemail",
            default=None,
            help="Whether somebody whose voicemail answered is tried again.",
        ),
        click.option("--retry-delay", type=int, metavar="MINUTES", help="How long before a retry; 60 if never given."),
        click.option("--attempts", type=int, metavar="N", help="Attempts per contact, 1 to 10; 3 if never given."),
        click.option("--concurrent", type=int, metavar="N", help="Calls at the same time; 5 if never given."),
        click.option("--calls-per-hour", type=int, metavar="N", help="Calls begun in an hour; 100 if never given."),
        click.option(
            "--timezone",
            metavar="ZONE",
            help="Of the start, and of contacts in an unknown zone; by default the company's.",
        ),
        click.option("--days", metavar="DAYS", help="Such as mon-fri (the default), weekdays, or mon,wed,sat."),
        click.option(
            "--hours", metavar="FROM-TO", help="Such as 9am-8pm, within 08:00-21:00; 09:00-20:00 if never given."
        ),
        click.option(
            "--start",
            metavar="TIME",
            help="When calling begins, such as “2026-12-01 09:00”, in the campaign's time zone; at the launch if not "
            "given, or for now.",
        ),
        click.option(
            "--exclude",
            multiple=True,
            metavar="SEGMENT",
            help="Leave out who is in this segment; may be given again.",
            shell_complete=complete_segments,
        ),
    ):
        function = decorate(function)
    return function


def given_by(settings: Mapping[str, Any]) -> "Given":
    """Return the settings that the options say."""
    from segtui.services.campaigns import Given

    return Given(**settings)

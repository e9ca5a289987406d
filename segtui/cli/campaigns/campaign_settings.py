"""Options for campaign settings, shared by `campaigns create` and `campaigns edit`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from segtui.cli.completion import complete_segments
from segtui.domain.campaign_settings import CAMPAIGN_SETTINGS, CampaignSetting

if TYPE_CHECKING:
    from segtui.services.campaigns import Given

SETTINGS: Final = tuple(CAMPAIGN_SETTINGS)
"""Names of the settings, for errors about an option."""
_F = TypeVar("_F", bound=Callable[..., Any])


def settings_options(*, agent_required: bool) -> Callable[[_F], _F]:
    """Add the options for campaign settings."""

    def decorate(function: _F) -> _F:
        exclude = click.option(
            "--exclude",
            multiple=True,
            metavar="SEGMENT",
            help="Exclude the contacts of this segment. May be repeated.",
            shell_complete=complete_segments,
        )
        agent, *others = (_option(setting) for setting in CAMPAIGN_SETTINGS.values())
        for option in reversed((agent(required=agent_required), exclude, *(other() for other in others))):
            function = option(function)
        return function

    return decorate


def _option(setting: CampaignSetting) -> Callable[..., Callable[[_F], _F]]:
    """Return a function that makes the option of a setting."""

    def option(**more: Any) -> Callable[[_F], _F]:  # noqa: ANN401  click's
        types: dict[str, dict[str, Any]] = {"text": {}, "number": {"type": int}, "flag": {"default": None}}
        return click.option(setting.option, metavar=setting.metavar, help=setting.help, **types[setting.kind], **more)

    return option


def given_by(settings: Mapping[str, Any]) -> "Given":
    """Return the settings of the options."""
    from segtui.services.campaigns import Given

    return Given(**settings)

"""Saying whom a command is about: the contacts of a segment, of a campaign's results, of a search and filters."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from segtui.cli.completion import complete_campaigns, complete_segments
from segtui.cli.options import as_usage
from segtui.domain.vocabulary import CALL_OUTCOMES

if TYPE_CHECKING:
    from segtui.services.contacts.contacts import ContactQuery
    from segtui.services.contacts.outcome_filter import Results
    from segtui.services.session import Session

_F = TypeVar("_F", bound=Callable[..., Any])


outcome_option = click.option(
    "--outcome",
    "outcomes",
    type=click.Choice(CALL_OUTCOMES),
    multiple=True,
    help="Of a campaign's contacts those who ended so. Given twice it means either.",
)


@dataclass(frozen=True)
class Choice:
    """What the options that choose contacts say."""

    segments: tuple[str, ...]
    campaign: str | None
    outcomes: tuple[str, ...]
    search: str
    filters: tuple[str, ...]

    @property
    def is_everybody(self) -> bool:
        """Whether nothing was said."""
        return not self.segments and self.campaign is None and not self.search.strip() and not self.filters

    def query(
        self, session: "Session", *, segment: str | None = None, sort: str = "name", desc: bool = False
    ) -> "ContactQuery":
        """Return what they choose; where no segment is named, in `segment`.

        Raises NotFound for an unknown segment or campaign, click.UsageError for a wrong filter.
        """
        from segtui.services.contacts.contacts import ContactQuery
        from segtui.services.contacts.filters import parse
        from segtui.services.segments import segments

        with as_usage():
            parsed = tuple(parse(text) for text in self.filters)
        named = self.segments or ((segment,) if segment is not None else ())
        ids = [segments.by_name(session, name).id for name in named]
        segment_id, *others = dict.fromkeys(ids) or (None,)
        return ContactQuery(
            segment_id,
            self.search,
            parsed,
            sort,
            desc,
            self._results(session),
            tuple(other for other in others if other),
        )

    def _results(self, session: "Session") -> "Results | None":
        if self.campaign is None:
            return None
        from segtui.services import campaigns
        from segtui.services.contacts.outcome_filter import Results, ended

        return Results(campaigns.by_name(session, self.campaign).id, ended(self.outcomes))


class _FilterOption(click.Option):
    """The option `--filter`. Its help lists the declared fields, which are imported when the help is read."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its help."""
        from segtui.services.contacts.filter_fields import help_text

        self.help = f"Those with this {help_text()}. A field given twice means either value."
        return super().get_help_record(ctx)


def chosen_contacts(function: _F) -> _F:
    """Add the options that choose contacts, and hand what they say to the command as `choice`."""

    @functools.wraps(function)
    def command(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  whatever the command takes and returns
        values = {name: options.pop(name) for name in ("segments", "campaign", "outcomes", "search", "filters")}
        if values["outcomes"] and values["campaign"] is None:
            raise click.UsageError("--outcome is of a campaign: say which with --campaign NAME.")
        return function(*arguments, choice=Choice(**values), **options)

    chosen: Any = command
    for decorate in (
        click.option(
            "--filter",
            "filters",
            cls=_FilterOption,
            multiple=True,
            metavar="FIELD=VALUE",
        ),
        click.option("--search", default="", metavar="TEXT", help="Those in which every word of TEXT occurs."),
        outcome_option,
        click.option(
            "--campaign",
            metavar="NAME",
            help="Those whom this campaign calls or called, or was to call.",
            shell_complete=complete_campaigns,
        ),
        click.option(
            "--segment",
            "segments",
            multiple=True,
            metavar="NAME",
            help="Those in this segment. Given twice it means those in either.",
            shell_complete=complete_segments,
        ),
    ):
        chosen = decorate(chosen)
    result: _F = chosen
    return result


def assignments(given: Sequence[str]) -> dict[str, str]:
    """Return `FIELD=VALUE` arguments as a mapping. Raises click.UsageError for one that is not of that form."""
    values: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise click.UsageError(f"“{text}” is not of the form FIELD=VALUE, such as first_name=Finn.")
        if name in values:
            raise click.UsageError(f"{name} is given twice.")
        values[name] = value
    return values

"""Selection of contacts by options: segment, campaign and outcome, search, filters."""

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
    help="Only contacts of the campaign with this outcome. Given twice, either outcome.",
)


@dataclass(frozen=True)
class Choice:
    """The values of the options that select contacts."""

    segments: tuple[str, ...]
    campaign: str | None
    outcomes: tuple[str, ...]
    search: str
    filters: tuple[str, ...]

    @property
    def is_everybody(self) -> bool:
        """True if no option selects contacts."""
        return not self.segments and self.campaign is None and not self.search.strip() and not self.filters

    def query(
        self, session: "Session", *, segment: str | None = None, sort: str = "name", desc: bool = False
    ) -> "ContactQuery":
        """Return the query for the selected contacts; without a segment option, those in `segment`.

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

        self.help = f"Only contacts with this {help_text()}. A field given twice means either value."
        return super().get_help_record(ctx)


def chosen_contacts(function: _F) -> _F:
    """Add the options that select contacts, and pass their values to the command as `choice`."""

    @functools.wraps(function)
    def command(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  any parameters and result
        values = {name: options.pop(name) for name in ("segments", "campaign", "outcomes", "search", "filters")}
        if values["outcomes"] and values["campaign"] is None:
            raise click.UsageError("--outcome needs a campaign: give it with --campaign NAME.")
        return function(*arguments, choice=Choice(**values), **options)

    decorated: Any = command
    for decorate in (
        click.option(
            "--filter",
            "filters",
            cls=_FilterOption,
            multiple=True,
            metavar="FIELD=VALUE",
            help="Those with this value of a field. A field given twice means either value.",
        ),
        click.option("--search", default="", metavar="TEXT", help="Only contacts with every word of TEXT."),
        outcome_option,
        click.option(
            "--campaign",
            metavar="NAME",
            help="Only contacts in the audience of this campaign.",
            shell_complete=complete_campaigns,
        ),
        click.option(
            "--segment",
            "segments",
            multiple=True,
            metavar="NAME",
            help="Only contacts in this segment. Given twice, those in either.",
            shell_complete=complete_segments,
        ),
    ):
        decorated = decorate(decorated)
    result: _F = decorated
    return result


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """Return `FIELD=VALUE` arguments as a mapping. Raises click.UsageError for one of another form."""
    values: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise click.UsageError(f"“{text}” is not of the form FIELD=VALUE, such as first_name=Finn.")
        if name in values:
            raise click.UsageError(f"{name} is given twice.")
        values[name] = value
    return values

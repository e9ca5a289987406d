"""Selection of contacts by options: segment, campaign and outcome, search, view, expression, filters."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

from segtui.cli.completion import (
    complete_campaigns,
    complete_columns,
    complete_fields,
    complete_filters,
    complete_segments,
    complete_views,
)
from segtui.cli.options import as_usage
from segtui.domain.text import fold
from segtui.domain.vocabulary import CALL_OUTCOMES
from segtui.errors import Conflict

if TYPE_CHECKING:
    from segtui.domain.criteria.tree import Criteria
    from segtui.services.contacts.contacts import ContactQuery
    from segtui.services.contacts.outcome_filter import Results
    from segtui.services.session import Session
    from segtui.services.views.views import View

_F = TypeVar("_F", bound=Callable[..., Any])
_OPTIONS = ("segments", "campaign", "outcomes", "search", "view", "where", "filters")
ALL_OPTIONS = "--segment, --campaign, --search, --view, --where or --filter"
"""The options that select contacts, for a sentence."""

outcome_option = click.option(
    "--outcome",
    "outcomes",
    type=click.Choice(CALL_OUTCOMES),
    multiple=True,
    help="Only contacts of the campaign with this outcome. Given twice, either outcome.",
)
columns_option = click.option(
    "--columns",
    metavar="A,B",
    help="Print these fields, the company's custom fields (custom.NAME) among them.",
    shell_complete=complete_columns,
)
sort_option = click.option(
    "--sort",
    metavar="FIELD",
    help="The order, by any field, also custom.NAME; by default the view's, or name.",
    shell_complete=complete_fields,
)
_DESC_HELP = (
    "Reverse the order. Blanks come last in both directions; values of a custom field that are numbers come before "
    "others, by their size."
)
desc_option = click.option("--desc", is_flag=True, help=_DESC_HELP)


@dataclass(frozen=True)
class Choice:
    """The values of the options that select contacts. All of them must hold."""

    segments: tuple[str, ...] = ()
    campaign: str | None = None
    outcomes: tuple[str, ...] = ()
    search: str = ""
    view: str | None = None
    where: str | None = None
    filters: tuple[str, ...] = ()
    _views: "dict[str, View]" = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_everybody(self) -> bool:
        """True if no option selects contacts."""
        # A search without letters, digits or signs, such as a lone apostrophe, leaves nobody out.
        return self == Choice(search=self.search) and not fold(self.search)

    def company_session(self, opened: "Session") -> "Session":
        """Return the session bound to the one company of the selection: that of its segments, or the session's.

        Raises NotFound for an unknown segment, InvalidInput where there are several companies.
        """
        from segtui.services.segments import segments
        from segtui.services.session import company_of

        if self.segments:
            return company_of(opened, segments.by_name(opened, self.segments[0]).company_id)
        return opened.bound_to(opened.one_company)

    def saved_view(self, session: "Session") -> "View | None":
        """Return the view of the option, if it is given; it is read once.

        Raises NotFound, Conflict where it can no longer be used.
        """
        if self.view is None:
            return None
        from segtui.services.views import views

        if self.view not in self._views:
            self._views[self.view] = views.usable(views.by_name(session, self.view))
        return self._views[self.view]

    def criteria(self, session: "Session", *, in_segment: bool = False) -> "Criteria | None":
        """Return the criteria of the view, the expression and the filters together.

        Raises click.UsageError for a wrong expression or filter, NotFound and Conflict for a view that cannot be used.
        """
        if self.view is None and self.where is None and not self.filters:
            return None
        from segtui.domain.criteria.tree import all_of
        from segtui.services.criteria import expressions

        view = self.saved_view(session)
        parts = [None if view is None else view.criteria]
        with as_usage():
            if self.where is not None:
                parts.append(expressions.parse(session, self.where, in_segment=in_segment))
            if self.filters:
                parts.append(expressions.parse_filters(session, self.filters, in_segment=in_segment))
        return all_of(part for part in parts if part is not None)

    def query(
        self, session: "Session", *, segment: str | None = None, sort: str | None = None, desc: bool = False
    ) -> "ContactQuery":
        """Return the query for the selected contacts; without a segment option, those in `segment`.

        `sort` is a field in any spelling; without it the order is the view's, or by name.

        Raises NotFound for an unknown segment, campaign or view, Conflict for a view that can no longer be used,
        InvalidInput for a view that needs one segment, click.UsageError for a wrong expression, filter or order.
        """
        from segtui.services.contacts.contacts import ContactQuery
        from segtui.services.segments import segments
        from segtui.services.views import views

        named = self.segments or ((segment,) if segment is not None else ())
        ids = [segments.by_name(session, name).id for name in named]
        segment_id, *others = dict.fromkeys(ids) or (None,)
        in_segment = segment_id is not None and not others
        if (view := self.saved_view(session)) is not None:
            views.query_of(view, segment_id if in_segment else None)
        return ContactQuery(
            segment_id,
            self.combined_search(session),
            criteria=self.criteria(session, in_segment=in_segment),
            sort=self.order(session, sort, in_segment=in_segment),
            descending=self.is_descending(session, sort, desc=desc),
            results=self._results(session),
            other_segments=tuple(other for other in others if other),
        )

    def narrowing_query(self, session: "Session", *, segment: str | None = None) -> "ContactQuery":
        """Return the query for contacts that are changed; `segment` as in `query`.

        Raises Conflict where a view is all that selects, and leaves nobody out; and what `query` raises.
        """
        query = self.query(session, segment=segment)
        is_limited = bool(self.segments) or query.results is not None or query.criteria is not None
        if not is_limited and not fold(query.search):
            raise Conflict("The view has neither a search nor an expression, so it selects every contact: add --where.")
        return query

    def combined_search(self, session: "Session") -> str:
        """Return the words of the view's search and of the option: every one must occur."""
        view = self.saved_view(session)
        return self.search if view is None else f"{view.search} {self.search}".strip()

    def order(self, session: "Session", sort: str | None, *, in_segment: bool = True) -> str:
        """Return the declared name of the field `sort`, or the view's. Raises click.UsageError for an unknown one."""
        from segtui.services.criteria import field_names

        if sort is None:
            view = self.saved_view(session)
            return "name" if view is None else view.sort
        with as_usage():
            return field_names.parse_sort(session, sort, in_segment=in_segment)

    def is_descending(self, session: "Session", sort: str | None, *, desc: bool) -> bool:
        """Tell whether the order is reversed: by the option, or by the view where its order counts."""
        view = self.saved_view(session)
        return desc or (sort is None and view is not None and view.descending)

    def columns(self, session: "Session", text: str | None) -> tuple[str, ...] | None:
        """Return the fields to print: those of a list such as `name,custom.plan`, else the view's, None for the usual.

        Raises click.UsageError for a field that does not exist, NotFound and Conflict for a view that cannot be used.
        """
        from segtui.services.criteria import field_names

        if text is not None:
            with as_usage():
                return field_names.parse_columns(session, text, in_segment=len(set(self.segments)) == 1)
        view = self.saved_view(session)
        return None if view is None else view.columns

    def _results(self, session: "Session") -> "Results | None":
        if self.campaign is None:
            return None
        from segtui.services import campaigns
        from segtui.services.contacts.outcome_filter import Results, ended

        return Results(campaigns.by_name(session, self.campaign).id, ended(self.outcomes))


class ReferenceOption(click.Option):
    """An option whose help lists fields. Their declarations are imported when the help is printed."""

    def __init__(self, *args: Any, lead: str = "Only contacts that satisfy", **attributes: Any) -> None:  # noqa: ANN401  those of click
        super().__init__(*args, **attributes)
        self._lead = lead

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its help."""
        from segtui.domain.criteria import reference

        if self.name == "where":
            self.help = f"{self._lead} {reference.where_help()}"
        else:
            self.help = (
                f"Only contacts with this value of a field: {reference.filter_help()}. A field given twice means "
                "either value."
            )
        return super().get_help_record(ctx)


where_option = click.option(
    "--where",
    cls=ReferenceOption,
    metavar="EXPR",
    help="Only contacts that satisfy this expression, such as 'source = Webinar and state in (AZ, CA)'.",
)


def chosen_contacts(function: _F) -> _F:
    """Add the options that select contacts, and pass their values to the command as `choice`."""
    return _choosing(function, "--segment")


def chosen_contacts_of(function: _F) -> _F:
    """Do the same for a command that makes segments: the segment of the contacts is named with `--of`."""
    return _choosing(function, "--of", "--segment")


def _choosing(function: _F, *segment_options: str) -> _F:

    @functools.wraps(function)
    def command(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  any parameters and result
        values = {name: options.pop(name) for name in _OPTIONS}
        if values["outcomes"] and values["campaign"] is None:
            raise click.UsageError("--outcome needs a campaign: give it with --campaign NAME.")
        return function(*arguments, choice=Choice(**values), **options)

    decorated: Any = command
    for decorate in (
        click.option(
            "--filter",
            "filters",
            cls=ReferenceOption,
            multiple=True,
            metavar="FIELD=VALUE",
            help="Only contacts with this value of a field. A field given twice means either value.",
            shell_complete=complete_filters,
        ),
        where_option,
        click.option(
            "--view",
            metavar="NAME",
            help="Only contacts of this saved view.",
            shell_complete=complete_views,
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
            *segment_options,
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

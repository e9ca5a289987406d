"""Filters of a list of contacts: the criteria in force, chosen in a form, shown as chips, removed and copied."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.content import Content

from segtui.domain.criteria.canonical import text_of
from segtui.domain.criteria.tree import Criteria
from segtui.domain.search_terms import field_text, matches, parse
from segtui.domain.text import clean
from segtui.services.contacts import contacts
from segtui.services.contacts.contact_query import ContactQuery
from segtui.services.interrupt import Interrupt
from segtui.tui.actions import contact_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.screens.base.collaborators import Collaborator
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.filters.field_choice import with_part, without_part
from segtui.tui.screens.filters.filter_context import FilterContext, FilterPart
from segtui.tui.widgets.forms.filter_chips import FilterChips
from segtui.tui.widgets.forms.picker import Offer, Picker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segtui.tui.screens.contacts.contact_list import ContactListScreen

_ON_FILTERS = (does.ClearFilters, does.RemoveFilter, does.CopyFilters)
"""Commands that need a filter in force."""
_MAX_PARTS = 8
"""Filters that are left out in turn, to find the one that excludes most contacts."""


@dataclass(frozen=True, slots=True)
class _ExcludingFilter:
    """The filter of a query without matches whose removal shows most contacts, and their number."""

    query: ContactQuery
    part: FilterPart
    count: int


class ContactFilters(Collaborator["ContactListScreen"]):
    """Holds the filters of a list of contacts, with their sentences."""

    def __init__(self, screen: "ContactListScreen") -> None:
        super().__init__(screen)
        self.parts: tuple[FilterPart, ...] = ()
        """The conjuncts of the criteria in force, with their sentences."""
        self._excluding_filter: _ExcludingFilter | None = None

    def offers(self, command: type[Command]) -> bool:
        """Offer what works on filters only where there are some."""
        return command not in _ON_FILTERS or self.criteria is not None

    @property
    def criteria(self) -> Criteria | None:
        """The criteria in force."""
        return self.screen.query_now.criteria

    @property
    def sentences(self) -> list[str]:
        """The filters in words, one sentence for each part."""
        return [part.sentence for part in self.parts]

    def read_context(self) -> FilterContext:
        """Return the fields of the list and the zone of its days. Runs in a thread."""
        return FilterContext.read(self.session, in_segment=self.screen.segment_id is not None)

    # Without a match

    def find_excluding_filter(self) -> None:
        """Find the filter whose removal shows most contacts, and name it in the empty list."""
        query, session, parts = self.screen.query_now, self.session, self.parts[:_MAX_PARTS]
        if not parts or (self._excluding_filter is not None and self._excluding_filter.query == query):
            return

        def read(interrupt: Interrupt) -> _ExcludingFilter:
            counts = [
                contacts.count(session, replace(query, criteria=without_part(query.criteria, part.criteria)), interrupt)
                for part in parts
            ]
            most = max(counts)
            return _ExcludingFilter(query, parts[counts.index(most)], most)

        self.screen.requests.read("excluding filter", read, self._take_excluding_filter)

    def _take_excluding_filter(self, excluding_filter: "_ExcludingFilter") -> None:
        self._excluding_filter = excluding_filter
        self.screen.update_empty_text()

    @property
    def hint(self) -> Content:
        """A sentence that names the filter to remove, once it is known; else empty."""
        excluding_filter = self._excluding_filter
        if excluding_filter is None or excluding_filter.query != self.screen.query_now or not excluding_filter.count:
            return Content("")
        matches = "1 contact matches" if excluding_filter.count == 1 else f"{excluding_filter.count:,} contacts match"
        return Content.assemble(f" {matches} without “", (clean(excluding_filter.part.sentence), "bold"), "”.")

    # Commands

    @flow
    async def action_filters(self) -> None:
        """Edit the filters."""
        from segtui.tui.screens.filters.filter_form import FilterForm

        context = await self.screen.read(lambda _: self.read_context())
        answer = await self.screen.ask(FilterForm(self.session, self.screen.query_now, context))
        if answer is not None:
            self.show(answer.criteria, context.parts(answer.criteria))

    @flow
    async def action_show_frequency(self) -> None:
        """Show the frequency table of the list, and filter the list by the value that is chosen there."""
        from segtui.tui.screens.frequency.frequency_screen import CountedList, pick_value

        screen = self.screen
        counted_list = CountedList(screen.title_path, self.sentences, screen.query_now.search)
        value_criteria = await pick_value(screen, screen.query_now, counted_list)
        if value_criteria is not None:
            criteria = with_part(self.criteria, value_criteria)
            context = await screen.read(lambda _: self.read_context())
            self.show(criteria, context.parts(criteria))

    def action_clear_filters(self) -> None:
        """Clear all filters."""
        self.show(None, ())

    def action_remove_filter(self) -> None:
        """Remove the only filter, or the one that is picked."""
        if len(self.parts) > 1:
            self._pick()
        elif self.parts:
            self.remove(self.parts[0])

    @flow
    async def _pick(self) -> None:
        part = await self.screen.ask(_PartPicker(self.parts))
        if part is not None:
            self.remove(part)

    def remove(self, part: FilterPart) -> None:
        """Take one part out of the filters."""
        rest = tuple(other for other in self.parts if other != part)
        self.show(without_part(self.criteria, part.criteria), rest)

    def action_copy_filters(self) -> None:
        """Copy the filters as an expression."""
        if self.criteria is not None:
            self.screen.app.copy_to_clipboard(text_of(self.criteria))

    def show(self, criteria: Criteria | None, parts: tuple[FilterPart, ...]) -> None:
        """Put other criteria in force and load the contacts; `parts` are those of the criteria."""
        if criteria != self.criteria:
            self.take(criteria, parts)
            self.screen.reload(same_rows=True)
            self.screen.refresh_bindings()

    def take(self, criteria: Criteria | None, parts: tuple[FilterPart, ...]) -> None:
        """Put other criteria in force, which the next `reload` shows."""
        screen = self.screen
        self.parts = parts
        screen.query_now = replace(screen.query_now, criteria=criteria)
        screen.query_one(FilterChips).filters = parts


class _PartPicker(Picker[FilterPart]):
    """Offers the parts of the filters, to remove one."""

    def __init__(self, parts: "Sequence[FilterPart]") -> None:
        super().__init__("Remove a filter", "Type part of a filter")
        self._offers = [Offer(part, part.sentence) for part in parts]

    def find(self, typed: str, interrupt: Interrupt) -> "Sequence[Offer[FilterPart]]":  # noqa: ARG002
        """Return the parts that match."""
        search = parse(typed)
        return [offer for offer in self._offers if matches(search, field_text(offer.label))]

"""The command palette: everything a screen does, and every segment, campaign and contact by name."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from segtui.domain.criteria.tree import AnyOf, Comparison, Criteria, all_of
from segtui.domain.phones import grouped
from segtui.domain.search_terms import field_text, matches, parse
from segtui.domain.text import counted
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.widgets.chrome.key_bar import keys_shown
from segtui.tui.widgets.forms.picker import Offer, Picker

if TYPE_CHECKING:
    from segtui.services.contacts.contacts import Contact
    from segtui.tui.screens.base.base_screen import WorkScreen

Run: TypeAlias = Callable[[], object]

_MOST_OF_A_KIND = 8
"""Entries of each kind: a longer list is searched in its section."""
_SHORTEST_CONTACT = 2
"""Characters from which contacts are found: one letter begins the name of a third of them."""


class PaletteScreen(Picker[Run]):
    """Offers the commands of the screen `about`, and what can be opened: segments, campaigns and contacts."""

    def __init__(self, about: "WorkScreen", session: Session) -> None:
        super().__init__("Command palette", "An action, a segment, a campaign or a contact")
        self._about = about
        self._session = session
        # Read now: once this dialog is open, what is offered is no business of a thread.
        self._actions: list[Offer[Run]] = [
            Offer(self._runs(command.name()), about.title_of(command), keys_shown(about.app, command))
            for command in about.offered
            if command.in_palette
        ]

    def _runs(self, action: str) -> Run:
        return lambda: self._about.run_action(action)

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Run]]:
        """Return the actions that match, then the segments, the campaigns and the contacts."""
        search = parse(typed)
        offers = [offer for offer in self._actions if matches(search, field_text(offer.label))]
        if search:
            offers.extend(self._segments(typed, interrupt))
            offers.extend(self._campaigns(typed, interrupt))
        if len(typed.strip()) >= _SHORTEST_CONTACT:
            offers.extend(self._contacts(typed, interrupt))
        return offers

    def _segments(self, typed: str, interrupt: Interrupt) -> Iterator[Offer[Run]]:
        listing = segments.listing(self._session, segments.SegmentQuery(search=typed), interrupt)
        for segment in listing.first(_MOST_OF_A_KIND):
            note = f"segment, {counted(segment.contacts, 'contact')}"
            yield Offer(_opens(self._about.open_segment, segment), segment.name, note)

    def _campaigns(self, typed: str, interrupt: Interrupt) -> Iterator[Offer[Run]]:
        from segtui.services import campaigns

        listing = campaigns.listing(self._session, campaigns.CampaignQuery(search=typed), interrupt)
        for campaign in listing.first(_MOST_OF_A_KIND):
            yield Offer(_opens(self._about.open_campaign, campaign), campaign.name, f"campaign, {campaign.status}")

    def _contacts(self, typed: str, interrupt: Interrupt) -> Iterator[Offer[Run]]:
        from segtui.services.accounts import companies
        from segtui.services.contacts import contacts

        query = contacts.ContactQuery(search=typed, criteria=_named(typed))
        rows = contacts.listing(self._session, query, interrupt).first(_MOST_OF_A_KIND)
        names: Mapping[int, str] = {}
        if rows and self._session.company is None:
            names = companies.names(self._session, interrupt)
        for contact in rows:
            note = _contact_note(contact, typed, names)
            yield Offer(_opens(self._about.open_contact, contact), contact.title, note)


def _named(typed: str) -> Criteria | None:
    """Return the criteria that every word occurs in the name or the e-mail; digits are found in phones by the search.

    The search alone also finds cities and sources: every contact from a webinar.
    """
    words = [word for word in typed.split() if not any(character.isdigit() for character in word)]
    return all_of(AnyOf((Comparison("name", "~", (word,)), Comparison("email", "~", (word,)))) for word in words)


def _opens(show: Callable[..., object], target: object) -> Run:
    return lambda: show(target)


def _contact_note(contact: "Contact", typed: str, company_names: Mapping[int, str]) -> str:
    """Return the words beside a contact: its kind, its phone, and its e-mail where the name alone does not match."""
    is_named = bool(contact.phone) and matches(parse(typed), field_text(contact.name))
    email = "" if is_named else contact.email
    mark = "do not call" if contact.do_not_call else ""
    phone = grouped(contact.phone) if contact.phone else ""
    words = [mark, phone, email, company_names.get(contact.company_id, "")]
    return ", ".join(["contact", *(word for word in words if word and word != contact.title)])

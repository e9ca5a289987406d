"""The command palette: everything a screen does, and every segment and campaign, by name."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from segtui.domain.search_terms import field_text, matches, parse
from segtui.domain.text import counted
from segtui.services.interrupt import Interrupt
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.widgets.chrome.key_bar import keys_shown
from segtui.tui.widgets.forms.picker import Offer, Picker

if TYPE_CHECKING:
    from segtui.services.campaigns import Campaign
    from segtui.tui.screens.base.base_screen import WorkScreen

_MOST_SEGMENTS = 20
_MOST_CAMPAIGNS = 20


class PaletteScreen(Picker[Callable[[], object]]):
    """Offers the commands of the screen `about`, and from the first letter on segments and campaigns to open."""

    def __init__(self, about: "WorkScreen", session: Session) -> None:
        super().__init__("Command palette", "An action, a segment or a campaign")
        self._about = about
        self._session = session
        # Asked now: once this dialog is open, what is offered is no business of a thread.
        self._actions: list[Offer[Callable[[], object]]] = [
            Offer(self._runs(command.name()), about.title_of(command), keys_shown(about.app, command))
            for command in about.offered
            if command.in_palette
        ]

    def _runs(self, action: str) -> Callable[[], object]:
        return lambda: self._about.run_action(action)

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Callable[[], object]]]:
        """Return the actions that fit, then the segments and the campaigns."""
        search = parse(typed)
        offers = [offer for offer in self._actions if matches(search, field_text(offer.label))]
        if search:
            listing = segments.listing(self._session, segments.SegmentQuery(search=typed), interrupt)
            offers.extend(self._segment(segment) for segment in listing.first(_MOST_SEGMENTS))
            offers.extend(map(self._campaign, self._campaigns(typed, interrupt)))
        return offers

    def _segment(self, segment: segments.Segment) -> Offer[Callable[[], object]]:
        note = f"segment, {counted(segment.contacts, 'contact')}"
        return Offer(lambda: self._about.open_segment(segment), segment.name, note)

    def _campaigns(self, typed: str, interrupt: Interrupt) -> "Sequence[Campaign]":
        from segtui.services import campaigns

        matching = campaigns.listing(self._session, campaigns.CampaignQuery(search=typed), interrupt)
        return matching.first(_MOST_CAMPAIGNS)

    def _campaign(self, campaign: "Campaign") -> Offer[Callable[[], object]]:
        return Offer(lambda: self._about.open_campaign(campaign), campaign.name, f"campaign, {campaign.status}")

"""The choice of a campaign: of a segment's campaigns, or of a given few."""

from collections.abc import Collection, Sequence

from segtui.services import campaigns
from segtui.services.campaigns import Campaign, CampaignQuery
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.screens.campaigns.campaign_words import progress
from segtui.tui.widgets.forms.picker import Offer, Picker

_MAX_OFFERS = 100


class CampaignPicker(Picker[Campaign]):
    """Offers campaigns by name, with status and progress: those of a segment, or `only` those with some ids."""

    def __init__(
        self, session: Session, title: str, *, segment_id: int | None = None, only: Collection[int] | None = None
    ) -> None:
        super().__init__(title, "Type part of a campaign's name")
        self._session = session
        self._segment_id = segment_id
        self._only = None if only is None else frozenset(only)

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Campaign]]:
        """Return the matching campaigns."""
        query = CampaignQuery(search=typed, segment_id=self._segment_id)
        listing = campaigns.listing(self._session, query, interrupt)
        ids = [key for key in listing.ids() if self._only is None or key in self._only][:_MAX_OFFERS]
        rows = listing.rows(ids)
        return [Offer(rows[key], rows[key].name, progress(rows[key])) for key in ids if key in rows]

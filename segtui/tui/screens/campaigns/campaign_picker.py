"""The choice of a campaign: of those of a segment, or of a few that are given."""

from collections.abc import Collection, Sequence

from segtui.services import campaigns
from segtui.services.campaigns import Campaign, CampaignQuery
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.screens.campaigns.campaign_words import progress
from segtui.tui.widgets.forms.picker import Offer, Picker

_MOST = 100


class CampaignPicker(Picker[Campaign]):
    """Offers campaigns by name, with status and progress: those of a segment, or `only` those with some ids."""

    def __init__(
        self, session: Session, title: str, *, segment_id: int | None = None, only: Collection[int] | None = None
    ) -> None:
        super().__init__(title, "A part of a campaign's name")
        self._session = session
        self._segment_id = segment_id
        self._only = None if only is None else frozenset(only)

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Campaign]]:
        """Return the campaigns that fit."""
        query = CampaignQuery(search=typed, segment_id=self._segment_id)
        found = campaigns.listing(self._session, query, interrupt)
        wanted = found.ids() if self._only is None else [each for each in found.ids() if each in self._only]
        rows = found.rows(wanted[:_MOST])
        return [Offer(rows[each], rows[each].name, progress(rows[each])) for each in wanted[:_MOST] if each in rows]

"""The filters of the campaign list and of a campaign's contacts: pickers of statuses and outcomes, with counts."""

from collections import Counter
from collections.abc import Sequence

from segtui.domain.search_terms import field_text, matches, parse
from segtui.domain.text import counted
from segtui.domain.vocabulary import CAMPAIGN_STATUSES
from segtui.services import campaigns
from segtui.services.campaigns import CampaignQuery
from segtui.services.campaigns.audience import filter_counts
from segtui.services.contacts.outcome_filter import OutcomeFilter
from segtui.services.interrupt import Interrupt
from segtui.services.session import Session
from segtui.tui.widgets.forms.picker import Offer, Picked, Picker


class _FilterPicker(Picker[Picked]):
    """Offers the choices that `every` returns, read once, by their words."""

    _offers: Sequence[Offer[Picked]] | None = None

    def every(self, interrupt: Interrupt) -> Sequence[Offer[Picked]]:
        """Return all choices. Runs in a thread."""
        raise NotImplementedError

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Picked]]:
        """Return the matching choices."""
        if self._offers is None:
            self._offers = self.every(interrupt)
        search = parse(typed)
        return [offer for offer in self._offers if matches(search, field_text(offer.label))]


class StatusFilter(_FilterPicker[tuple[str | None]]):
    """Offers the statuses that campaigns have; is dismissed with a tuple of one, or of None for all."""

    def __init__(self, session: Session) -> None:
        super().__init__("Show campaigns that are", "A status")
        self._session = session

    def every(self, interrupt: Interrupt) -> Sequence[Offer[tuple[str | None]]]:
        """Return the statuses."""
        listing = campaigns.listing(self._session, CampaignQuery(), interrupt)
        counts = Counter(campaign.status for campaign in listing.first(len(listing.ids())))
        return [
            Offer((None,), "Everything", counted(counts.total(), "campaign")),
            *(
                Offer((status,), status, counted(counts[status], "campaign"))
                for status in CAMPAIGN_STATUSES
                if counts[status]
            ),
        ]


class ResultFilter(_FilterPicker[tuple[OutcomeFilter | None]]):
    """Offers the states, outcomes and reasons of a campaign's contacts.

    Is dismissed with a tuple of one, or of None to filter by the fields of the contacts.
    """

    def __init__(self, session: Session, campaign_id: int) -> None:
        super().__init__("Show contacts that are", "A state, an outcome or a reason")
        self._session = session
        self._campaign_id = campaign_id

    def every(self, interrupt: Interrupt) -> Sequence[Offer[tuple[OutcomeFilter | None]]]:
        """Return the states, outcomes and reasons."""
        choices = filter_counts.choices(self._session, self._campaign_id, interrupt)
        total = sum(count for choice, count in choices if choice.reason is None)
        return [
            Offer((OutcomeFilter(),), "Everybody", counted(total, "contact")),
            *(Offer((choice,), choice.words, counted(count, "contact")) for choice, count in choices),
            Offer((None,), "By the fields of the contacts…"),
        ]

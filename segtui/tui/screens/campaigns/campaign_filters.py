"""What the list of campaigns, and the contacts of one, can be narrowed to; each with how many there are."""

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


class _Narrowing(Picker[Picked]):
    """Offers what `every` returns, asked once, by the words of each."""

    _offers: Sequence[Offer[Picked]] | None = None

    def every(self, interrupt: Interrupt) -> Sequence[Offer[Picked]]:
        """Return all there is to choose from. Runs in a thread."""
        raise NotImplementedError

    def find(self, typed: str, interrupt: Interrupt) -> Sequence[Offer[Picked]]:
        """Return what fits."""
        if self._offers is None:
            self._offers = self.every(interrupt)
        search = parse(typed)
        return [each for each in self._offers if matches(search, field_text(each.label))]


class StatusFilter(_Narrowing[tuple[str | None]]):
    """Offers the states that campaigns are in; is dismissed with one, or with None in its place for all."""

    def __init__(self, session: Session) -> None:
        super().__init__("Show campaigns that are", "A status")
        self._session = session

    def every(self, interrupt: Interrupt) -> Sequence[Offer[tuple[str | None]]]:
        """Return the states."""
        ids = campaigns.listing(self._session, CampaignQuery(), interrupt)
        counts = Counter(each.status for each in ids.first(len(ids.ids())))
        return [
            Offer((None,), "Everything", counted(counts.total(), "campaign")),
            *(Offer((each,), each, counted(counts[each], "campaign")) for each in CAMPAIGN_STATUSES if counts[each]),
        ]


class ResultFilter(_Narrowing[OutcomeFilter]):
    """Offers the states, outcomes and reasons of a campaign's contacts."""

    def __init__(self, session: Session, campaign_id: int) -> None:
        super().__init__("Show contacts that are", "A state, an outcome or a reason")
        self._session = session
        self._campaign_id = campaign_id

    def every(self, interrupt: Interrupt) -> Sequence[Offer[OutcomeFilter]]:
        """Return them."""
        found = filter_counts.choices(self._session, self._campaign_id, interrupt)
        everybody = sum(count for kept, count in found if kept.reason is None)
        return [
            Offer(OutcomeFilter(), "Everybody", counted(everybody, "contact")),
            *(Offer(kept, kept.words, counted(count, "contact")) for kept, count in found),
        ]

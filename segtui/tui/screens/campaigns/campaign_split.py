"""The form that splits a campaign into drafts."""

from collections.abc import Sequence

from textual.content import Content

from segtui.domain.text import clean, counted
from segtui.services import campaigns
from segtui.services.campaigns import Campaign, Forecast
from segtui.services.campaigns.splitting import MAX_PARTS, preview
from segtui.services.interrupt import Interrupt
from segtui.services.segments.partition import Part, SplitWay
from segtui.services.session import Session
from segtui.tui.screens.splitting.split_form import SplitForm


class CampaignSplitForm(SplitForm[Sequence[Campaign]]):
    """Splits a draft with a forecast; is dismissed with the new drafts."""

    def __init__(self, session: Session, campaign: Campaign, forecast: Forecast) -> None:
        self._campaign = campaign
        called = f"{forecast.callable:,} of its {counted(forecast.total, 'contact')}"
        about = Content.assemble(
            "“", (clean(campaign.name), "bold"), f"” would call {called}. Split, it becomes several drafts ",
            "with the same settings, each contact in exactly one. They are launched one by one. Random parts and ",
            "those by field are new fixed segments, which later changes of its segments do not reach. ",
            "This cannot be undone.\n",
        )  # fmt: skip
        super().__init__(
            session, "Split the campaign", about,
            noun="campaign", contacts=forecast.callable, limit=MAX_PARTS, in_segment=len(campaign.segments) == 1,
            dangerous=True,
        )  # fmt: skip

    def preview(self, way: SplitWay, interrupt: Interrupt) -> Sequence[Part]:
        """Return the parts that the drafts would call."""
        return preview(self._session, self._campaign.id, way, interrupt)

    def split(self, way: SplitWay) -> Sequence[Campaign]:
        """Split the draft."""
        return campaigns.split(self._session, self._campaign.id, way)

"""What screens can do with campaigns: create, edit, launch and split one."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.message import Message

from segtui.domain.text import clean
from segtui.services import campaigns
from segtui.services.accounts import companies
from segtui.services.accounts.companies import CompanyRow
from segtui.services.campaigns import Campaign
from segtui.services.interrupt import Interrupt
from segtui.services.segments.segments import Segment
from segtui.services.session import Session, company_of
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.base_screen import WorkScreen


class CampaignWriting(WorkScreen):
    """A screen from which campaigns are made and launched. What was done is posted as Done (`campaign_done`)."""

    @dataclass
    class CreatingCampaign(Message):
        """These are the companies a new campaign can be for; where `segment` is given, the session is bound to its."""

        session: Session
        segment: Segment | None
        companies: Sequence[CompanyRow]

    @dataclass
    class EditingCampaign(Message):
        """The campaign as it is now, its session, and the segments it leaves out."""

        session: Session
        campaign: Campaign
        excluded: Sequence[tuple[int | None, str]]

    @dataclass
    class LaunchingCampaign(Message):
        """The campaign as it is now, and its session."""

        session: Session
        campaign: Campaign

    @dataclass
    class SplittingCampaign(Message):
        """A campaign would call so many contacts."""

        session: Session
        campaign: Campaign
        contacts: int

    def campaign_done(self, sentence: str, campaign: Campaign) -> None:
        """Say what was done to a campaign, and show it: here with the cursor on it."""
        self.post_message(Done(sentence, campaign.id))

    # Creating and editing

    def create_campaign(self, segment: Segment | None = None) -> None:
        """Open the form for a new campaign, of `segment` where one is given."""

        def ask(_: Interrupt) -> Message:
            if segment is not None and self.session.company is None:
                return self.CreatingCampaign(company_of(self.session, segment.company_id), segment, ())
            rows = companies.every(self.session) if self.session.company is None else ()
            return self.CreatingCampaign(self.session, segment, rows)

        self.requests.ask("campaign", ask, keys_wait=True)

    @on(CreatingCampaign)
    def _creating_campaign(self, event: CreatingCampaign) -> None:
        from segtui.tui.screens.campaigns.campaign_form import CampaignForm

        def ended(campaign: Campaign | None) -> None:
            if campaign is not None:
                self.campaign_done(f"“{campaign.name}” was created: a draft, which calls nobody yet.", campaign)

        form = CampaignForm(event.session, self.settings, segment=event.segment, companies=event.companies)
        self.app.push_screen(form, ended)

    def edit_campaign(self, campaign: Campaign) -> None:
        """Open the form of a campaign, as it is now."""

        def ask(_: Interrupt) -> Message:
            session = self._of(campaign)
            now = campaigns.get(session, campaign.id)
            return self.EditingCampaign(session, now, campaigns.excluded(session, campaign.id))

        self.requests.ask("campaign", ask, keys_wait=True)

    @on(EditingCampaign)
    def _editing_campaign(self, event: EditingCampaign) -> None:
        from segtui.tui.screens.campaigns.campaign_form import CampaignForm

        before = event.campaign
        if before.status not in campaigns.EDITABLE:
            hint = "pause it first." if before.status in {"active", "scheduled"} else "it stays as it is."
            self.say(f"“{before.name}” is {before.status}: {hint}")
            return

        def ended(campaign: Campaign | None) -> None:
            if campaign is not None:
                self.campaign_done(f"“{campaign.name}” was saved.", campaign)

        # Segments that are gone have no id, and are only shown.
        named = {-place if key is None else key: name for place, (key, name) in enumerate(event.excluded, 1)}
        self.app.push_screen(CampaignForm(event.session, self.settings, before, excluded=named), ended)

    # Launching and splitting

    def launch_campaign(self, campaign: Campaign) -> None:
        """Show whom the launch of a draft would call, ask, and launch it, or offer to split it."""

        def ask(_: Interrupt) -> Message:
            session = self._of(campaign)
            return self.LaunchingCampaign(session, campaigns.get(session, campaign.id))

        self.requests.ask("campaign", ask, keys_wait=True)

    @on(LaunchingCampaign)
    def _launching_campaign(self, event: LaunchingCampaign) -> None:
        from segtui.tui.screens.campaigns.campaign_launch import CampaignLaunch

        session, campaign = event.session, event.campaign
        if campaign.status != "draft":
            self.say(f"“{campaign.name}” is {campaign.status}: only a draft is launched.")
            return

        def launch(interrupt: Interrupt) -> Done:
            after = campaigns.launch(session, campaign.id, interrupt)
            return Done(f"“{after.name}” was launched: it is {after.status}.", after.id)

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do(f"Launching “{campaign.name}”", launch, undoable=False)
            elif answer == "s":
                self.split_campaign(campaign)

        self.app.push_screen(CampaignLaunch(session, self.settings, campaign), answered)

    def split_campaign(self, campaign: Campaign) -> None:
        """Ask into how many parts a draft is to be split, and split it."""

        def ask(interrupt: Interrupt) -> Message:
            session = self._of(campaign)
            ahead = campaigns.forecast(session, campaign.id, interrupt)
            return self.SplittingCampaign(session, campaigns.get(session, campaign.id), ahead.callable)

        self.requests.ask("campaign", ask, keys_wait=True)

    @on(SplittingCampaign)
    def _splitting_campaign(self, event: SplittingCampaign) -> None:
        from segtui.tui.screens.campaigns.campaign_split import SplitForm

        def ended(made: Sequence[Campaign] | None) -> None:
            if made is not None:
                self.campaign_done(f"“{event.campaign.name}” was split into {len(made)} drafts.", made[0])
                self._show_parts(event.session, event.campaign, made)

        self.app.push_screen(SplitForm(event.session, event.campaign, event.contacts), ended)

    def _show_parts(self, session: Session, campaign: Campaign, made: Sequence[Campaign]) -> None:
        from segtui.tui.screens.campaigns.campaign_picker import CampaignPicker

        def picked(part: Campaign | None) -> None:
            if part is not None:
                self.open_campaign(part)

        title = f"“{clean(campaign.name)}” is {len(made)} drafts now"
        self.app.push_screen(CampaignPicker(session, title, only=[each.id for each in made]), picked)

    def _of(self, campaign: Campaign) -> Session:
        """Return the session in the company of a campaign. Runs in a thread."""
        return self.session if self.session.company is not None else company_of(self.session, campaign.company_id)

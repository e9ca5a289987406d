"""Campaign editing: create, edit, launch and split a campaign, each as one flow."""

from collections.abc import Sequence

from segtui.domain.text import clean
from segtui.services import campaigns
from segtui.services.accounts import companies
from segtui.services.accounts.companies import CompanyRow
from segtui.services.campaigns import Campaign, Forecast
from segtui.services.interrupt import Interrupt
from segtui.services.segments.segments import Segment
from segtui.services.session import Session, company_of
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import Collaborator, ScreenT
from segtui.tui.screens.base.flows import flow


class CampaignEditing(Collaborator[ScreenT]):
    """Makes and launches campaigns from a screen."""

    def done(self, sentence: str, campaign: Campaign) -> None:
        """Say what was done to a campaign, and put the cursor on it."""
        self.screen.post_message(Done(sentence, campaign.id))

    def _session_of(self, campaign: Campaign) -> Session:
        """Return the session in the company of a campaign. Runs in a thread."""
        return self.session if self.session.company is not None else company_of(self.session, campaign.company_id)

    @flow
    async def create(self, segment: Segment | None = None) -> None:
        """Open the form for a new campaign; of `segment` where one is given."""

        def read(_: Interrupt) -> tuple[Session, Sequence[CompanyRow]]:
            if segment is not None and self.session.company is None:
                return company_of(self.session, segment.company_id), ()
            return self.session, companies.every(self.session) if self.session.company is None else ()

        session, rows = await self.screen.read(read)

        from segtui.tui.screens.campaigns.campaign_form import CampaignForm

        created = await self.screen.ask(CampaignForm(session, self.screen.settings, segment=segment, companies=rows))
        if created is not None:
            self.done(f"“{created.name}” was created as a draft. It calls nobody until it is launched.", created)

    @flow
    async def edit(self, campaign: Campaign) -> None:
        """Open the form of a campaign, with its current settings."""

        def read(_: Interrupt) -> tuple[Session, Campaign, Sequence[tuple[int | None, str]]]:
            session = self._session_of(campaign)
            return session, campaigns.get(session, campaign.id), campaigns.excluded(session, campaign.id)

        session, current, excluded = await self.screen.read(read)
        if current.status not in campaigns.EDITABLE:
            hint = "pause it first." if current.status in {"active", "scheduled"} else "it can no longer be edited."
            self.screen.say(f"“{current.name}” is {current.status}: {hint}")
            return

        from segtui.tui.screens.campaigns.campaign_form import CampaignForm

        form = CampaignForm(session, self.screen.settings, current, excluded=excluded)
        if (saved := await self.screen.ask(form)) is not None:
            self.done(f"“{saved.name}” was saved.", saved)

    @flow
    async def launch(self, campaign: Campaign) -> None:
        """Show whom the launch of a draft would call, ask, and launch it, or split it."""

        def read(_: Interrupt) -> tuple[Session, Campaign]:
            session = self._session_of(campaign)
            return session, campaigns.get(session, campaign.id)

        session, draft = await self.screen.read(read)
        if draft.status != "draft":
            self.screen.say(f"“{draft.name}” is {draft.status}: only a draft can be launched.")
            return

        from segtui.tui.screens.campaigns.campaign_launch import CampaignLaunch

        def launch(interrupt: Interrupt) -> Done:
            launched = campaigns.launch(session, draft.id, interrupt, reviewed=draft)
            return Done(f"“{launched.name}” was launched: it is {launched.status}.", launched.id)

        answer = await self.screen.ask(CampaignLaunch(session, self.screen.settings, draft))
        if answer == "y":
            self.screen.do(f"Launching “{draft.name}”", launch, undoable=False)
        elif answer == "s":
            self.split(draft)

    @flow
    async def split(self, campaign: Campaign) -> None:
        """Ask into how many parts a draft is to be split, split it, and offer to open a part."""

        def read(interrupt: Interrupt) -> tuple[Session, Campaign, Forecast]:
            session = self._session_of(campaign)
            forecast = campaigns.forecast(session, campaign.id, interrupt)
            return session, campaigns.get(session, campaign.id), forecast

        session, draft, forecast = await self.screen.read(read)

        from segtui.tui.screens.campaigns.campaign_picker import CampaignPicker
        from segtui.tui.screens.campaigns.campaign_split import CampaignSplitForm

        parts = await self.screen.ask(CampaignSplitForm(session, draft, forecast))
        if parts is None:
            return
        self.done(f"“{draft.name}” was split into {len(parts)} drafts.", parts[0])
        title = f"“{clean(draft.name)}” is now {len(parts)} drafts"
        part = await self.screen.ask(CampaignPicker(session, title, only=[part.id for part in parts]))
        if part is not None:
            self.screen.open_campaign(part)

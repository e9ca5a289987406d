"""Campaign actions: the commands on one campaign, in the list of campaigns and on the campaign's own screen."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Final

from segtui.domain.text import counted
from segtui.errors import SegtuiError
from segtui.services import campaigns
from segtui.services.campaigns import Campaign
from segtui.services.interrupt import Interrupt
from segtui.tui.actions import campaign_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.base.collaborators import ScreenT
from segtui.tui.screens.base.flows import flow
from segtui.tui.screens.campaigns.campaign_editing import CampaignEditing

_STATUSES: Final[Mapping[type[Command], tuple[str, ...]]] = {
    does.LaunchCampaign: ("draft",),
    does.SplitCampaign: ("draft",),
    does.PauseCampaign: ("active", "scheduled"),
    does.ResumeCampaign: ("paused",),
    does.EditCampaign: ("draft", "paused"),
    does.ReconcileCampaign: ("paused",),
    does.CancelCampaign: ("draft", "scheduled", "active", "paused"),
}
"""The statuses of a campaign in which each command is offered."""


class CampaignActions(CampaignEditing[ScreenT]):
    """Acts on `campaign`: the one under the cursor, or the one that is shown."""

    deleted_id: int | None = None
    """The campaign that was deleted here last, or is being deleted."""

    @property
    @abstractmethod
    def campaign(self) -> Campaign | None:
        """The campaign to act on."""

    def offers(self, command: type[Command]) -> bool:
        """Offer the commands that fit the status of the campaign."""
        if command is does.DeleteCampaign:
            return self.campaign is not None and not self.campaign.launched
        if command in _STATUSES:
            return self.campaign is not None and self.campaign.status in _STATUSES[command]
        return super().offers(command)

    def explains(self, command: type[Command]) -> bool:
        """Let two keys say why they do nothing: a launched campaign is never deleted, a running one not reconciled."""
        is_explained = command in {does.DeleteCampaign, does.ReconcileCampaign}
        return is_explained and self.campaign is not None and self.session.can_write

    def action_create_campaign(self) -> None:
        """Make a campaign."""
        self.create()

    def action_edit_campaign(self) -> None:
        """Edit the campaign."""
        if (campaign := self.campaign) is not None:
            self.edit(campaign)

    def action_launch_campaign(self) -> None:
        """Show what the launch would do, and ask."""
        if (campaign := self.campaign) is not None:
            self.launch(campaign)

    def action_split_campaign(self) -> None:
        """Ask how the draft is to be split."""
        if (campaign := self.campaign) is not None:
            self.split(campaign)

    def action_pause_campaign(self) -> None:
        """Pause the campaign."""
        if (campaign := self.campaign) is None:
            return
        session = self.session

        def write(_: Interrupt) -> Done:
            campaigns.pause(session, campaign.id)
            return Done(f"“{campaign.name}” is paused: calls in progress finish, no new ones start.", campaign.id)

        self.screen.do(f"Pausing “{campaign.name}”", write, undoable=False)

    def action_resume_campaign(self) -> None:
        """Resume the campaign."""
        if (campaign := self.campaign) is not None:
            self._resume(campaign)

    @flow
    async def _resume(self, campaign: Campaign) -> None:
        """Resume a campaign; where contacts may be called again by that, after a question."""
        from segtui.tui.screens.campaigns.campaign_questions import resume_question

        session = self.session
        hold = await self.screen.read(lambda _: campaigns.hold_of(session, campaign.id))

        def write(_: Interrupt) -> Done:
            resumed = campaigns.resume(session, campaign.id, ignores_calls=hold is not None and hold.calls > 0)
            if resumed.status == "scheduled":
                return Done(f"“{campaign.name}” is scheduled again: its start time has not come yet.", campaign.id)
            return Done(f"“{campaign.name}” is {resumed.status} and continues where it was.", campaign.id)

        if hold is None or await self.screen.ask(resume_question(campaign, hold)) == "y":
            self.screen.do(f"Resuming “{campaign.name}”", write, undoable=False)

    def action_reconcile_campaign(self) -> None:
        """Record the calls that only the calling platform has."""
        if (campaign := self.campaign) is not None:
            self._reconcile(campaign)

    @flow
    async def _reconcile(self, campaign: Campaign) -> None:
        """Ask, with their number, whether the calls that only the platform has are to be recorded."""
        from segtui.tui.screens.campaigns.campaign_questions import reconcile_question

        session = self.session
        ahead = await self.screen.read(lambda _: campaigns.reconciliation(session, campaign.id))
        name = ahead.campaign.name

        def write(_: Interrupt) -> Done:
            done = campaigns.reconcile(session, campaign.id)
            count = counted(sum(done.outcomes.values()), "call")
            return Done(f"{count} of “{name}” recorded. Resume it to continue.", campaign.id)

        if not ahead.calls:
            self.screen.say(f"The database has every known call of “{name}”.")
        elif await self.screen.ask(reconcile_question(ahead)) == "y":
            self.screen.do(f"Recording calls of “{name}”", write, undoable=False)

    def action_delete_campaign(self) -> None:
        """Delete the campaign, if it was never launched."""
        if (campaign := self.campaign) is not None:
            self._delete(campaign)

    @flow
    async def _delete(self, campaign: Campaign) -> None:
        """Ask whether a campaign that was never launched is to be deleted."""
        from segtui.tui.screens.campaigns.campaign_questions import delete_question

        session = self.session

        def read(_: Interrupt) -> Campaign:
            current = campaigns.get(session, campaign.id)
            campaigns.demand_never_launched(current)
            return current

        draft = await self.screen.read(read)

        def write(_: Interrupt) -> Done:
            # Before it is gone: from then on every query for it raises NotFound.
            self.deleted_id = draft.id
            try:
                campaigns.delete(session, draft.id)
            except SegtuiError:
                self.deleted_id = None
                raise
            return Done(f"“{draft.name}” was deleted.")

        if await self.screen.ask(delete_question(draft)) == "y":
            self.screen.do(f"Deleting “{draft.name}”", write, undoable=False)

    def action_cancel_campaign(self) -> None:
        """Cancel the campaign for good."""
        if (campaign := self.campaign) is not None:
            self._cancel(campaign)

    @flow
    async def _cancel(self, campaign: Campaign) -> None:
        """Ask, with the current figures, whether a campaign is to be cancelled."""
        from segtui.tui.screens.campaigns.campaign_questions import cancel_question

        session = self.session

        def read(interrupt: Interrupt) -> tuple[Campaign, Mapping[str, int]]:
            current = campaigns.get(session, campaign.id)
            states = campaigns.overview(session, campaign.id, interrupt).states if current.launched else {}
            return current, states

        current, states = await self.screen.read(read)

        def write(_: Interrupt) -> Done:
            campaigns.cancel(session, current.id)
            return Done(f"“{current.name}” is cancelled. It will make no more calls.", current.id)

        if await self.screen.ask(cancel_question(current, states)) == "y":
            self.screen.do(f"Cancelling “{current.name}”", write, undoable=False)

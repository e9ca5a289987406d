"""What is done to a campaign from the keyboard, in the list and on its own screen alike."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from textual import on
from textual.message import Message

from segtui.domain.text import counted
from segtui.errors import SegtuiError
from segtui.services import campaigns
from segtui.services.campaigns import Campaign, Hold, Reconciliation
from segtui.services.interrupt import Interrupt
from segtui.tui.actions import campaign_actions as does
from segtui.tui.actions.action import Command
from segtui.tui.screens.base.background_writes import Done
from segtui.tui.screens.campaigns.campaign_flows import CampaignWriting

_IN_STATES: Final[Mapping[type[Command], tuple[str, ...]]] = {
    does.LaunchCampaign: ("draft",),
    does.PauseCampaign: ("active", "scheduled"),
    does.ResumeCampaign: ("paused",),
    does.EditCampaign: ("draft", "paused"),
    does.ReconcileCampaign: ("paused",),
    does.CancelCampaign: ("draft", "scheduled", "active", "paused"),
}
"""In which states of a campaign each command does something."""


class CampaignActs(CampaignWriting):
    """A screen on which there is a campaign to act on: the one under the cursor, or the one that is shown."""

    @dataclass
    class Cancelling(Message):
        """Somebody wants to cancel this campaign, whose audience is counted as of now, by state."""

        campaign: Campaign
        states: Mapping[str, int]

    @dataclass
    class Resuming(Message):
        """Somebody wants this campaign to go on, and what that decides is `hold`."""

        campaign: Campaign
        hold: Hold | None

    @dataclass
    class Reconciling(Message):
        """Somebody wants to record these calls of a campaign."""

        ahead: Reconciliation

    @dataclass
    class Deleting(Message):
        """Somebody wants to delete this campaign, which is as it is now."""

        campaign: Campaign

    deleted: int | None = None
    """The id of the campaign that was deleted here last, or is being deleted."""

    @property
    @abstractmethod
    def acted_on(self) -> Campaign | None:
        """The campaign."""

    def offers(self, command: type[Command]) -> bool:
        """Offer what can be done to a campaign in its state."""
        if command in _IN_STATES:
            campaign = self.acted_on
            if campaign is None or campaign.status not in _IN_STATES[command]:
                return False
        if command is does.DeleteCampaign and (self.acted_on is None or self.acted_on.launched):
            return False
        return super().offers(command)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let two keys that are not offered give their reason: a launched campaign is kept, and calls are compared."""
        is_explained = action in (does.DeleteCampaign.name(), does.ReconcileCampaign.name())
        if is_explained and self.acted_on is not None and self.session.can_write:
            return True
        return super().check_action(action, parameters)

    def action_create_campaign(self) -> None:
        """Make a campaign."""
        self.create_campaign()

    def action_edit_campaign(self) -> None:
        """Edit the campaign."""
        if (campaign := self.acted_on) is not None:
            self.edit_campaign(campaign)

    def action_launch_campaign(self) -> None:
        """Show what the launch would do, and ask."""
        if (campaign := self.acted_on) is not None:
            self.launch_campaign(campaign)

    def action_pause_campaign(self) -> None:
        """Pause the campaign."""
        if (campaign := self.acted_on) is None:
            return

        def write(_: Interrupt) -> Done:
            campaigns.pause(self.session, campaign.id)
            return Done(f"“{campaign.name}” is paused: calls in progress finish, no new ones start.", campaign.id)

        self.do(f"Pausing “{campaign.name}”", write, undoable=False)

    def action_resume_campaign(self) -> None:
        """Let the campaign go on; where that lets people be called again, after a question."""
        if (campaign := self.acted_on) is None:
            return

        def look(_: Interrupt) -> Message:
            return self.Resuming(campaign, campaigns.hold_of(self.session, campaign.id))

        self.requests.ask("resume", look, keys_wait=True)

    @on(Resuming)
    def _resuming(self, event: Resuming) -> None:
        from segtui.tui.screens.campaigns.campaign_questions import resume_question

        campaign, hold = event.campaign, event.hold

        def write(_: Interrupt) -> Done:
            after = campaigns.resume(self.session, campaign.id, ignores_calls=hold is not None and hold.calls > 0)
            waits = " again: its time has not come yet" if after.status == "scheduled" else " and goes on where it was"
            return Done(f"“{campaign.name}” is {after.status}{waits}.", campaign.id)

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do(f"Resuming “{campaign.name}”", write, undoable=False)

        if hold is None:
            answered("y")
        else:
            self.app.push_screen(resume_question(campaign, hold), answered)

    def action_reconcile_campaign(self) -> None:
        """Ask, with their number, whether the calls that only the platform has are to be recorded."""
        if (campaign := self.acted_on) is None:
            return

        def look(_: Interrupt) -> Message:
            return self.Reconciling(campaigns.reconciliation(self.session, campaign.id))

        self.requests.ask("reconcile", look, keys_wait=True)

    @on(Reconciling)
    def _reconciling(self, event: Reconciling) -> None:
        from segtui.tui.screens.campaigns.campaign_questions import reconcile_question

        campaign = event.ahead.campaign

        def write(_: Interrupt) -> Done:
            done = campaigns.reconcile(self.session, campaign.id)
            count = counted(sum(done.outcomes.values()), "call")
            return Done(f"{count} of “{campaign.name}” recorded: resume it to go on.", campaign.id)

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do(f"Recording calls of “{campaign.name}”", write, undoable=False)

        if not event.ahead.calls:
            self.say(f"Every known call of “{campaign.name}” is in the database.")
            return
        self.app.push_screen(reconcile_question(event.ahead), answered)

    def action_delete_campaign(self) -> None:
        """Ask whether the campaign is to be deleted."""
        if (campaign := self.acted_on) is None:
            return

        def look(_: Interrupt) -> Message:
            now = campaigns.get(self.session, campaign.id)
            campaigns.demand_never_launched(now)
            return self.Deleting(now)

        self.requests.ask("delete", look, keys_wait=True)

    @on(Deleting)
    def _deleting(self, event: Deleting) -> None:
        from segtui.tui.screens.campaigns.campaign_questions import delete_question

        campaign = event.campaign

        def write(_: Interrupt) -> Done:
            # Before it is gone: from then on anybody who looks for it hears that.
            self.deleted = campaign.id
            try:
                campaigns.delete(self.session, campaign.id)
            except SegtuiError:
                self.deleted = None
                raise
            return Done(f"“{campaign.name}” was deleted.")

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do(f"Deleting “{campaign.name}”", write, undoable=False)

        self.app.push_screen(delete_question(campaign), answered)

    def action_cancel_campaign(self) -> None:
        """Ask, with the figures of now, whether the campaign is to be cancelled."""
        if (campaign := self.acted_on) is None:
            return

        def count(interrupt: Interrupt) -> Message:
            now = campaigns.get(self.session, campaign.id)
            states = campaigns.overview(self.session, campaign.id, interrupt).states if now.launched else {}
            return self.Cancelling(now, states)

        self.requests.ask("cancel", count, keys_wait=True)

    @on(Cancelling)
    def _cancelling(self, event: Cancelling) -> None:
        from segtui.tui.screens.campaigns.campaign_questions import cancel_question

        campaign = event.campaign

        def write(_: Interrupt) -> Done:
            campaigns.cancel(self.session, campaign.id)
            return Done(f"“{campaign.name}” was cancelled: it calls nobody any more.", campaign.id)

        def answered(answer: str | None) -> None:
            if answer == "y":
                self.do(f"Cancelling “{campaign.name}”", write, undoable=False)

        self.app.push_screen(cancel_question(campaign, event.states), answered)

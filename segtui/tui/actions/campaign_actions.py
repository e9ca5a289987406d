"""Commands on campaigns."""

from segtui.tui.actions.action import Command


class OpenCampaign(Command):
    """Open the campaign under the cursor: its progress, why nothing is dialled, and the result of every contact."""

    title = "View the campaign"
    label = "View"
    keys = "enter"
    importance = 8


class CreateCampaign(Command):
    """Create a campaign: segment, agent, calling hours and limits. It is a draft until it is launched."""

    title = "Make a campaign"
    label = "New"
    keys = "n"
    writes = True
    importance = 7


class EditCampaign(Command):
    """Change the settings of a draft or a paused campaign; its segments can be changed only in a draft."""

    title = "Edit the campaign"
    label = "Edit"
    keys = "e"
    writes = True
    importance = 6


class LaunchCampaign(Command):
    """Launch a draft. A question first shows how many will be called, how many not and why, and how long it takes."""

    title = "Launch the campaign"
    label = "Launch"
    keys = "l"
    writes = True
    importance = 7


class SplitCampaign(Command):
    """Split a draft into several: equal parts, parts of a size, one for each value of a field, or random parts."""

    title = "Split the campaign into parts"
    label = "Split"
    keys = "P"
    writes = True
    importance = 3


class PauseCampaign(Command):
    """Pause the campaign: calls in progress finish and no new ones start, until it is resumed."""

    title = "Pause the campaign"
    label = "Pause"
    keys = "p"
    writes = True
    importance = 7


class ResumeCampaign(Command):
    """Resume a paused campaign where it stopped."""

    title = "Resume the campaign"
    label = "Resume"
    keys = "p"
    writes = True
    importance = 7


class ReconcileCampaign(Command):
    """Record calls of the campaign that only the calling platform has, after a question. Nobody is called again."""

    title = "Record calls of the calling platform"
    label = "Reconcile"
    keys = "R"
    writes = True
    importance = 3


class DeleteCampaign(Command):
    """Delete a campaign that was never launched, after a question. A launched campaign is kept, with its results."""

    title = "Delete the campaign"
    label = "Delete"
    keys = "d"
    writes = True
    importance = 5


class CancelCampaign(Command):
    """End the campaign for good, after a question. Contacts not called yet are not called."""

    title = "Cancel the campaign"
    label = "Cancel"
    keys = "D"
    writes = True
    importance = 4


class FilterCampaigns(Command):
    """Show only the campaigns in one state, such as active, or all again."""

    title = "Filter by status"
    label = "Filter"
    keys = "f"
    importance = 5


class FilterResults(Command):
    """Show only the contacts in one state, with one outcome or one reason, each with its count; or by their fields."""

    title = "Filter the results"
    label = "Filter"
    keys = "f"
    importance = 7


class OpenResult(Command):
    """Show everything about the contact under the cursor."""

    title = "View the contact"
    label = "View"
    keys = "enter"
    importance = 8


class SkipContact(Command):
    """Take the contact, or those that are marked, out of this running campaign, after a question."""

    title = "Take out of the campaign"
    label = "Take out"
    keys = "-"
    writes = True
    importance = 5
    on_marks = True


class ShowCalls(Command):
    """Show the calls and the answered calls by hour, in the local time of the contacts."""

    title = "Show the answers by hour"
    label = "By hour"
    keys = "b"
    importance = 7


class ExportResults(Command):
    """Save the results of the marked contacts, or of all listed contacts, to a file: CSV, JSON, Parquet or Excel."""

    title = "Export the marked or listed results"
    label = "Export"
    keys = "x"
    importance = 4


ON_CAMPAIGN = (
    LaunchCampaign, PauseCampaign, ResumeCampaign, EditCampaign, SplitCampaign, ReconcileCampaign, DeleteCampaign,
    CancelCampaign,
)  # fmt: skip
"""What can be done to a campaign, in the order of the footer."""

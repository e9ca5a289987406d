"""The questions asked about a campaign."""

from collections.abc import Mapping

from textual.content import Content

from segtui.services.campaigns import Campaign
from segtui.text import clean
from segtui.widgets.dialogs import Question, yes_or_no


def cancel_question(campaign: Campaign, states: Mapping[str, int]) -> Question:
    """Return the question whether to cancel a campaign: `n` no, `y` yes. `states` are counts of its audience."""
    text = Content.assemble("Cancel “", (clean(campaign.name), "bold"), "” for good?\n\n")
    if not campaign.launched:
        text += Content("It was not launched: it has called nobody, and then never will.\n")
    for line in _consequences(states):
        text += Content(f"{line}\n")
    text += Content("That cannot be undone." + ("" if not campaign.launched else " Pausing it can."))
    return yes_or_no("Cancel campaign", text, "Cancel it", no="Keep it", dangerous=True)


def delete_question(campaign: Campaign) -> Question:
    """Return the question whether to delete a campaign that was never launched: `n` no, `y` yes."""
    text = Content.assemble(
        "Delete “", (clean(campaign.name), "bold"), "”?\n\nIt was never launched: it has called nobody.\n",
        "" if campaign.segment_id is None else f"The segment “{clean(campaign.segment)}” and its contacts are kept.\n",
        "Deleting the campaign cannot be undone.",
    )  # fmt: skip
    return yes_or_no("Delete campaign", text, "Delete it", no="Keep it", dangerous=True)


def skip_question(whom: str, campaign: Campaign) -> Question:
    """Return the question whether to take contacts (`whom`, in words) out of a running campaign: `n` no, `y` yes."""
    text = Content.assemble(
        "Take ", (clean(whom), "bold"), f" out of “{clean(campaign.name)}”?\n\n",
        "This campaign then calls them no more; a call in progress finishes. They stay in their segments, and other "
        "campaigns may call them.\nThat cannot be undone.",
    )  # fmt: skip
    return yes_or_no("Take out of the campaign", text, "Take out", no="Go on calling")


def _consequences(states: Mapping[str, int]) -> list[str]:
    pending, retry, calling = (states.get(name, 0) for name in ("pending", "retry", "in_progress"))
    told = (
        (pending, "contact was not called yet, and is not.", "contacts were not called yet, and are not."),
        (retry, "contact waits for another call, and gets none.", "contacts wait for another call, and get none."),
        (calling, "call is in progress, and finishes.", "calls are in progress, and finish."),
    )
    return [f"{count:,} {one if count == 1 else many}" for count, one, many in told if count]

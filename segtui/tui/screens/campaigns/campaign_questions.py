"""The questions asked about a campaign."""

from collections.abc import Mapping

from textual.content import Content

from segtui.domain.text import clean, counted
from segtui.services.campaigns import Campaign, Hold, Reconciliation
from segtui.tui.widgets.forms.dialogs import Question, yes_or_no


def cancel_question(campaign: Campaign, states: Mapping[str, int]) -> Question:
    """Return the question whether to cancel a campaign: `n` no, `y` yes. `states` are counts of its audience."""
    text = Content.assemble("Cancel “", (clean(campaign.name), "bold"), "” for good?\n\n")
    if not campaign.launched:
        text += Content("It was never launched: it has called nobody, and never will.\n")
    for line in _consequences(states):
        text += Content(f"{line}\n")
    text += Content("This cannot be undone." + ("" if not campaign.launched else " Pausing can."))
    return yes_or_no("Cancel campaign", text, "Cancel it", no="Keep it", dangerous=True)


def resume_question(campaign: Campaign, hold: Hold) -> Question:
    """Return the question whether a campaign goes on that was held: `n` no, `y` yes."""
    told = f"It is held: {clean(hold.reason)}.\n\nContacts whose calls are not recorded may be called again."
    if hold.calls:
        told = (
            f"The calling platform has {counted(hold.calls, 'call')} that this database does not have. Reconcile"
            " records them; otherwise the same contacts are called again."
        )
    text = Content.assemble("Resume “", (clean(campaign.name), "bold"), f"”?\n\n{told}")
    return yes_or_no("Resume campaign", text, "Resume it", no="Keep it paused", dangerous=True)


def reconcile_question(ahead: Reconciliation) -> Question:
    """Return the question whether calls that only the platform has are recorded: `n` no, `y` yes."""
    count = counted(sum(ahead.outcomes.values()), "call")
    text = Content.assemble(
        f"Record {count} to {counted(ahead.contacts, 'contact')} of “", (clean(ahead.campaign.name), "bold"), "”?\n\n",
        "The calling platform has them and this database does not. Contacts that they reached are not called again.\n",
        f"{counted(ahead.waiting, 'call')} wait until an earlier call is settled.\n" if ahead.waiting else "",
        f"{counted(ahead.strangers, 'call')} went to numbers outside the campaign.\n" if ahead.strangers else "",
        "This cannot be undone.",
    )  # fmt: skip
    return yes_or_no("Record calls", text, "Record them", no="Leave them")


def delete_question(campaign: Campaign) -> Question:
    """Return the question whether to delete a campaign that was never launched: `n` no, `y` yes."""
    text = Content.assemble(
        "Delete “", (clean(campaign.name), "bold"), "”?\n\nIt was never launched: it has called nobody.\n",
        _kept(campaign),
        "Deleting the campaign cannot be undone.",
    )  # fmt: skip
    return yes_or_no("Delete campaign", text, "Delete it", no="Keep it", dangerous=True)


def _kept(campaign: Campaign) -> str:
    """Return the line about the segments of a campaign that is deleted; empty where a segment is deleted."""
    if any(segment.id is None for segment in campaign.segments):
        return ""
    if len(campaign.segments) == 1:
        return f"The segment “{clean(campaign.segment)}” and its contacts are kept.\n"
    return f"The segments {campaign.quoted_segments} and their contacts are kept.\n"


def skip_question(whom: str, campaign: Campaign) -> Question:
    """Return the question whether to take contacts (`whom`, in words) out of a running campaign: `n` no, `y` yes."""
    text = Content.assemble(
        "Take ", (clean(whom), "bold"), f" out of “{clean(campaign.name)}”?\n\n",
        "This campaign will not call them any more; a call in progress finishes. They stay in their segments, and "
        "other campaigns may call them.\nThis cannot be undone.",
    )  # fmt: skip
    return yes_or_no("Take out of the campaign", text, "Take out", no="Keep calling")


def _consequences(states: Mapping[str, int]) -> list[str]:
    pending, retry, calling = (states.get(name, 0) for name in ("pending", "retry", "in_progress"))
    told = (
        (pending, "contact has not been called and will not be.", "contacts have not been called and will not be."),
        (retry, "contact will get no further call.", "contacts will get no further call."),
        (calling, "call is in progress and will finish.", "calls are in progress and will finish."),
    )
    return [f"{count:,} {one if count == 1 else many}" for count, one, many in told if count]

"""Commands on segments."""

from segtui.tui.actions.action import Command


class OpenSegment(Command):
    """Open the segment under the cursor: its contacts, its size and its campaigns."""

    title = "View the segment"
    label = "View"
    keys = "enter"
    importance = 8


class CreateSegment(Command):
    """Create a segment, fixed or live with a rule. After a search without matches, the searched text is its name."""

    title = "Create a segment"
    label = "New"
    keys = "n"
    writes = True
    importance = 7


class EditSegment(Command):
    """Change the segment's name, description or rule. Before a rule is saved you see who joins and who leaves."""

    title = "Edit the segment"
    label = "Edit"
    keys = "e"
    writes = True
    importance = 6


class ExportSegment(Command):
    """Save the contacts of the segment, or of all marked ones, each once, to a file: CSV, JSON, Parquet or Excel."""

    title = "Export the segment's contacts"
    label = "Export"
    keys = "x"
    importance = 4
    on_marks = True


class ExportSegmentList(Command):
    """Save the list of segments itself as it is shown, the marked rows or all that match: name, size, created."""

    title = "Export the list of segments"
    label = "Export list"
    keys = "X"
    importance = 1


class EditThisSegment(Command):
    """Change the name, description or rule of this segment. Before a rule is saved you see who joins and who leaves."""

    title = "Edit the segment itself"
    label = "Edit segment"
    keys = "E"
    writes = True
    importance = 3


class NewCampaign(Command):
    """Create a campaign that calls this segment: agent, calling hours and limits. It is a draft until launched."""

    title = "Make a campaign of this segment"
    label = "New campaign"
    keys = "N"
    writes = True
    importance = 4


class SegmentCampaigns(Command):
    """List the campaigns that call this segment, with status and progress; enter opens a campaign."""

    title = "The campaigns of this segment"
    label = "Campaigns"
    keys = "C"
    importance = 4


class MembersByDay(Command):
    """Show the contacts of this segment day by day, as a chart with the numbers beside it: joined, left, at the end."""

    title = "The segment's contacts by day"
    label = "By day"
    keys = "b"
    importance = 2


class ChooseDays(Command):
    """Show the last 7, 30, 90 or 365 days; each press takes the next of them."""

    title = "Show more or fewer days"
    label = "Days"
    keys = "f"
    importance = 6


class WatchSegment(Command):
    """Watch this segment: its size, growth or standstill. Watches that are due are counted in the title line."""

    title = "Watch the segment"
    label = "Watch"
    keys = "w"
    writes = True
    importance = 2


class DeleteSegment(Command):
    """Delete the segment or the marked ones for good, after a question. Contacts are kept. Archiving can be undone."""

    title = "Delete the segment"
    label = "Delete"
    keys = "d"
    writes = True
    importance = 6
    on_marks = True


class ArchiveSegment(Command):
    """Archive the segment or the marked ones, which loses nothing; or restore them where all are archived."""

    title = "Archive or restore the segment"
    label = "Archive"
    keys = "a"
    writes = True
    on_marks = True


class FreezeSegment(Command):
    """Make a live segment fixed, after a question: its contacts stay and its rule ends. Or make a fixed copy of it."""

    title = "Freeze the live segment"
    label = "Freeze"
    keys = "z"
    writes = True


class CompareSegments(Command):
    """Compare the marked segments, or this one with another: sizes, every overlap, union, intersection, differences."""

    title = "Compare segments"
    label = "Compare"
    keys = "="
    importance = 4
    on_marks = True


class TidySegments(Command):
    """List the segments that could be tidied: empty, unused, the same as another, or inside one."""

    title = "Tidy the segments"
    label = "Tidy"
    keys = "T"
    importance = 3


class SplitSegment(Command):
    """Split the segment into new ones: equal parts, parts of a size, one for each value of a field, or random parts."""

    title = "Split the segment into parts"
    label = "Split"
    keys = "P"
    writes = True
    importance = 3


class ShowArchived(Command):
    """Show archived segments in the list, labelled as archived, or hide them again."""

    title = "Show or hide archived segments"
    label = "Archived"
    keys = "A"
    importance = 3


class ChooseCompany(Command):
    """Show one company, chosen by typing part of its name, or all companies."""

    title = "Choose the company"
    label = "Company"
    keys = "c"


class Import(Command):
    """Load contacts from a file into a segment. Nothing is written until you have checked and confirmed it."""

    title = "Import contacts from a file"
    label = "Import"
    keys = "i"
    writes = True

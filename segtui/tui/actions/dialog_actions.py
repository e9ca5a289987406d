"""Commands inside forms and questions."""

from segtui.tui.actions.action import Command


class Save(Command):
    """Save the form. Enter saves from every field."""

    title = "Save"
    label = "Save"
    keys = "enter"
    in_palette = False


class Leave(Command):
    """Close without saving, after a question if you have typed anything."""

    title = "Leave without saving"
    label = "Leave"
    keys = "escape"
    in_palette = False


class OpenHolder(Command):
    """Show the contact that already has this phone. What you typed here is kept."""

    title = "Open the contact with this phone"
    label = "Open"
    keys = "f2"
    in_palette = False


class ClearField(Command):
    """Clear the field under the cursor in all contacts; pressed again, the field stays as it is."""

    title = "Clear the field in all contacts"
    label = "Clear"
    keys = "f6"
    in_palette = False


class ReplacePart(Command):
    """Replace a part of the field under the cursor: type the text to find and the new one. Letter case counts."""

    title = "Find a part of the field and replace it"
    label = "Replace part"
    keys = "f7"
    in_palette = False


class Yes(Command):
    """Answer yes."""

    title = "Yes"
    label = "Yes"
    keys = "y"
    in_palette = False


class No(Command):
    """Answer no, which changes nothing."""

    title = "No"
    label = "No"
    keys = "n,escape"
    in_palette = False


class BuildRule(Command):
    """Build the rule of a live segment in the filter form, where the values of each field are listed with counts."""

    title = "Build the rule"
    label = "Build it"
    keys = "f5"
    in_palette = False

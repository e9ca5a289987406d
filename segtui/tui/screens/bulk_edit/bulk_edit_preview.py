"""Preview of a bulk edit as text: numbers by field, values before and after, and the contacts that cannot change."""

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from segtui.domain.text import clean, counted
from segtui.services.contacts.bulk_editing.bulk_edit import Preview
from segtui.services.contacts.bulk_editing.edit_outcome import Example, Refusal, field_label

_WIDTH: Final = 58
"""Cells of a line."""
_TITLE: Final = 18
_LABEL: Final = 11


def preview_text(preview: Preview, remark: str, arrow: str) -> Content:
    """Return the preview. `remark` is a sentence about the list, `arrow` stands between old and new values."""
    paragraphs = [_numbers(preview), _examples(preview.examples, arrow)]
    if preview.refusals:
        paragraphs.append(_refusals(preview.refusals))
    if remark:
        paragraphs.append(Content(remark))
    return Content("\n\n").join(paragraphs)


def unchanged_words(preview: Preview) -> str:
    """Return the sentence for an edit that changes nothing."""
    if not preview.selected:
        return "These contacts were deleted meanwhile."
    if not preview.refusals:
        return "Nothing would change: the contacts already have these values, or lack the text to replace."
    reasons = "; ".join(f"{refusal.count:,} because {refusal.reason}" for refusal in preview.refusals)
    return f"No contact can be changed: {reasons}."


def _numbers(preview: Preview) -> Content:
    changes = "changes" if preview.changing == 1 else "change"
    parts = [Content.assemble((counted(preview.changing, "contact", preview.selected), "bold"), f" {changes}")]
    if preview.unchanged:
        needs = "needs" if preview.unchanged == 1 else "need"
        parts.append(Content(f"{preview.unchanged:,} {needs} no change"))
    if preview.refused:
        parts.append(Content(f"{preview.refused:,} cannot change"))
    numbers = Content("; ").join(parts) + Content(".")
    if len(preview.fields) > 1:
        labels = ", ".join(f"{clean(field_label(name))} {count:,}" for name, count in preview.fields.items())
        numbers += Content(f"\nBy field: {labels}.")
    return numbers


def _examples(examples: Sequence[Example], arrow: str) -> Content:
    lines, last = [Content.styled("For example", "bold")], 0
    title_width = min(max((cell_len(clean(example.title)) for example in examples), default=0), _TITLE)
    label_width = min(max((cell_len(clean(example.label)) for example in examples), default=0), _LABEL)
    room = (_WIDTH - title_width - label_width - len(f"   {arrow} ")) // 2
    for example in examples:
        title = "" if example.contact_id == last else example.title
        last = example.contact_id
        before, after = (_value(value) for value in (example.before, example.after))
        lines.append(
            Content.assemble(
                f"{_cell(title, title_width)} ",
                (f"{_cell(example.label, label_width)} ", "$text-muted"),
                f"{_short(before, room)} {arrow} ",
                (_short(after, room), "bold"),
            )
        )
    return Content("\n").join(lines)


def _refusals(refusals: Sequence[Refusal]) -> Content:
    lines = [Content.styled("They stay as they are", "bold")]
    for refusal in refusals:
        names = ", ".join(clean(title) for title in refusal.titles)
        more = f" and {refusal.count - len(refusal.titles):,} more" if refusal.count > len(refusal.titles) else ""
        lines.append(Content(f"{refusal.count:,} because {refusal.reason}: {names}{more}."))
    return Content("\n").join(lines)


def _value(value: str) -> str:
    return clean(value) or "blank"


def _short(text: str, width: int) -> str:
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _cell(text: str, width: int) -> str:
    return set_cell_size(_short(clean(text), width), width)

"""The form that splits a campaign into parts."""

from collections.abc import Mapping, Sequence

from textual.content import Content

from segtui.domain.text import clean
from segtui.services import campaigns
from segtui.services.campaigns import Campaign
from segtui.services.campaigns.splitting import MAX_PARTS
from segtui.services.session import Session
from segtui.tui.screens.campaigns.campaign_words import parts_for
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field


class SplitForm(Form[Sequence[Campaign]]):
    """Splits a draft that would call `contacts` contacts; is dismissed with the new drafts."""

    def __init__(self, session: Session, campaign: Campaign, contacts: int) -> None:
        self._session = session
        self._campaign = campaign
        self._contacts = contacts
        parts = parts_for(contacts)
        about = Content.assemble(
            "“", (clean(campaign.name), "bold"), f"” would call {contacts:,} contacts. Split, it becomes several ",
            "drafts with the same settings and equal parts of them, each contact in exactly one. They are launched ",
            "one by one.\n",
        )  # fmt: skip
        fields = [Field("parts", "Parts", str(parts), hint=f"2 to {MAX_PARTS}")]
        super().__init__("Split the campaign", fields, save_label="Split", about=about)

    def check(self, values: Mapping[str, str]) -> Problems:
        """Say what is wrong with the number."""
        if _parts(values) is None:
            return {"parts": f"A campaign is split into 2 to {MAX_PARTS} parts."}
        return {}

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Say the size of the parts."""
        parts = _parts(values)
        return {} if parts is None else {"parts": f"About {-(-self._contacts // parts):,} contacts each."}

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Sequence[Campaign]:  # noqa: ARG002 -- Form's
        """Split the draft."""
        return campaigns.split(self._session, self._campaign.id, _parts(values) or 0)


def _parts(values: Mapping[str, str]) -> int | None:
    text = values["parts"].strip()
    is_number = text.isascii() and text.isdigit() and len(text) < 4
    return int(text) if is_number and 2 <= int(text) <= MAX_PARTS else None

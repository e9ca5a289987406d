"""Form that creates or edits a campaign."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from segtui.config.settings import Settings
from segtui.domain.campaign_settings import CAMPAIGN_SETTINGS
from segtui.domain.names import checked_name
from segtui.domain.text import counted
from segtui.domain.timezones.zone_setting import checked_zone
from segtui.errors import InvalidInput, NotFound
from segtui.services import campaigns
from segtui.services.accounts.companies import CompanyRow, zone_of
from segtui.services.campaigns import Campaign, SettingsInput, calls_an_hour
from segtui.services.segments import segments
from segtui.services.segments.segments import Segment
from segtui.services.session import Company, Session
from segtui.tui.screens.campaigns.campaign_fields import (
    LAYOUT,
    account_words,
    audience_fields,
    beyond_account,
    fields_of,
    further_segments,
    given_by,
    ids_of,
    ids_text,
    names_by_id,
    names_text,
    number_faults,
    shown_segment,
)
from segtui.tui.screens.segments.segment_picker import SegmentPicker
from segtui.tui.screens.shared.company_field import company_field, company_missing
from segtui.tui.widgets.forms.form import Form, Problems
from segtui.tui.widgets.forms.form_field import Field, FieldRow
from segtui.tui.widgets.forms.pick_field import PickField

_PICKERS: Final = {
    "further": ("Another segment to call", "called; again to take it out", "exclude"),
    "exclude": ("Leave out the contacts of a segment", "left out; again to take it in", "further"),
}
"""Title of the list of each field that takes several segments, note of a picked one, and the field with others."""


class CampaignForm(Form[Campaign]):
    """Creates a campaign, with `segment` filled in, or edits `campaign`, whose `excluded` segments are left out.

    The session is bound to the campaign's company; with `companies` a new campaign is for one of them.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (76, "-wide")]  # noqa: RUF012 -- Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 -- likewise

    def __init__(
        self,
        session: Session,
        settings: Settings,
        campaign: Campaign | None = None,
        *,
        segment: Segment | None = None,
        excluded: Sequence[tuple[int | None, str]] = (),
        companies: Sequence[CompanyRow] = (),
    ) -> None:
        self._session = session
        self._settings = settings
        self._campaign = campaign
        self._companies = {str(row.id): Company(row.id, row.name, row.region, row.timezone) for row in companies}
        further, left_out = further_segments(campaign), names_by_id(excluded)
        self._several = {"further": further, "exclude": left_out}
        """The picked segments of the fields that take several, their names by their ids."""
        self._is_live: dict[int, bool] = {}
        """True for a picked segment that is live, by its id."""
        self._zones = {str(row.id): row.timezone for row in companies}
        company = company_field(companies, session.company) if companies else None
        self._company = company.value if company else ""
        zone = self._zones.get(self._company) or zone_of(session.company, session.zone)
        its = campaign.settings if campaign else campaigns.usual(zone)
        named = Field("name", "Name", campaign.name if campaign else "", hint="What the campaign is called")
        fields = [named, *audience_fields(segment, campaign, further, left_out), *fields_of(its, campaign)]
        if company:
            fields.insert(0, company)
        title = "Edit campaign" if campaign else "Create campaign"
        super().__init__(title, fields, save_label="Save changes" if campaign else "Create campaign")

    def compose_fields(self, label_width: int) -> ComposeResult:
        """Lay the fields out in groups of lines, small fields two in a line."""
        by_name = {field.name: field for field in self.fields}
        for group in LAYOUT:
            with Vertical(classes="field-group"):
                for line in group:
                    fields = [by_name[name] for name in line if name in by_name]
                    if len(fields) > 1:
                        with Horizontal(classes="field-pair"):
                            yield from (FieldRow(field, label_width, indent=0) for field in fields)
                    else:
                        yield from (FieldRow(field, label_width) for field in fields)
                    if "concurrent" in line and (allowed := account_words(self._settings.calling)):
                        yield Static(allowed, classes="field-about", markup=False)

    # The segments

    @on(PickField.ListRequested)
    def _pick(self, event: PickField.ListRequested) -> None:
        row = next(row for row in self.query(FieldRow) if row.editor is event.pick_field)
        if missing := company_missing(self.values):
            # The picker would offer the segments of every company, without the names of their companies.
            self.show_error(InvalidInput(missing["company"], "company"))
        elif row.field.name == "segment":
            self._pick_segment(event)
        else:
            self._pick_several(event, row.field.name)

    def _pick_segment(self, event: PickField.ListRequested) -> None:
        def picked(segment: Segment | None) -> None:
            if segment is not None:
                event.pick_field.pick(str(segment.id), shown_segment(segment))
                self.focus_next()

        values = self.values
        self.app.push_screen(
            SegmentPicker(
                self._bound(values), "The segment to call", typed=event.typed, besides=ids_of(values["further"]),
                chosen=ids_of(values["segment"]), chosen_words="as it is", chosen_first=True,
            ),
            picked,
        )  # fmt: skip

    def _pick_several(self, event: PickField.ListRequested, field_name: str) -> None:
        names = self._several[field_name]

        def picked(segment: Segment | None) -> None:
            if segment is None:
                return
            if names.pop(segment.id, None) is None:
                names[segment.id] = segment.name
            event.pick_field.pick(ids_text(names), names_text(names))

        if not event.pick_field.value:
            names.clear()
        values = self.values
        title, note, other_name = _PICKERS[field_name]
        self.app.push_screen(
            SegmentPicker(
                self._bound(values), title, typed=event.typed,
                besides=[*ids_of(values["segment"]), *ids_of(values[other_name])], chosen=names, chosen_words=note,
            ),
            picked,
        )  # fmt: skip

    @on(FieldRow.Edited)
    def _forget_segments(self) -> None:
        """Clear the segments where the company changed."""
        company = self.values.get("company", "")
        if company != self._company:
            self._company = company
            if company in self._zones:
                next(row for row in self.query(FieldRow) if row.field.name == "timezone").take_base(
                    self._zones[company]
                )
            for names in self._several.values():
                names.clear()
            for field in self.query(PickField):
                field.pick("", "")

    # Checks, notes, saving

    def _bound(self, values: Mapping[str, str]) -> Session:
        company = self._companies.get(values.get("company", ""))
        return self._session.bound_to(company) if company else self._session

    def check(self, values: Mapping[str, str]) -> Problems:
        """Return what is wrong with each field."""
        fixed = {row.name for row in self.fields if row.fixed}
        problems = number_faults(values) | company_missing(values)
        given = given_by(values, [name for name in CAMPAIGN_SETTINGS if name not in fixed])
        problems |= campaigns.faults(self._without_old_start(given), self._region(values))
        try:
            besides = self._campaign.id if self._campaign else None
            if "company" in problems:
                checked_name(values["name"], "campaign")
            else:
                campaigns.check_name(self._bound(values), values["name"], besides)
        except InvalidInput as error:
            problems["name"] = str(error)
        if not values["segment"] and "segment" not in fixed:
            problems["segment"] = "A campaign needs a segment: whom it calls."
        elif not {*ids_of(values["segment"]), *ids_of(values["further"])}.isdisjoint(ids_of(values["exclude"])):
            problems["exclude"] = "A campaign cannot exclude a segment that it calls."
        return problems

    def _region(self, values: Mapping[str, str]) -> str | None:
        """Return the region of the company, in which words for a zone are read."""
        company = self._bound(values).company
        return None if company is None else company.region

    def _is_old_start(self, start: str) -> bool:
        """Tell whether the campaign has this start already: it may be long past."""
        return self._campaign is not None and start == next(
            field.value for field in self.fields if field.name == "start"
        )

    def _without_old_start(self, settings: SettingsInput) -> SettingsInput:
        return settings.without("start") if self._is_old_start(settings.start or "") else settings

    def notes(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Return notes: the meaning of the start and the zone, and a limit that caps another one."""
        notes = {"timezone": "For contacts whose own zone is not known. The start is in it too."}
        given = given_by(values)
        region = self._region(values)
        faulty = {*campaigns.faults(self._without_old_start(given), region), *number_faults(values)}
        if not faulty & {"start", "timezone"}:
            notes |= self._zone_notes(values, checked_zone(values["timezone"], region))
        if not faulty & {"calls_per_hour", "concurrent"} and given.concurrent and given.calls_per_hour:
            can = calls_an_hour(given.calls_per_hour, given.concurrent)
            if can < given.calls_per_hour:
                notes["concurrent"] = f"These make about {counted(can, 'call')} an hour."
        if self._campaign is not None and self._campaign.launched:
            now = self._campaign.settings
            retroactive = [name for name, setting in CAMPAIGN_SETTINGS.items() if setting.retroactive]
            changed = [name for name in retroactive if getattr(given, name) not in {None, now.value(name)}]
            notes |= dict.fromkeys(set(changed) - faulty, "Also for those called already.")
        notes |= beyond_account(self._settings.calling, given)
        further = ids_of(values["further"])
        for name, called in (("segment", ids_of(values["segment"])), ("further", further)):
            if any(self._calls_live(segment_id, values) for segment_id in called):
                notes[name] = "Live: it calls those who satisfy the rule at the launch, and nobody who joins later."
        if further and "further" not in notes:
            notes["further"] = "A contact of several is called once."
        if self._campaign is not None and self._campaign.part != (None, None):
            these, others = ("these segments", "others") if further else ("this segment", "another")
            notes["segment"] = f"It calls a part of {these}; of {others} it would call all."
        return notes

    def _calls_live(self, segment_id: int, values: Mapping[str, str]) -> bool:
        """Tell whether the picked segment is live; one that is gone is not."""
        if segment_id not in self._is_live:
            try:
                self._is_live[segment_id] = segments.get(self._bound(values), segment_id).live
            except NotFound:
                return False
        return self._is_live[segment_id]

    def _zone_notes(self, values: Mapping[str, str], zone: str) -> dict[str, str]:
        notes = {} if zone == values["timezone"].strip() else {"timezone": f"{zone}."}
        start = None if self._is_old_start(values["start"]) else campaigns.parse_start(values["start"], ZoneInfo(zone))
        if start is not None:
            begins = "when it is resumed" if self._campaign and self._campaign.launched else "with the launch"
            past = f" That is past: it begins {begins}." if start <= datetime.now(UTC) else ""
            notes["start"] = f"{start.astimezone(ZoneInfo(zone)):%A, %Y-%m-%d %H:%M} in {zone}.{past}"
        return notes

    def _start_of_zone(self, changed: Mapping[str, str]) -> list[str]:
        """Return the start as a changed field where only its zone changed: it is read in the new zone."""
        has_begun = self._campaign is not None and self._campaign.started_at is not None
        return [] if has_begun or "timezone" not in changed or "start" in changed else ["start"]

    def save(self, values: Mapping[str, str], changed: Mapping[str, str]) -> Campaign:
        """Create the campaign, or save its changes."""
        further, excluded = ids_of(values["further"]), ids_of(values["exclude"])
        if self._campaign is None:
            session = self._bound(values)
            given = given_by(values)
            return campaigns.create(
                session, values["name"], int(values["segment"]), given, further=further, excluded=excluded
            )
        if not changed:
            return self._campaign
        return campaigns.edit(
            self._session,
            self._campaign.id,
            given_by(values, [*changed, *self._start_of_zone(changed)]),
            name=changed.get("name"),
            segment_id=int(values["segment"]) if {"segment", "further"} & changed.keys() else None,
            further=further,
            excluded=excluded if "exclude" in changed else None,
        )

"""The declarations of campaign settings are complete: each is stored, an option, a field of the form, a key of JSON."""

from dataclasses import replace
from typing import Any

import pytest

from segtui.cli.campaigns.campaign_output import overview_json
from segtui.cli.campaigns.campaigns import create, edit
from segtui.database.tables.campaign_tables import campaigns as campaign_table
from segtui.domain.campaign_settings import CAMPAIGN_SETTINGS, FLAG_SETTINGS, NUMBER_SETTINGS, CampaignSetting
from segtui.services import campaigns
from segtui.services.campaigns import SettingsInput, forecasting
from segtui.services.campaigns.campaign_settings import faults, row_of, settings_of
from segtui.services.campaigns.results import progress
from segtui.services.session import Session
from segtui.tui.screens.campaigns.campaign_fields import LAYOUT, fields_of, given_by
from tests.services.campaigns.support import draft, people

_SETTINGS = pytest.mark.parametrize("setting", CAMPAIGN_SETTINGS.values(), ids=lambda setting: setting.name)


@_SETTINGS
def test_every_setting_is_an_option_and_a_field_of_the_form(setting: CampaignSetting) -> None:
    options = setting.option.split("/")
    for command in (create, edit):
        (option,) = (each for each in command.params if each.name == setting.name)
        assert [*option.opts, *option.secondary_opts] == options
    assert [name for group in LAYOUT for line in group for name in line].count(setting.name) == 1
    assert [each.label for each in fields_of(campaigns.usual("UTC"), None) if each.name == setting.name] == [
        setting.label
    ]


def test_every_setting_comes_back_from_its_columns_and_from_the_form(session: Session) -> None:
    limits: dict[str, Any] = {each.name: each.most for each in NUMBER_SETTINGS}
    limits |= {each.name: True for each in FLAG_SETTINGS}
    settings = replace(campaigns.usual("UTC"), agent="agent-7", **limits)
    segment_id, _ = people(session, "Leads", 1)
    given = given_by({field.name: field.value for field in fields_of(settings, None)})
    made = campaigns.create(session, "Spring", segment_id, given)
    assert made.settings == settings
    assert row_of(settings).keys() <= set(campaign_table.c.keys())
    assert settings_of(type("Row", (), row_of(settings))) == settings


def test_every_setting_is_a_key_of_json(session: Session) -> None:
    segment_id, _ = people(session, "Leads", 1)
    made = draft(session, segment_id)
    document = overview_json(progress.progress(session, made.id), forecasting.guesses(session, made.id))
    assert {*CAMPAIGN_SETTINGS} - {"start"} <= document.keys()
    assert "start_at" in document


@pytest.mark.parametrize("setting", NUMBER_SETTINGS, ids=lambda setting: setting.name)
def test_a_number_is_refused_outside_its_range(setting: CampaignSetting) -> None:
    assert (
        faults(SettingsInput(**{setting.name: setting.least}))
        == faults(SettingsInput(**{setting.name: setting.most}))
        == {}
    )
    for value in (setting.least - 1, setting.most + 1):
        assert faults(SettingsInput(**{setting.name: value})) == {
            setting.name: f"The {setting.words} are {setting.least} to {setting.most:,}, not {value:,}."
        }

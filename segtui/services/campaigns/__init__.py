"""Campaigns: call every contact of a segment that can be called, and account for each one that cannot."""

from segtui.services.campaigns.audience.skipping import (
    StillCalling,
    calling_after_import,
    calling_words,
    launched_campaigns,
    skip,
    still_calling,
)
from segtui.services.campaigns.campaign_editing import EDITABLE, check_name, create, delete, demand_never_launched, edit
from segtui.services.campaigns.campaign_listing import (
    CampaignQuery,
    by_name,
    excluded,
    find,
    get,
    listing,
    of_segment,
    total,
)
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.campaigns.campaign_settings import SettingsInput, faults, parse_start, usual
from segtui.services.campaigns.dispatch.reconciling import Reconciliation, reconcile, reconciliation
from segtui.services.campaigns.forecasting import (
    AssumedZones,
    Forecast,
    assumed_zones,
    calls_an_hour,
    forecast,
    guesses,
    lines_for,
)
from segtui.services.campaigns.lifecycle import Hold, cancel, hold_of, launch, pause, resume
from segtui.services.campaigns.results.call_history import Called, ContactCampaigns, call_words, of_contact
from segtui.services.campaigns.results.reporting import Call, Overview, Result, overview, results, results_total
from segtui.services.campaigns.splitting import split

__all__ = [
    "EDITABLE",
    "AssumedZones",
    "Call",
    "Called",
    "Campaign",
    "CampaignQuery",
    "ContactCampaigns",
    "Forecast",
    "Hold",
    "Overview",
    "Reconciliation",
    "Result",
    "SettingsInput",
    "StillCalling",
    "assumed_zones",
    "by_name",
    "call_words",
    "calling_after_import",
    "calling_words",
    "calls_an_hour",
    "cancel",
    "check_name",
    "create",
    "delete",
    "demand_never_launched",
    "edit",
    "excluded",
    "faults",
    "find",
    "forecast",
    "get",
    "guesses",
    "hold_of",
    "launch",
    "launched_campaigns",
    "lines_for",
    "listing",
    "of_contact",
    "of_segment",
    "overview",
    "parse_start",
    "pause",
    "reconcile",
    "reconciliation",
    "results",
    "results_total",
    "resume",
    "skip",
    "split",
    "still_calling",
    "total",
    "usual",
]

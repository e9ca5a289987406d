"""Campaigns: calling everybody of a segment who can be called, and accounting for every one who cannot."""

from segtui.database.campaign_tables import OUTCOMES, REASONS, STATES, STATUSES
from segtui.services.campaigns.changes import check_name, create, edit
from segtui.services.campaigns.forecasting import Forecast, forecast
from segtui.services.campaigns.listing import CampaignQuery, by_name, find, get, listing, total
from segtui.services.campaigns.reporting import Call, Overview, Result, overview, results, results_total
from segtui.services.campaigns.rows import Campaign
from segtui.services.campaigns.running import cancel, launch, pause, resume
from segtui.services.campaigns.settings import CampaignSettings, Given
from segtui.services.campaigns.splitting import split

__all__ = [
    "OUTCOMES",
    "REASONS",
    "STATES",
    "STATUSES",
    "Call",
    "Campaign",
    "CampaignQuery",
    "CampaignSettings",
    "Forecast",
    "Given",
    "Overview",
    "Result",
    "by_name",
    "cancel",
    "check_name",
    "create",
    "edit",
    "find",
    "forecast",
    "get",
    "launch",
    "listing",
    "overview",
    "pause",
    "results",
    "results_total",
    "resume",
    "split",
    "total",
]

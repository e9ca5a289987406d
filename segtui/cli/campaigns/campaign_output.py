"""Output of campaigns: JSON documents, and facts and sentences for the terminal."""

from typing import TYPE_CHECKING

from segtui.cli import output
from segtui.domain.campaign_settings import settings_in, summaries
from segtui.domain.contact import size_of, size_words
from segtui.domain.text import clean, counted
from segtui.domain.vocabulary import words

if TYPE_CHECKING:
    from datetime import datetime

    from segtui.config.settings import Settings
    from segtui.domain.campaign_settings import CampaignSettings, Group
    from segtui.services.campaigns import AssumedZones, Campaign, ContactCampaigns, Forecast, Reconciliation, Result
    from segtui.services.campaigns.results.progress import Progress


def as_json(campaign: "Campaign") -> dict[str, object]:
    """Return a campaign as the list has it."""
    return {
        "id": campaign.id,
        "name": campaign.name,
        "status": campaign.status,
        "segment": campaign.segment,
        "segments": _segments_json(campaign),
        "agent": campaign.settings.agent,
        "company": campaign.company,
        "total": campaign.total,
        "done": campaign.done,
        "skipped": campaign.skipped,
        "created_at": output.utc(campaign.created_at),
        "started_at": output.utc(campaign.started_at),
        "finished_at": output.utc(campaign.finished_at),
    }


def overview_json(progress: "Progress", assumed: "AssumedZones") -> dict[str, object]:
    """Return a campaign as JSON, as in the specification, with the number of contacts in an `assumed` time zone."""
    overview = progress.overview
    campaign, settings = overview.campaign, overview.campaign.settings
    forecast = overview.forecast
    return {
        "id": campaign.id,
        "name": campaign.name,
        "company": campaign.company,
        "agent": settings.agent,
        "segment": {"id": campaign.segment_id, "name": campaign.segment},
        "segments": _segments_json(campaign),
        "exclude": list(overview.exclude),
        "status": campaign.status,
        "reason": overview.reason,
        "total": overview.total,
        "callable": overview.callable,
        "skipped": dict(overview.skipped),
        "states": dict(overview.states),
        "outcomes": dict(overview.outcomes),
        "calls": campaign.calls,
        "size": size_of(overview.callable),
        **_settings_json(settings, "when"),
        "assumed_zones": assumed.total,
        "without_hours": assumed.without_hours,
        **_settings_json(settings, "limits"),
        "start_at": output.utc(settings.start_at),
        "calling_hours": None if forecast is None else forecast.hours,
        "ends_at": None if forecast is None else output.utc(forecast.ends_at),
        "expected_end": output.utc(progress.ends_at),
        "created_at": output.utc(campaign.created_at),
        "started_at": output.utc(campaign.started_at),
        "finished_at": output.utc(campaign.finished_at),
    }


def _segments_json(campaign: "Campaign") -> list[dict[str, object]]:
    """Return the segments that a campaign calls; `segment` is the first of them."""
    return [{"id": segment.id, "name": segment.name} for segment in campaign.segments]


def _settings_json(settings: "CampaignSettings", group: "Group") -> dict[str, object]:
    """Return the settings of a group; the start is a time, which is separate as `start_at`."""
    return {setting.name: settings.value(setting.name) for setting in settings_in(group) if setting.name != "start"}


def start_sentence(campaign: "Campaign") -> str:
    """Return the sentence about the start of a campaign that has not begun; empty if it starts at once."""
    start = campaign.settings.shown_start
    if not start or campaign.started_at is not None:
        return ""
    if not campaign.start_is_past:
        return f"It starts {start}."
    begins = "with the launch" if campaign.status == "draft" else "when it is resumed"
    return f"Its start, {start}, is past: it begins {begins}."


def assumed_words(assumed: "AssumedZones") -> str:
    """Return a sentence about contacts whose time zone is an assumption; empty without any."""
    if not assumed.total:
        return ""
    sentences = [f"The time zone of {counted(assumed.total, 'contact')} is only a guess."]
    if assumed.unknown:
        sentences.append(f"For {assumed.unknown:,} the campaign's zone is assumed.")
    if assumed.doubtful:
        sentences.append(f"For {assumed.doubtful:,} several are possible: hours hold in all of them.")
    if assumed.without_hours:
        sentences.append(f"For {assumed.without_hours:,} that leaves no calling hours: they would wait.")
    if assumed.placeless:
        sentences.append(
            f"For {assumed.placeless:,} only a clock without a place is known, such as UTC: it is assumed."
        )
    return " ".join(sentences)


def overview_facts(
    progress: "Progress", assumed: "AssumedZones", settings: "Settings", *, every_company: bool
) -> list[tuple[str, str]]:
    """Return a campaign as names and values, with the reason for idleness next to its status."""
    overview = progress.overview
    campaign, own = overview.campaign, overview.campaign.settings

    def shown(moment: "datetime | None") -> str:
        return "" if moment is None else f"{settings.shown_time(moment)} ({settings.zone_name})"

    def why(reason: str) -> str:
        return overview.forecast.why(reason) if overview.forecast is not None else ""

    size = size_of(overview.callable)
    facts = [
        ("Name", campaign.name),
        ("Status", campaign.status + (f": {overview.reason}" if overview.reason else "")),
        *([("Company", campaign.company)] if every_company else []),
        ("Agent", own.agent),
        ("Segment" if len(campaign.segments) == 1 else "Segments", campaign.segment_names),
        ("Excluded", ", ".join(overview.exclude)),
        ("Start", own.shown_start or "at once"),
        ("", start_sentence(campaign) if campaign.start_is_past else ""),
        ("Hours", f"{own.hours.text}, {own.hours.days_text}, in each contact's local time, else {own.timezone}"),
        ("Time zones", assumed_words(assumed)),
        ("Limits", f"{counted(own.calls_per_hour, 'call')} per hour, {own.concurrent:,} at the same time"),
        ("Attempts", _attempts(own.attempts, own.retry_delay, voicemail=own.retry_voicemail)),
        *(("", words) for words in summaries(own)),
        ("Contacts", output.number(overview.total)),
        ("Can be called", output.number(overview.callable)),
        *((f"Skipped, {words(name)}", f"{count:,}{why(name)}") for name, count in overview.skipped.items() if count),
    ]
    if overview.forecast is not None:
        facts.append(("Same person", overview.forecast.shared))
        facts.append(("Size", size_words(size)))
        facts.append(("Takes", f"{overview.forecast.hours:,g} hours of calling for one attempt each"))
        facts.append(("Ends", shown(overview.forecast.ends_at)))
    if campaign.launched:
        facts += [(words(name).capitalize(), output.number(count)) for name, count in overview.states.items()]
        facts += [(f"  {words(name)}", output.number(count)) for name, count in overview.outcomes.items() if count]
        facts.append(("Calls", output.number(campaign.calls)))
        facts.append(("Ends about", shown(progress.ends_at)))
    facts += [("Started", shown(campaign.started_at)), ("Finished", shown(campaign.finished_at))]
    return [(name, value) for name, value in facts if value]


def forecast_text(forecast: "Forecast") -> str:
    """Return the sentence about a launch: the contacts that it calls and skips, and the hours it takes."""
    skipped = ", ".join(
        f"{words(reason)} {count:,}{forecast.why(reason)}" for reason, count in forecast.skipped.items() if count
    )
    not_called = f", {forecast.total - forecast.callable:,} not ({skipped})" if skipped else ""
    called = f"{counted(forecast.callable, 'contact')} will be called{not_called}"
    advice = size_words(forecast.size)
    return f"{called}; {advice}. One attempt each takes {forecast.hours:,g} hours of calling."


def reconciliation_json(done: "Reconciliation") -> dict[str, object]:
    """Return the calls of a reconciliation as JSON."""
    return {
        "id": done.campaign.id,
        "name": done.campaign.name,
        "calls": done.calls,
        "recorded": sum(done.outcomes.values()),
        "contacts": done.contacts,
        "outcomes": dict(done.outcomes),
        "waiting": done.waiting,
        "strangers": done.strangers,
    }


def reconciliation_text(done: "Reconciliation") -> str:
    """Return the calls of a reconciliation in sentences."""
    by_outcome = ", ".join(f"{words(name)} {count:,}" for name, count in sorted(done.outcomes.items()))
    recorded = f"{counted(sum(done.outcomes.values()), 'call')} to {counted(done.contacts, 'contact')}"
    sentences = [f"{recorded}{f' ({by_outcome})' if by_outcome else ''}."]
    if done.waiting:
        sentences.append(f"{counted(done.waiting, 'call')} wait until an earlier call to the same contact is settled.")
    if done.strangers:
        sentences.append(f"{counted(done.strangers, 'call')} went to numbers that are not in the campaign.")
    return " ".join(sentences)


def result_json(result: "Result") -> dict[str, object]:
    """Return a contact of an audience as JSON, as in the specification."""
    return {
        "contact_id": result.contact_id,
        "name": result.name,
        "phone": result.phone,
        "email": result.email,
        "state": result.state,
        "outcome": result.outcome,
        "reason": result.reason,
        "attempts": result.attempts,
        "next_at": output.utc(result.next_at),
        "calls": [
            {
                "attempt_id": call.attempt_id,
                "call_id": call.call_id,
                "started_at": output.utc(call.started_at),
                "outcome": call.outcome,
                "seconds": call.seconds,
            }
            for call in result.calls
        ],
    }


def result_row(result: "Result", settings: "Settings") -> list[str]:
    """Return a contact of an audience as the cells of a table."""
    return [
        str(result.contact_id),
        "(deleted)" if result.deleted else result.name or "",
        result.phone or "",
        result.email or "",
        words(result.state),
        words(result.outcome or ""),
        _reason(result),
        output.number(result.attempts),
        "" if result.next_at is None else settings.shown_time(result.next_at),
    ]


def _reason(result: "Result") -> str:
    if result.outcome != "skipped":
        return clean(result.reason or "")
    return words(result.reason or "") + (f": {result.elsewhere}" if result.elsewhere else "")


_RESULT_KEYS = ("state", "outcome", "reason", "attempts", "next_at", "calls")
CAMPAIGNS = 5
"""Maximum number of campaigns in the facts of a contact; each with its last `_CALLS` calls."""
_CALLS = 3


def contact_campaigns_json(history: "ContactCampaigns") -> list[dict[str, object]]:
    """Return the campaigns of a contact with its results, as `results` has them."""
    documents = []
    for entry in history.campaigns:
        result = result_json(entry.result)
        campaign = {"id": entry.campaign.id, "name": entry.campaign.name, "status": entry.campaign.status}
        documents.append(campaign | {name: result[name] for name in _RESULT_KEYS})
    return documents


def contact_campaigns_facts(history: "ContactCampaigns", settings: "Settings") -> list[tuple[str, str]]:
    """Return the same as names and values, newest first: the state of the contact, and its last calls."""
    from segtui.services.campaigns import call_words

    lines = []
    for entry in history.campaigns:
        lines.append(f"{entry.campaign.name}: {entry.words(settings.shown_time)}")
        newest = entry.result.calls[::-1]
        lines += [f"  {settings.shown_time(call.started_at)}  {call_words(call)}" for call in newest[:_CALLS]]
        if len(newest) > _CALLS:
            lines.append(f"  and {counted(len(newest) - _CALLS, 'earlier call')}")
    lines += [history.rest] if history.rest else []
    return [("" if index else "Campaigns", line) for index, line in enumerate(lines)]


def _attempts(attempts: int, delay: int, *, voicemail: bool) -> str:
    after = f", again after {counted(delay, 'minute')}" if attempts > 1 else ""
    return f"{attempts} per contact{after}{', after voicemail too' if voicemail and after else ''}"

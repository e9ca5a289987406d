"""Campaigns as the commands print them: the JSON of the specification, and facts for people."""

from typing import TYPE_CHECKING

from segtui.cli import output
from segtui.domain.campaign_settings import settings_in, summaries
from segtui.domain.contact import SIZE_ADVICE, size_of
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
    """Return a campaign as the specification shows it, and the number of contacts whose time zone is `assumed`."""
    seen = progress.overview
    campaign, settings = seen.campaign, seen.campaign.settings
    ahead = seen.forecast
    return {
        "id": campaign.id,
        "name": campaign.name,
        "company": campaign.company,
        "agent": settings.agent,
        "segment": {"id": campaign.segment_id, "name": campaign.segment},
        "exclude": list(seen.exclude),
        "status": campaign.status,
        "reason": seen.reason,
        "total": seen.total,
        "callable": seen.callable,
        "skipped": dict(seen.skipped),
        "states": dict(seen.states),
        "outcomes": dict(seen.outcomes),
        "calls": campaign.calls,
        "size": size_of(seen.callable),
        **_settings_json(settings, "when"),
        "assumed_zones": assumed.total,
        "without_hours": assumed.without_hours,
        **_settings_json(settings, "limits"),
        "start_at": output.utc(settings.start_at),
        "calling_hours": None if ahead is None else ahead.hours,
        "ends_at": None if ahead is None else output.utc(ahead.ends_at),
        "expected_end": output.utc(progress.ends_at),
        "created_at": output.utc(campaign.created_at),
        "started_at": output.utc(campaign.started_at),
        "finished_at": output.utc(campaign.finished_at),
    }


def _settings_json(settings: "CampaignSettings", group: "Group") -> dict[str, object]:
    """Return the settings of a group; the start is a time, which stands apart as `start_at`."""
    return {each.name: settings.value(each.name) for each in settings_in(group) if each.name != "start"}


def start_sentence(campaign: "Campaign") -> str:
    """Return the sentence that says when a campaign begins that was not begun; nothing where that is at once."""
    start = campaign.settings.shown_start
    if not start or campaign.started_at is not None:
        return ""
    if not campaign.start_is_past:
        return f"It starts {start}."
    begins = "with the launch" if campaign.status == "draft" else "when it is resumed"
    return f"Its start, {start}, is past: it begins {begins}."


def assumed_words(assumed: "AssumedZones") -> str:
    """Return the number of contacts whose time zone is an assumption, in a sentence; nothing where there is none."""
    if not assumed.total:
        return ""
    sentences = [f"The time zone of {counted(assumed.total, 'contact')} is only a guess."]
    if assumed.unknown:
        sentences.append(f"For {assumed.unknown:,} the campaign's zone is assumed.")
    if assumed.doubtful:
        sentences.append(f"For {assumed.doubtful:,} several are possible: hours hold in all of them.")
    if assumed.without_hours:
        sentences.append(f"For {assumed.without_hours:,} that leaves no hour: they would wait.")
    if assumed.placeless:
        sentences.append(
            f"For {assumed.placeless:,} only a clock is known that is no place, such as UTC: it is assumed."
        )
    return " ".join(sentences)


def overview_facts(
    progress: "Progress", assumed: "AssumedZones", settings: "Settings", *, every_company: bool
) -> list[tuple[str, str]]:
    """Return a campaign as names and values, the line that says why nothing is dialled next to its status."""
    seen = progress.overview
    campaign, its = seen.campaign, seen.campaign.settings

    def shown(at: "datetime | None") -> str:
        return "" if at is None else f"{settings.shown_time(at)} ({settings.zone_name})"

    def why(reason: str) -> str:
        return seen.forecast.why(reason) if seen.forecast is not None else ""

    size = size_of(seen.callable)
    facts = [
        ("Name", campaign.name),
        ("Status", campaign.status + (f": {seen.reason}" if seen.reason else "")),
        *([("Company", campaign.company)] if every_company else []),
        ("Agent", its.agent),
        ("Segment", campaign.segment),
        ("Left out", ", ".join(seen.exclude)),
        ("Start", its.shown_start or "at once"),
        ("", start_sentence(campaign) if campaign.start_is_past else ""),
        ("Hours", f"{its.hours.text}, {its.hours.days_text}, on each contact's clocks, else {its.timezone}"),
        ("Time zones", assumed_words(assumed)),
        ("Limits", f"{counted(its.calls_per_hour, 'call')} per hour, {its.concurrent:,} at the same time"),
        ("Attempts", _attempts(its.attempts, its.retry_delay, voicemail=its.retry_voicemail)),
        *(("", words) for words in summaries(its)),
        ("Contacts", output.number(seen.total)),
        ("Can be called", output.number(seen.callable)),
        *((f"Skipped, {words(name)}", f"{count:,}{why(name)}") for name, count in seen.skipped.items() if count),
    ]
    if seen.forecast is not None:
        facts.append(("Same person", seen.forecast.shared))
        facts.append(("Size", f"{size}: {SIZE_ADVICE[size]}"))
        facts.append(("Takes", f"{seen.forecast.hours:,g} hours of calling for one attempt each"))
        facts.append(("Ends", shown(seen.forecast.ends_at)))
    if campaign.launched:
        facts += [(words(name).capitalize(), output.number(count)) for name, count in seen.states.items()]
        facts += [(f"  {words(name)}", output.number(count)) for name, count in seen.outcomes.items() if count]
        facts.append(("Calls", output.number(campaign.calls)))
        facts.append(("Ends about", shown(progress.ends_at)))
    facts += [("Started", shown(campaign.started_at)), ("Finished", shown(campaign.finished_at))]
    return [(name, value) for name, value in facts if value]


def forecast_text(ahead: "Forecast") -> str:
    """Return the sentence about a launch: the contacts that it calls and skips, and the hours that takes."""
    skipped = ", ".join(
        f"{words(reason)} {count:,}{ahead.why(reason)}" for reason, count in ahead.skipped.items() if count
    )
    not_called = f", {ahead.total - ahead.callable:,} not ({skipped})" if skipped else ""
    called = f"{counted(ahead.callable, 'contact')} will be called{not_called}"
    advice = f"{ahead.size}: {SIZE_ADVICE[ahead.size]}"
    return f"{called}; {advice}. One attempt each takes {ahead.hours:,g} hours of calling."


def reconciliation_json(done: "Reconciliation") -> dict[str, object]:
    """Return calls that are recorded, or were, from the platform's list."""
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
    """Return the same for people."""
    by_outcome = ", ".join(f"{words(name)} {count:,}" for name, count in sorted(done.outcomes.items()))
    recorded = f"{counted(sum(done.outcomes.values()), 'call')} to {counted(done.contacts, 'contact')}"
    told = [f"{recorded}{f' ({by_outcome})' if by_outcome else ''}."]
    if done.waiting:
        told.append(f"{counted(done.waiting, 'call')} wait until an earlier call to the same contact is settled.")
    if done.strangers:
        told.append(f"{counted(done.strangers, 'call')} went to numbers of nobody in the campaign.")
    return " ".join(told)


def result_json(result: "Result") -> dict[str, object]:
    """Return a contact of an audience as the specification has it."""
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


_OF_RESULT = ("state", "outcome", "reason", "attempts", "next_at", "calls")
CAMPAIGNS = 5
"""So many campaigns of a contact are told to people; of each of them the last `_CALLS` calls."""
_CALLS = 3


def contact_campaigns_json(known: "ContactCampaigns") -> list[dict[str, object]]:
    """Return the campaigns of a contact, and what became of it there, as `results` has that."""
    told = []
    for each in known.campaigns:
        result = result_json(each.result)
        campaign = {"id": each.campaign.id, "name": each.campaign.name, "status": each.campaign.status}
        told.append(campaign | {name: result[name] for name in _OF_RESULT})
    return told


def contact_campaigns_facts(known: "ContactCampaigns", settings: "Settings") -> list[tuple[str, str]]:
    """Return the same as names and values, the newest first: how it stands with the contact, and its last calls."""
    from segtui.services.campaigns import call_words

    lines = []
    for each in known.campaigns:
        lines.append(f"{each.campaign.name}: {each.words(settings.shown_time)}")
        newest = each.result.calls[::-1]
        lines += [f"  {settings.shown_time(call.started_at)}  {call_words(call)}" for call in newest[:_CALLS]]
        if len(newest) > _CALLS:
            lines.append(f"  and {counted(len(newest) - _CALLS, 'earlier call')}")
    lines += [known.rest] if known.rest else []
    return [("" if place else "Campaigns", line) for place, line in enumerate(lines)]


def _attempts(attempts: int, delay: int, *, voicemail: bool) -> str:
    after = f", again after {counted(delay, 'minute')}" if attempts > 1 else ""
    return f"{attempts} per contact{after}{', after voicemail too' if voicemail and after else ''}"

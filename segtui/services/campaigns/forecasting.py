"""Before the launch: how many will be called and how many not, and how long that takes at a campaign's limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, func, not_, or_, select

from segtui.database.tables.campaign_tables import campaign_contacts
from segtui.domain.campaign_settings import CampaignSettings
from segtui.domain.contact import size_of
from segtui.domain.names import named
from segtui.domain.timezones.clock_comparison import UTC_NAMES
from segtui.domain.timezones.contact_zones import is_certain, zone_of
from segtui.domain.vocabulary import SKIP_REASONS
from segtui.services.campaigns import campaign_rows, campaign_segments
from segtui.services.campaigns.audience import audience, audience_snapshot, due_queue
from segtui.services.campaigns.audience.audience import Target
from segtui.services.campaigns.campaign_rows import Campaign
from segtui.services.interrupt import Interrupt
from segtui.services.segments.partition import Members
from segtui.services.session import Session, Transaction, moment, now

# What one line can do: a call with its ringing and what comes after it takes about two minutes.
_SECONDS_A_CALL: Final = 120
# The horizon of forecasts.
_HORIZON: Final = timedelta(days=3660)
# Contacts processed between two progress reports and checks for cancellation.
_STEP: Final = 5_000


@dataclass(frozen=True, slots=True)
class Forecast:
    """The result that a launch would have now. `skipped` are counted by reason, each contact under its first reason.

    `hours` are the hours of calling for one attempt each, rounded up; `ends_at` is when those are over, in the
    campaign's zone, None where no contact is called or that is more than ten years ahead.
    """

    total: int
    callable: int
    skipped: Mapping[str, int]
    hours: float
    ends_at: datetime | None
    elsewhere: tuple[str, ...] = ()
    """The campaigns that are still to call some of them: for those they are skipped."""
    shared_people: int = 0
    """People (by e-mail) with several callable contacts: each of their numbers is called."""
    shared_contacts: int = 0
    """The contacts of these people."""

    @property
    def size(self) -> str:
        """The size badge of the callable audience."""
        return size_of(self.callable)

    @property
    def shared(self) -> str:
        """A sentence about people with several callable numbers; empty without any."""
        if not self.shared_people:
            return ""
        people = "1 person" if self.shared_people == 1 else f"{self.shared_people:,} people"
        have = "has" if self.shared_people == 1 else "have"
        return f"{people} {have} several numbers here (same e-mail): {self.shared_contacts:,} contacts are called."

    def why(self, reason: str) -> str:
        """Return details of a reason: the names of the other campaigns."""
        return f" {named(self.elsewhere)}" if reason == "other_campaign" and self.elsewhere else ""


@dataclass(frozen=True, slots=True)
class AssumedZones:
    """The number of contacts to be called whose time zone is an assumption.

    Nothing tells the zone of `unknown` contacts: the campaign's zone applies. `doubtful` contacts may be in several
    zones: the hours of all of them apply, which leaves no hour at all for `without_hours` of them. Of `placeless`
    contacts only a clock without a place is known, such as UTC: its hours apply.
    """

    unknown: int = 0
    doubtful: int = 0
    without_hours: int = 0
    placeless: int = 0

    @property
    def total(self) -> int:
        """The number of all of them."""
        return self.unknown + self.doubtful + self.placeless


def forecast(session: Session, campaign_id: int, interrupt: Interrupt | None = None) -> Forecast:
    """Return what the launch of a campaign would do now. Raises NotFound, Cancelled."""
    with session.read(interrupt) as tx:
        campaign = campaign_rows.get(tx, campaign_id)
    session = campaign_rows.bound(session, campaign_id)
    with session.read(interrupt) as tx:
        return of(tx, campaign)


def of(tx: Transaction, campaign: Campaign) -> Forecast:
    """Return the forecast in an open transaction of the campaign's company."""
    target = target_of(tx, campaign)
    counts = {} if target is None else audience.count(tx, target)
    can = counts.get(None, 0)
    skipped = {reason: counts.get(reason, 0) for reason in SKIP_REASONS}
    begins = max(moment(now()), campaign.settings.start_at or moment(0))
    elsewhere = audience.elsewhere(tx, target) if target is not None and skipped["other_campaign"] else ()
    hours, ends_at = hours_for(can, campaign.settings), ends(can, campaign.settings, begins)
    shared = audience.count_shared(tx, target) if target is not None and can > 1 else (0, 0)
    return Forecast(sum(counts.values()), can, skipped, hours, ends_at, tuple(elsewhere), *shared)


def target_of(tx: Transaction, campaign: Campaign) -> Target | None:
    """Return the target of a campaign; None once one of its segments is deleted."""
    called = [segment.id for segment in campaign.segments if segment.id is not None]
    if len(called) < len(campaign.segments):
        return None
    excluded = [segment_id for segment_id, _ in campaign_segments.excluded(tx, campaign.id) if segment_id is not None]
    return Target(Members(tuple(called), *campaign.part), excluded)


def hours_for(calls: int, settings: CampaignSettings) -> float:
    """Return the hours that `calls` calls take, to a tenth, rounded up."""
    return -(-calls * 10 // calls_an_hour(settings.calls_per_hour, settings.concurrent)) / 10


def calls_an_hour(calls_per_hour: int, concurrent: int) -> int:
    """Return the calls an hour that these limits allow: a call occupies a line."""
    return min(calls_per_hour, concurrent * 3600 // _SECONDS_A_CALL)


def lines_for(calls_per_hour: int) -> int:
    """Return the calls at once that a number of calls an hour needs, rounded up."""
    return -(-calls_per_hour * _SECONDS_A_CALL // 3600)


def guesses(
    session: Session,
    campaign_id: int,
    interrupt: Interrupt | None = None,
    progress: Callable[[int], None] | None = None,
) -> AssumedZones:
    """Count the callable contacts of a draft whose time zone is not certain.

    Every distinct address and number is decided once, which takes a while for very many: `progress` is called with the
    number of contacts. Raises NotFound, Cancelled.
    """
    with session.read(interrupt) as tx:
        campaign = campaign_rows.get(tx, campaign_id)
    unknown = doubtful = without = placeless = seen = 0
    instant = moment(now())
    told = _STEP
    with campaign_rows.bound(session, campaign_id).read(interrupt) as tx:
        for _, fields, count in audience_snapshot.kinds(tx, target_of(tx, campaign)):
            seen += count
            zone = zone_of(*fields)
            if zone is None:
                unknown += count
            elif is_certain(zone):
                pass
            elif " " not in zone:
                placeless += count
            else:
                doubtful += count
                without += 0 if due_queue.first_allowed(campaign, zone, instant) else count
            if seen >= told:
                told = seen + _STEP
                if interrupt is not None:
                    interrupt.demand_not_cancelled()
                if progress is not None:
                    progress(seen)
    return AssumedZones(unknown, doubtful, without, placeless)


def assumed_zones(session: Session, campaign_id: int) -> AssumedZones:
    """Count the same for a campaign in any state: after the launch, by its frozen audience. Raises NotFound."""
    with session.read() as tx:
        launched = campaign_rows.get(tx, campaign_id).launched
    if not launched:
        return guesses(session, campaign_id)
    with campaign_rows.bound(session, campaign_id).read() as tx:
        campaign = campaign_rows.get(tx, campaign_id)
        zone, outcome = campaign_contacts.c.zone, campaign_contacts.c.outcome
        several = zone.like("% %")
        no_place = and_(not_(several), or_(zone.in_(UTC_NAMES), zone.like("Etc/%")))
        counting = select(*(func.count(case((group, 1))) for group in (zone.is_(None), several, no_place))).where(
            tx.scope(campaign_contacts),
            campaign_contacts.c.campaign_id == campaign_id,
            func.coalesce(outcome, "") != "skipped",
        )
        without, _ = due_queue.without_hours(tx, campaign, moment(now())) if campaign.unfinished else (0, None)
        unknown, doubtful, placeless = tx.execute(counting).one()
        return AssumedZones(unknown, doubtful, without, placeless)


def ends(calls: int, settings: CampaignSettings, begins: datetime) -> datetime | None:
    """Return when a number of calls is over, in the campaign's zone; None as in Forecast."""
    left = timedelta(hours=hours_for(calls, settings))
    if not left:
        return None
    for opens, closes in settings.hours.windows(begins, ZoneInfo(settings.timezone)):
        if opens - begins > _HORIZON:
            return None
        first = max(opens, begins.astimezone(UTC))
        if closes - first >= left:
            return first + left
        left -= closes - first
    return None

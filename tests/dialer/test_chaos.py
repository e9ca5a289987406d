"""Invariants under fire: dispatchers are killed and stopped while the platform fails, clocks jump and people intervene.

Whatever happens: everybody of an audience ends in exactly one outcome; no attempt is dialled twice; nobody is called
outside of their hours, or while the clock is wrong, or after they were marked as do not call; and there are never more
calls at once, or in an hour, than a campaign allows.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from segtui.dialer.simulator import Behaviour, SimulatedCall, Simulator
from segtui.services import campaigns
from segtui.services.contacts import contacts
from segtui.services.maintenance import maintenance
from segtui.services.segments import segments
from segtui.services.session import Session
from tests.dialer.support import always, daytime, hasten, status, until
from tests.services.campaigns.support import audience
from tests.support.dispatcher_process import SILENCE, Clock

ROOT = Path(__file__).parents[2]
# Round the world, so that whatever time it is and wherever the clock jumps, somebody may be called and somebody not.
ZONES = (
    "America/Los_Angeles", "America/New_York", "America/Sao_Paulo", "Europe/London", "Europe/Madrid", "Africa/Nairobi",
    "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Australia/Adelaide", "Pacific/Auckland", "Pacific/Honolulu",
)  # fmt: skip
BEHAVIOUR = Behaviour(
    outcomes={"closed": 5, "busy": 2, "no-answer": 2, "voicemail": 1, "failed": 1, "wrong-phone-format": 0.5},
    ring=(0.05, 0.2),
    talk=(0.1, 0.6),
    per_minute=None,
    per_second=None,
)
FAULTS = {"reset-after": 0.05, "reset-before": 0.03, "error-after": 0.04, "throttled-bare": 0.03, "garbage": 0.02}
# A call that was claimed in the moment before: that is what the claim in a transaction promises.
A_MOMENT = 1.5
# Seconds after which a dispatcher that was stopped is replaced: more than a claim may wait until it is sent.
HUNG = 6.0


@dataclass
class Arena:
    """What is under fire, and what is remembered for the judgement."""

    session: Session
    simulator: Simulator
    clock: Clock
    where: str
    folder: Path
    chance: random.Random
    ids: dict[int, list[int]] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    phones: dict[int, str] = field(default_factory=dict)
    marked: dict[str, float] = field(default_factory=dict)
    jumps: list[tuple[float, int]] = field(default_factory=list)
    """When the clock was set, and by how much it was off since."""
    moves: dict[str, list[tuple[float, str]]] = field(default_factory=dict)
    """When somebody came to live in another zone, and in which."""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    hanging: subprocess.Popen[bytes] | None = None
    """The dispatcher that is stopped at present."""
    kills: int = 0
    hangs: int = 0

    def campaign(self, name: str, people: int, first: int, **given: object) -> int:
        segment_id = segments.create(self.session, f"Segment of {name}").id
        ids = []
        for number in range(first, first + people):
            phone, zone = f"+1602555{number:04}", ZONES[number % len(ZONES)]
            contact = contacts.add(self.session, {"phone": phone, "timezone": zone}, segment_id)
            ids.append(contact.id)
            self.zones[phone], self.phones[contact.id] = zone, phone
        made = campaigns.create(self.session, name, segment_id, always(**given))
        campaigns.launch(self.session, made.id)
        self.ids[made.id] = ids
        return made.id

    def jump(self, seconds: float) -> None:
        self.clock.jump(seconds)
        self.jumps.append((time.monotonic(), self.clock.offset))

    def set_right(self) -> None:
        if self.clock.offset:
            self.jump(-self.clock.offset / 1e9)

    def offset(self, call: SimulatedCall) -> int | None:
        """Return by how much the clock was off at a call; None about the moment in which it was set."""
        if any(abs(call.moment - when) < A_MOMENT for when, _ in self.jumps):
            return None
        return next((offset for when, offset in reversed(self.jumps) if when < call.moment), 0)

    def local(self, call: SimulatedCall) -> datetime:
        """Return what clocks showed to who was called."""
        moved = [zone for when, zone in self.moves.get(call.phone, ()) if when < call.moment + A_MOMENT]
        return call.at.astimezone(ZoneInfo(moved[-1] if moved else self.zones[call.phone]))

    def let_day_break(self) -> None:
        """Let those who wait live where it is about noon."""
        for campaign_id, ids in self.ids.items():
            states = audience(self.session, campaign_id)
            for contact_id in ids:
                phone = self.phones[contact_id]
                if (
                    states[contact_id][0] in {"pending", "retry"}
                    and phone not in self.moves
                    and self._there(contact_id)
                ):
                    zone = daytime()
                    self.moves[phone] = [(time.monotonic(), zone)]
                    contacts.edit(self.session, contact_id, {"timezone": zone})

    def start(self) -> None:
        environment = {
            **os.environ,
            "SEGTUI_CALLING_URL": self.simulator.base_url,
            "SEGTUI_CALLING_TOKEN": "token",
            "XDG_CONFIG_HOME": str(self.folder),
            SILENCE: str(HUNG),
        }
        command = [sys.executable, "-m", "tests.support.dispatcher_process", str(self.folder / "clock")]
        with (self.folder / "log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [*command, "--database", self.where, "campaigns", "run"], cwd=ROOT, env=environment, stderr=log
                )
            )

    def kill(self) -> None:
        victim = self.processes.pop(self.chance.randrange(len(self.processes)))
        victim.kill()
        victim.wait()
        self.kills += 1

    def disturb(self) -> None:
        """Do something that happens."""
        self.wake()
        chance = self.chance.choice(("mark", "delete", "pause", "jump", "storm", "nothing", "gone", "hang"))
        campaign_id = self.chance.choice(list(self.ids))
        contact_id = self.chance.choice(self.ids[campaign_id])
        if chance == "mark" and self.phones[contact_id] not in self.marked and self._there(contact_id):
            contacts.edit(self.session, contact_id, {"do_not_call": "yes"})
            self.marked[self.phones[contact_id]] = time.monotonic()
        elif chance == "delete" and self._there(contact_id):
            contacts.delete(self.session, contact_id)
            self.marked.setdefault(self.phones[contact_id], time.monotonic())
        elif chance == "pause" and status(self.session, campaign_id) == "active":
            campaigns.pause(self.session, campaign_id)
        elif chance == "jump" and self.clock.offset:
            self.set_right()
        elif chance == "jump":
            self.jump(self.chance.choice((-7_200, -600, 600, 5_400, 28_800, -28_800)))
        elif chance == "storm":
            self.simulator.faults.now_and_then("throttled-bare", 1.0, on="start")
        elif chance == "hang":
            self.hanging = self.chance.choice(self.processes)
            self.hanging.send_signal(signal.SIGSTOP)
            self.hangs += 1
            time.sleep(self.chance.choice((0.5, HUNG + 1.0)))
        elif chance == "gone":
            self.simulator.stop()
            time.sleep(0.2)
            self.simulator.start()

    def wake(self) -> None:
        """Let a dispatcher that was stopped go on, unless it was killed since."""
        if self.hanging is not None and self.hanging.poll() is None:
            self.hanging.send_signal(signal.SIGCONT)
        self.hanging = None

    def calm(self) -> None:
        self.simulator.faults.now_and_then("throttled-bare", FAULTS["throttled-bare"], on="start")
        for campaign_id in self.ids:
            if status(self.session, campaign_id) == "paused":
                campaigns.resume(self.session, campaign_id)

    def _there(self, contact_id: int) -> bool:
        from segtui.errors import NotFound

        try:
            contacts.get(self.session, contact_id)
        except NotFound:
            return False
        return True


@contextmanager
def arena(session: Session, folder: Path, seed: int) -> Iterator[Arena]:
    clock = Clock(folder / "clock")
    (folder / "segtui").mkdir()
    (folder / "segtui" / "config.toml").write_text("[calling]\ncalls_per_minute = 600000\ncalls_per_second = 10000\n")
    url = session.database.url.render_as_string(hide_password=False)
    where = str(session.database.path or url)

    # The platform's clock is right, whatever becomes of ours.
    with Simulator(BEHAVIOUR, token="token") as simulator:
        made = Arena(session, simulator, clock, where, folder, random.Random(seed))
        try:
            yield made
        finally:
            for process in made.processes:
                process.send_signal(signal.SIGKILL)
                process.wait()


def under_fire(session: Session, folder: Path, *, kills: int, seed: int, people: int) -> str:
    """Let it happen, judge it, and return the figures as a sentence."""
    with arena(session, folder, seed) as there:
        quick = there.campaign("Quick", people, 0, concurrent=6, retry_delay=1, attempts=3)
        limited = there.campaign("Limited", people // 2, people, concurrent=3, calls_per_hour=people // 4)
        cancelled = there.campaign("Cancelled", people // 2, 2 * people, concurrent=2)
        for kind, probability in FAULTS.items():
            there.simulator.faults.now_and_then(kind, probability, on="start")
        there.start()
        there.start()
        time.sleep(1.5)
        while there.kills < kills:
            there.disturb()
            time.sleep(there.chance.uniform(0.05, 0.6))
            there.kill()
            there.start()
            if there.chance.random() < 0.5:
                there.calm()
                hasten(session)
                time.sleep(there.chance.uniform(0.2, 1.5))
        campaigns.cancel(session, cancelled)
        under_the_limit = [call for call in there.simulator.calls if call.campaign_id == str(limited)]
        assert len(under_the_limit) <= people // 4
        _let_finish(there, quick, limited)
        _judge(there)
        return _figures(there)


def _let_finish(there: Arena, quick: int, limited: int) -> None:
    session, simulator = there.session, there.simulator
    simulator.faults.clear()
    there.wake()
    there.calm()
    with_limit = campaigns.get(session, limited)
    if with_limit.status == "active":
        campaigns.pause(session, limited)
    if campaigns.get(session, limited).status == "paused":
        campaigns.edit(session, limited, always(concurrent=3))
        campaigns.resume(session, limited)

    def over() -> bool:
        there.calm()
        hasten(session)
        left = sum(
            campaigns.overview(session, each).total - campaigns.overview(session, each).states["done"]
            for each in there.ids
        )
        if left and not there.simulator.in_progress():
            there.let_day_break()
            _touch(session)
            time.sleep(1.5)
        return not left

    there.set_right()

    try:
        until(over, 180)
    except AssertionError:
        for each in there.ids:
            seen = campaigns.overview(session, each)
            print(seen.campaign.name, seen.campaign.status, seen.reason, dict(seen.states), dict(seen.outcomes))
        print(there.simulator.in_progress(), there.clock.offset / 1e9, (there.folder / "log").read_text()[-3000:])
        raise


def _touch(session: Session) -> None:
    from sqlalchemy import update

    from segtui.database.tables.campaign_tables import campaigns as table

    with session.write() as tx:
        tx.execute(update(table).where(tx.scope(table)).values(updated_at=table.c.updated_at + 1))


def _judge(there: Arena) -> None:
    calls = there.simulator.calls
    assert max(Counter(call.attempt_id for call in calls).values()) == 1
    for campaign_id, ids in there.ids.items():
        found = audience(there.session, campaign_id)
        assert set(found) == set(ids)
        assert {state for state, _, _ in found.values()} == {"done"}
        overview = campaigns.overview(there.session, campaign_id)
        assert sum(overview.outcomes.values()) == overview.total == len(ids)
        mine = [call for call in calls if call.campaign_id == str(campaign_id)]
        assert _most_at_once(mine) <= overview.campaign.settings.concurrent
        assert max(Counter(call.phone for call in mine).values(), default=0) <= overview.campaign.settings.attempts
    for call in calls:
        offset = there.offset(call)
        assert offset is None or abs(offset) <= 300e9, "dialled while the clock was wrong"
        local = there.local(call)
        assert offset is None or 8 <= local.hour < 21, (call.phone, local)
        marked = there.marked.get(call.phone)
        assert marked is None or call.moment < marked + A_MOMENT, call.phone
    _one_at_a_time(calls)
    assert list(maintenance.check(there.session.database)) == []


def _most_at_once(calls: Sequence[SimulatedCall]) -> int:
    edges = sorted([(call.moment, 1) for call in calls] + [(call.ended, -1) for call in calls])
    most = running = 0
    for _, change in edges:
        running += change
        most = max(most, running)
    return most


def _one_at_a_time(calls: Sequence[SimulatedCall]) -> None:
    by_phone: dict[str, list[SimulatedCall]] = {}
    for call in calls:
        by_phone.setdefault(call.phone, []).append(call)
    for mine in by_phone.values():
        assert _most_at_once(mine) <= 1


def _figures(there: Arena) -> str:
    calls = there.simulator.calls
    faults = dict(there.simulator.faults.made)
    return (
        f"{there.kills} kills, {there.hangs} hangs, {len(calls)} calls for {sum(map(len, there.ids.values()))} people, "
        f"{len(there.marked)} marked or deleted, {len(there.jumps)} jumps of the clock, faults {faults}"
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_few_kills_harm_nothing(session: Session, tmp_path: Path) -> None:
    under_fire(session, tmp_path, kills=6, seed=1, people=24)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1])
def test_a_hundred_kills_harm_nothing(session: Session, tmp_path: Path, seed: int) -> None:
    print(under_fire(session, tmp_path, kills=100, seed=seed, people=160))

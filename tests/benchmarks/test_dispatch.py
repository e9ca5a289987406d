"""What calling costs: processor time at ten thousand calls an hour, and a claim, and memory, by size of the audience.

Run it with `python -m pytest -m benchmark -n 0 -s tests/benchmarks/test_dispatch.py`. The reference of the first is the
least program that makes the same requests and keeps nothing; of the others the same with an audience of ten thousand.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from segtui.database.engine import open_database
from segtui.dialer.simulator import Behaviour, Simulator
from segtui.services import campaigns
from segtui.services.campaigns.dispatch import claiming, dispatcher_lease, settling
from segtui.services.campaigns.dispatch.settling import Settled
from segtui.services.segments import segments
from segtui.services.session import Session, open_session
from tests.benchmarks.databases import EVERYBODY, Sample, copied
from tests.benchmarks.harness import ROOT, compare, goal, p95, ratio, report
from tests.dialer.support import always, daytime
from tests.services.campaigns.support import people

pytestmark = pytest.mark.benchmark

AN_HOUR = 10_000
_CLAIMS = 300
# About 65 seconds a call: so many at once make ten thousand an hour.
_CALLS = Behaviour(ring=(15, 25), talk=(30, 90), per_minute=None, per_second=None)
_AT_ONCE = 150
_SETTLED_IN, _MEASURED = 75.0, 90.0


@contextmanager
def _dispatcher(where: str, simulator: Simulator, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `segtui campaigns run` without the account's limits while the block runs."""
    (home / "segtui").mkdir(parents=True)
    (home / "segtui" / "config.toml").write_text("[calling]\ncalls_per_minute = 600000\ncalls_per_second = 10000\n")
    environment = {
        **os.environ,
        "SEGTUI_CALLING_URL": simulator.base_url,
        "SEGTUI_CALLING_TOKEN": "token",
        "XDG_CONFIG_HOME": str(home),
    }
    command = [sys.executable, "-m", "segtui", "--database", where, "campaigns", "run"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """Return the seconds of processor time that a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _largest_memory(process: subprocess.Popen[bytes]) -> float:
    """Return the megabytes that a process had at most."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def test_processor_time_at_ten_thousand_calls_an_hour(session: Session, tmp_path: Path) -> None:
    segment_id, _ = people(session, "Everybody", 1_500, first=0, timezone=daytime())
    made = campaigns.create(session, "C", segment_id, always(concurrent=_AT_ONCE))
    campaigns.launch(session, made.id)
    where = str(session.database.path or session.database.url.render_as_string(hide_password=False))
    with Simulator(_CALLS, token="token") as simulator, _dispatcher(where, simulator, tmp_path / "home") as process:
        time.sleep(_SETTLED_IN)
        used, begun = _cpu(process), len(simulator.calls)
        time.sleep(_MEASURED)
        used, begun = _cpu(process) - used, len(simulator.calls) - begun
        memory = _largest_memory(process)
    rate = begun / _MEASURED
    with Simulator(_CALLS, token="token") as simulator:
        program = [sys.executable, "-m", "tests.benchmarks.dialler_program", simulator.base_url, str(rate), "60"]
        said = subprocess.run(program, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    bare = float(said[1]) / float(said[0])
    where = session.database.backend.name
    percent = used / begun * AN_HOUR / 3600 * 100
    print(f"\n{where}: {rate * 3600:,.0f} calls an hour, {percent:.1f} % of a core at {AN_HOUR:,}, {memory:.0f} MB")
    report(f"processor time of a call, {where}", used / begun * 1000, bare * 1000)
    goal(f"{where}: percent of a core at {AN_HOUR:,} calls an hour", percent, 10, " %")


def test_claims_and_memory_do_not_grow_with_the_audience(
    samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("dispatch.claiming", "audience.audience_snapshot"):
        monkeypatch.setattr(f"segtui.services.campaigns.{module}.zone_of", lambda *_: daytime())
    claims: dict[int, list[float]] = {}
    memories: dict[int, float] = {}
    print()
    for sample in samples:
        with copied(sample, tmp_path) as where:
            database = open_database(where, create=False)
            session = open_session(database, source="benchmark")
            claims[sample.size] = _claims(session, sample)
            database.close()
            home = tmp_path / f"home{sample.size}-{sample.backend}"
            with Simulator(_CALLS, token="token") as simulator, _dispatcher(where, simulator, home) as process:
                time.sleep(20)
                memories[sample.size] = _largest_memory(process)
    small = min(claims)
    for size, took in claims.items():
        title = f"{samples[0].backend}: claiming and settling a call, of {size:,}"
        compare(title, took, claims[small])
        report(f"{samples[0].backend}: memory of the dispatcher, {size:,}", memories[size], memories[small], "MB")
    large = max(claims)
    goal(f"{samples[0].backend}: a claim of {large:,} against one of {small:,}, median", _flat(claims), 3)
    goal(f"{samples[0].backend}: memory with {large:,} against {small:,}", memories[large] / memories[small], 1.1)


def _flat(claims: dict[int, list[float]]) -> float:
    return ratio(claims[max(claims)], claims[min(claims)], lambda took: p95(sorted(took)[: len(took) * 9 // 10]))


def _claims(session: Session, sample: Sample) -> list[float]:
    """Launch a campaign for everybody and return how many milliseconds it takes to claim and settle a call."""
    segment_id = segments.by_name(session, EVERYBODY).id
    made = campaigns.create(session, "Everybody", segment_id, always(concurrent=10))
    began = time.perf_counter()
    ahead = campaigns.forecast(session, made.id)
    forecast = time.perf_counter() - began
    campaigns.launch(session, made.id)
    print(
        f"{sample.title}: forecast {forecast:.2f} s, launch {time.perf_counter() - began - forecast:.2f} s, "
        f"{ahead.callable:,} of {ahead.total:,} to be called"
    )
    generation = dispatcher_lease.take_over(session, "benchmark")
    return [_timed(lambda: _one(session, generation, made.id)) for _ in range(_CLAIMS)]


def _one(session: Session, generation: int, campaign_id: int) -> None:
    (claim,) = claiming.claim(session, generation, campaign_id, 1).claims
    settling.record(session, generation, settled=[Settled(claim.attempt_id, campaign_id, "answered", 10)])


def _timed(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000

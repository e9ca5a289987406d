"""The least that calls anybody: it starts calls at a rate, asks for the list of them now and then, and keeps nothing.

python -m tests.benchmarks.dialler_program BASE_URL CALLS_PER_SECOND SECONDS
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from segtui.dialer.https_platform import HttpsPlatform
from segtui.dialer.platform import NewCall

_POLL = 2.0


def main(base_url: str, rate: float, seconds: float) -> None:
    """Call for so many seconds, and print how many calls it were and how many seconds of processor time they took."""
    began = time.monotonic()
    used = time.process_time()
    polled, count = began, 0
    with HttpsPlatform(base_url, "token") as platform, ThreadPoolExecutor(16) as threads:
        while time.monotonic() - began < seconds:
            phone, data = f"+1602555{count % 10_000:04}", {"attempt_id": str(count + 1), "campaign_id": "1"}
            threads.submit(platform.start, NewCall(phone, "agent", data))
            count += 1
            if time.monotonic() - polled >= _POLL:
                polled = time.monotonic()
                now = datetime.now(UTC)
                threads.submit(platform.recent, now - timedelta(minutes=7), now + timedelta(hours=2), "agent")
            time.sleep(max(0.0, began + count / rate - time.monotonic()))
    print(count, time.process_time() - used)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))

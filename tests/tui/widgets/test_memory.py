"""Threads share an arena of the C library."""

import subprocess
import sys
from pathlib import Path

import pytest

_ARENAS = """
import ctypes, sys, threading
from segtui.tui.widgets.chrome.memory import share_one_arena
if sys.argv[2] == "shared":
    share_one_arena()
libc = ctypes.CDLL(None)
together = threading.Barrier(4)

def allocate():
    together.wait()
    libc.malloc(1000)
    together.wait()

threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.fopen.restype = ctypes.c_void_p
report = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, report)
libc.fclose(report)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="arenas are those of glibc")
@pytest.mark.parametrize("way", ["shared", "usual"])
def test_threads_that_start_afterwards_share_an_arena(way: str, tmp_path: Path) -> None:
    report = tmp_path / "malloc.xml"
    subprocess.run([sys.executable, "-c", _ARENAS, str(report), way], check=True)
    arenas = report.read_text(encoding="ascii").count("<heap nr=")
    assert arenas == 1 if way == "shared" else arenas > 1

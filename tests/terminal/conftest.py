"""What the tests in a real terminal share."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from segtui.demo import create_demo


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database of a demo, to be copied. The first worker that needs it makes it for all of them."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-for-all"
    folder.mkdir(exist_ok=True)
    made = folder / "demo.db"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            create_demo(Path(tempfile.mkdtemp(dir=folder))).rename(made)
    return made


@pytest.fixture(scope="module")
def demo(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the arguments that open a demo made beforehand: it is only looked at."""
    return ["--database", str(shutil.copy2(made_demo, tmp_path_factory.mktemp("demo") / made_demo.name))]

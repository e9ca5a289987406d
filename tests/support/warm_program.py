"""segtui for a service account whose home folder is the first argument: its warm process, or one cold session.

    python -I warm_program.py HOME serve
    python -I warm_program.py HOME cold session --user alice

The site's file is `site.toml` in that folder, and belongs to the user who runs this.
"""

import gc
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def _use_site_of(home: Path) -> None:
    from segtui.config import settings
    from segtui.ssh import site_config

    settings.SITE_FILE = home / "site.toml"
    site_config.OWNER = os.getuid()


def _serve(home: Path) -> None:
    """Do what `segtui ssh serve` does, for any account."""
    from segtui.cli.interface import preload_interface
    from segtui.cli.main import run
    from segtui.ssh.environment import clean_environment
    from segtui.ssh.warm import preloading, server

    os.environ.clear()
    os.environ.update(clean_environment({}))
    _use_site_of(home)
    server.serve(home, run, lambda: preloading.preload(preload_interface))


def _run_cold(home: Path, arguments: list[str]) -> int:
    """Do what `python -I -m segtui ssh …` does."""
    gc.disable()
    from segtui.cli.main import run

    gc.enable()
    _use_site_of(home)
    return run(["ssh", *arguments])


if __name__ == "__main__":
    where, what, *words = sys.argv[1:]
    if what == "serve":
        _serve(Path(where))
    else:
        sys.exit(_run_cold(Path(where), words))

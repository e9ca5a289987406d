"""Writes the README's screenshot, from the demo: `python -m tests.support.screenshot`."""

import asyncio
import re
import tempfile
from pathlib import Path

from segtui.config.settings import Settings
from segtui.database.engine import open_database
from segtui.demo import create_demo
from segtui.services.session import open_session
from segtui.tui.app import SegtuiApp

TARGET = Path(__file__).resolve().parents[2] / ".github" / "screenshot.svg"
_SIZE = (100, 24)
# Rich refers to web fonts; a README should not call other hosts.
_WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def picture() -> str:
    """Return the list of segments as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        path = create_demo(Path(folder))
        database = open_database(path)
        app = SegtuiApp(open_session(database, source="terminal"), Settings(str(path), timezone="UTC"))
        async with app.run_test(size=_SIZE) as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause(0.5)
            svg = app.export_screenshot(title="segtui")
        database.close()
    return _WEB_FONT.sub("", svg)


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(asyncio.run(picture()), encoding="utf-8")

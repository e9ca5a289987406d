"""Preloading: the part of the interface that a warm process prepares for all its sessions."""

import contextvars
from typing import TYPE_CHECKING

from segtui.config.settings import Settings
from segtui.tui.app import SegtuiApp
from segtui.tui.opening import SessionOpening

if TYPE_CHECKING:
    from segtui.services.session import Session


def preload_styles() -> None:
    """Parse the style sheets with the colours of our own theme, which `CachedStylesheet` keeps for the sessions."""
    contextvars.copy_context().run(_parse)


def _parse() -> None:
    app = SegtuiApp(SessionOpening(_no_session), Settings(database=""))
    app.stylesheet.read_all(app.css_path)
    app.stylesheet.parse()


def _no_session() -> "Session":
    raise NotImplementedError("this app never runs")

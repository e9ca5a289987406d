"""Resize fix: a screen gets the terminal's size even if that changes while the screen is being laid out."""

from typing import TYPE_CHECKING

from textual import events

if TYPE_CHECKING:
    from textual.message_pump import MessagePump as _Screen
else:
    _Screen = object


class ResizeFix(_Screen):
    """A screen with the fix. Put it before Textual's class.

    Textual tells a screen its new size, and the screen, laid out, tells itself the size it was laid out for. Where the
    terminal changed in between the second comes last, is older, and would be the size that the screen keeps.
    """

    def on_resize(self, event: events.Resize) -> None:
        """Take the terminal's size where the event has an older one."""
        follow_terminal(self, event)


def follow_terminal(screen: "_Screen", event: events.Resize) -> None:
    """Send a screen the terminal's size where `event` has an older one."""
    now = screen.app.size
    if event.size != now and not screen.app.is_inline:
        screen.post_message(events.Resize(now, now))

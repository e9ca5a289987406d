"""Messages to the app about its session: it was opened, could not be opened, or ended; its database changed."""

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from segtui.services.session import Session


class Opened(Message):
    """The session is open."""

    def __init__(self, session: "Session") -> None:
        super().__init__()
        self.session = session


class OpeningFailed(Message):
    """The session could not be opened, because of `error`."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


class Ended(Message):
    """The session was ended, not by its user."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class Committed(Message):
    """A transaction was committed to the database, here or elsewhere."""

"""Named errors. Each says in one sentence what happened and what to do; the TUI and the CLI show it as it is."""

from collections.abc import Sequence
from typing import Final


class SegtuiError(Exception):
    """A failure with a sentence for the user: `str()` of it."""


class InvalidInput(SegtuiError):
    """A value is not acceptable; `field` names the field, if there is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NameTaken(InvalidInput):
    """The name belongs to another thing of the same kind in this company."""


class NotFound(SegtuiError):
    """The segment, contact, import or company does not exist, or this user may not see it."""


class NotAllowed(SegtuiError):
    """The user's role does not permit this."""


class SignedOut(NotAllowed):
    """The session has ended: the user was disabled, removed or given another role, or the key is gone."""


class Conflict(SegtuiError):
    """Another user changed it meanwhile, or it is in use."""


class ConsentNeeded(SegtuiError):
    """An undo or a redo would make contacts callable again and needs confirmation. Nothing was changed.

    `names` are the first of the contacts, `contacts` their number, `numbers` how many come off the do-not-call list.
    """

    def __init__(self, names: Sequence[str], contacts: int, numbers: int) -> None:
        self.names, self.contacts, self.numbers = tuple(names), contacts, numbers
        super().__init__(f"{self.consequence} Nothing has been changed yet: confirm it first.")

    @property
    def consequence(self) -> str:
        """The consequence, in a sentence or two."""
        more = self.contacts - len(self.names)
        words = [*self.names, *([f"{more:,} more"] if more > 0 else [])]
        names = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
        parts = [f"{names} may be called again."] if self.contacts else []
        if self.numbers:
            removed = "1 number comes" if self.numbers == 1 else f"{self.numbers:,} numbers come"
            parts.append(f"{removed} off the do-not-call list.")
        return " ".join(parts)


class UnreadableFile(SegtuiError):
    """A file cannot be opened, or is not of a kind that imports read."""


class NothingToImport(SegtuiError):
    """The file has no row, or every row was rejected. `result` accounts for each row, as for any import."""

    result: object = None


class Cancelled(SegtuiError):
    """The user, or a newer request, cancelled this one. Nothing was changed."""


IMPORT_CANCELLED: Final = "The import was cancelled; nothing was changed."
"""What a cancelled import says, whichever of its steps or processes noticed."""


class SetupFailed(SegtuiError):
    """Setup of a server for access over SSH failed. The steps before the failure stay."""


class DatabaseError(SegtuiError):
    """The database cannot be used, or failed."""


class DatabaseBusy(DatabaseError):
    """The database stayed locked for longer than the time-out."""


class SchemaMismatch(DatabaseError):
    """The database is older or newer than this program, or was not made by it."""


_HIDDEN = "The database of this server cannot be used; tell one of its admins."


def for_ssh_user(error: SegtuiError) -> SegtuiError:
    """Return the error as it is shown to a user over SSH.

    The location of the database, and its server's messages, are for the admins of this server alone.
    """
    if not isinstance(error, DatabaseError) or isinstance(error, DatabaseBusy) or str(error) == _HIDDEN:
        return error
    return DatabaseError(_HIDDEN)

"""Errors with names. Each says in one sentence what happened and what to do; both fronts show it as it is."""

from collections.abc import Sequence


class SegtuiError(Exception):
    """Something could not be done. `str()` of it is a sentence for people."""


class InvalidInput(SegtuiError):
    """A value that somebody gave is not acceptable; `field` names which, where there is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NameTaken(InvalidInput):
    """The name belongs to another thing of the same kind in this company."""


class NotFound(SegtuiError):
    """There is no such segment, contact, import or company (or none that this user may see)."""


class NotAllowed(SegtuiError):
    """The role of this user does not permit it."""


class SignedOut(NotAllowed):
    """This user was disabled, removed or given another role, or the key is gone: the session has ended."""


class Conflict(SegtuiError):
    """Somebody else changed it meanwhile, or it is in use."""


class ConsentNeeded(SegtuiError):
    """An undo or a redo would let contacts be called again: a person has to agree first. Nothing was changed.

    `names` are the first of the contacts, `contacts` their number, `numbers` how many come off the do-not-call list.
    """

    def __init__(self, names: Sequence[str], contacts: int, numbers: int) -> None:
        self.names, self.contacts, self.numbers = tuple(names), contacts, numbers
        super().__init__(f"{self.consequence} Nothing was changed yet: confirm it first.")

    @property
    def consequence(self) -> str:
        """The consequence, in a sentence or two."""
        more = self.contacts - len(self.names)
        words = [*self.names, *([f"{more:,} more"] if more > 0 else [])]
        names = f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
        parts = [f"{names} may be called again."] if self.contacts else []
        if self.numbers:
            comes = "1 number comes" if self.numbers == 1 else f"{self.numbers:,} numbers come"
            parts.append(f"{comes} off the do-not-call list.")
        return " ".join(parts)


class UnreadableFile(SegtuiError):
    """A file cannot be opened, or is not something an import reads."""


class NothingToImport(SegtuiError):
    """The file has no row, or every row of it was rejected. `result` says what became of each, as for any import."""

    result: object = None


class Cancelled(SegtuiError):
    """The person, or a newer request, stopped this one. Nothing was changed."""


class SetupFailed(SegtuiError):
    """A server could not be set up for signing in over SSH. What was done before stays."""


class DatabaseError(SegtuiError):
    """The database cannot be used, or did not do what was asked of it."""


class DatabaseBusy(DatabaseError):
    """Somebody else holds the database for longer than one can wait."""


class SchemaMismatch(DatabaseError):
    """The database is older or newer than this program, or is not one of ours."""


_HIDDEN = "The database of this server cannot be used; tell an admin of it."


def for_guest(error: SegtuiError) -> SegtuiError:
    """Return the error as it is told to somebody who came in over SSH.

    Where the database is, and what its server says, is for the admins of this server alone.
    """
    if not isinstance(error, DatabaseError) or isinstance(error, DatabaseBusy) or str(error) == _HIDDEN:
        return error
    return DatabaseError(_HIDDEN)

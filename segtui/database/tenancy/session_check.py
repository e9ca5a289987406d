"""Session check: claims re-checked at the start of every transaction, so that disabling a user ends their sessions."""

from typing import Final, NamedTuple

from sqlalchemy import Connection, Text, bindparam, text

from segtui.errors import SignedOut


class SessionClaims(NamedTuple):
    """Claims that `users` must still confirm. Without a `user_id` they are those of the owner, which always hold."""

    user_id: int | None
    role: str
    company_id: int | None
    fingerprint: str | None


SIGNED_OUT: Final = {
    "disabled": "Your account was disabled; ask an admin.",
    "key": "The key you signed in with was taken away; sign in with another, or ask an admin.",
    "changed": "Your account was changed: sign in again.",
}
# Reads two rows by their indexes, inside the transaction.
_CHECK = (
    text(
        "SELECT u.enabled, u.role, coalesce(u.company_id, 0) AS company_id, :fingerprint IS NULL OR EXISTS "
        "(SELECT 1 FROM user_keys AS k WHERE k.fingerprint = :fingerprint AND k.user_id = u.id) AS has_key "
        "FROM users AS u WHERE u.id = :user"
    )
    .bindparams(bindparam("fingerprint", type_=Text))
    .execution_options(every_company=True)
)


def demand_valid(connection: Connection, claims: SessionClaims) -> None:
    """Raise SignedOut unless `users` still confirms the claims."""
    if claims.user_id is None:
        return
    row = connection.execute(_CHECK, {"user": claims.user_id, "fingerprint": claims.fingerprint}).one_or_none()
    if row is None or not row.enabled:
        raise SignedOut(SIGNED_OUT["disabled"])
    if not row.has_key:
        raise SignedOut(SIGNED_OUT["key"])
    if (row.role, row.company_id) != (claims.role, claims.company_id or 0):
        raise SignedOut(SIGNED_OUT["changed"])

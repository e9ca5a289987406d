"""`segtui users` and `segtui users keys`."""

from pathlib import Path

import pytest

from tests.support.commands import Commands
from tests.support.public_keys import ed25519_line, fingerprint_of

KEY = ed25519_line(1, "alice@laptop")


@pytest.fixture
def alice(segtui: Commands) -> Commands:
    """Return the command line on a database with one user."""
    segtui("users", "add", "Alice", "--name", "Alice Smith", "--role", "member")
    return segtui


def test_a_user_is_listed_as_the_specification_says(alice: Commands) -> None:
    assert alice("users", "list", "--json").json == [
        {"login": "alice", "name": "Alice Smith", "company": "Main", "role": "member", "enabled": True, "keys": []}
    ]
    assert "1 user." in alice("users", "list").out


def test_without_users_it_is_said_how_one_is_made(segtui: Commands) -> None:
    assert "segtui users add" in segtui("users", "list").out
    assert segtui("users", "list", "--json").json == []


def test_a_user_is_changed_and_removed(alice: Commands) -> None:
    assert alice("users", "edit", "alice", "--disable", "--json").json["enabled"] is False
    changed = alice("users", "edit", "alice", "--enable", "--role", "viewer", "--name", "A", "--json").json
    assert (changed["enabled"], changed["role"], changed["name"]) == (True, "viewer", "A")
    assert alice("users", "edit", "alice", "--role", "admin", "--json").json["company"] is None
    ran = alice.attempt("users", "remove", "alice")
    assert (ran.status, "--yes" in ran.err) == (1, True)
    alice("users", "remove", "alice", "--yes")
    assert alice("users", "list", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("add", "alice"), 1, "already a user"),
        (("add", "a b"), 2, "A login has"),
        (("add", "root", "--admin", "--role", "viewer"), 2, "no other role"),
        (("add", "root", "--admin", "--company", "Main"), 2, "no other role"),
        (("add", "bob", "--company", "Nowhere"), 1, "no company"),
        (("edit", "alice"), 2, "Say what to change"),
        (("edit", "bob", "--disable"), 1, "no user"),
        (("edit", "alice", "--role", "boss"), 2, "boss"),
        (("remove", "bob", "--yes"), 1, "no user"),
        (("keys", "list", "bob"), 1, "no user"),
        (("keys", "add", "alice", "nothing.pub"), 1, "cannot be read"),
        (("keys", "remove", "alice", "SHA256:x"), 1, "has no key"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    alice: Commands, arguments: tuple[str, ...], status: int, says: str
) -> None:
    ran = alice.attempt("users", *arguments)
    assert (ran.status, says in ran.err) == (status, True), ran


def test_keys_are_added_by_file_and_by_standard_input_and_shown_by_fingerprint(alice: Commands) -> None:
    Path("alice.pub").write_text(KEY + "\n")
    added = alice("users", "keys", "add", "alice", "alice.pub", "--json").json
    assert (added["fingerprint"], added["comment"]) == (fingerprint_of(KEY), "alice@laptop")
    other = ed25519_line(2)
    assert fingerprint_of(other) in alice("users", "keys", "add", "alice", "-", stdin=other).out
    assert alice("users", "list", "--json").json[0]["keys"] == [fingerprint_of(KEY), fingerprint_of(other)]
    listed = alice("users", "keys", "list", "alice", "--json").json
    assert [each["algorithm"] for each in listed] == ["ssh-ed25519", "ssh-ed25519"]
    assert listed[0]["added_at"].endswith("Z")
    assert fingerprint_of(KEY) in alice("users", "keys", "list", "alice").out
    alice("users", "keys", "remove", "alice", fingerprint_of(KEY))
    assert len(alice("users", "keys", "list", "alice", "--json").json) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"-----BEGIN OPENSSH PRIVATE KEY-----\n", b"x" * 70_000])
def test_a_file_that_holds_no_key_is_refused(alice: Commands, content: bytes) -> None:
    Path("key").write_bytes(content)
    assert alice.attempt("users", "keys", "add", "alice", "key").status == 1
    assert alice.attempt("users", "keys", "add", "alice", "-", stdin=content).status == 1


def test_with_several_companies_the_one_of_a_user_has_to_be_named(segtui: Commands) -> None:
    segtui("companies", "create", "Other")
    assert segtui.attempt("users", "add", "bob").status == 2
    segtui("users", "add", "bob", "--company", "other")
    segtui("users", "add", "boss", "--admin")
    segtui("users", "edit", "bob", "--company", "Main")
    assert [each["login"] for each in segtui("users", "list", "--company", "Main", "--json").json] == ["bob"]
    assert len(segtui("users", "list", "--json").json) == 2

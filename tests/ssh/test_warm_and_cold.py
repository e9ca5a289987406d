"""Cold and warm, over a real sshd: the same bytes on both streams, the same status, the same audit trail."""

import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from segtui.domain.vocabulary import Role
from segtui.services.accounts import login_keys, users
from segtui.services.audit import audit_queries
from tests.ssh.conftest import Office
from tests.support.sshd import Ran
from tests.support.terminal import Terminal

FILE = "name,phone\nJosé,+16025550111\nNobody,12\n".encode()
LATIN = {"LC_ALL": "de_DE.ISO-8859-1"}


@dataclass(frozen=True)
class Request:
    """A request of a client: the command, the standard input and the variables."""

    words: str
    who: str = "alice"
    given: bytes = b""
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """A name for the test."""
        return "-".join([self.who, self.words[:40], *self.variables.values()])


REQUESTS = [
    Request(""),
    Request("help"),
    Request("segments list"),
    Request("segments show Leads --json"),
    Request("segments show Nopé"),
    Request("contacts list --columns phone,first_name"),
    Request("export --search Nobody"),
    Request("users list"),
    Request("sh -c id"),
    Request("segments list; id"),
    Request("segments show 'Leads"),
    Request("ssh session --user boss"),
    Request("segments create Ünï", "vera"),
    Request("db check", "boss"),
    Request("companies list --json", "boss"),
    Request("ssh serve", "boss"),
    Request("contacts list --where 'phone ='"),
    Request("import - --segment X --dry-run", given=FILE),
    Request("import - --segment X", given=b"\xff\x00\x80" * 99),
    Request("upload x.csv"),
    Request("download nope.csv"),
    Request("segments delete Leads"),
    Request("segments show Zoë", variables=LATIN),
    Request("segments show Zoë", variables={"LC_ALL": "C"}),
    Request("segments show Zoë", variables={"LC_ALL": "POSIX", "LANG": "C.UTF-8"}),
    Request("segments list", variables={"LC_ALL": "../../x", "TERM": "\x1b[2J", "LANG": "tr_TR.UTF-8"}),
]
_SECONDS = re.compile(rb"in \d+\.\d s")


@dataclass(frozen=True)
class Answers:
    """The results of all requests, without a warm process and with one."""

    cold: Mapping[str, Ran]
    warm: Mapping[str, Ran]


@pytest.fixture(scope="module")
def answers(cold_office: Office) -> Iterator[Answers]:
    for who in {sent.who for sent in REQUESTS}:  # opens the connection that the others share
        cold_office.sshd.run(who, "segments list")

    def send_all() -> dict[str, Ran]:
        with ThreadPoolExecutor(4) as pool:
            return dict(zip([sent.name for sent in REQUESTS], pool.map(send, REQUESTS), strict=True))

    def send(sent: Request) -> Ran:
        options = [part for name in sent.variables for part in ("-o", f"SendEnv={name}")]
        return cold_office.sshd.run(sent.who, sent.words, given=sent.given, variables=sent.variables, options=options)

    with cold_office.sshd.without_warm_process():
        cold = send_all()
        with cold_office.sshd.warm_process() as warm:
            yield Answers(cold, send_all())
            assert warm.waiting.poll() is None


@pytest.mark.parametrize("sent", REQUESTS, ids=lambda sent: sent.name)
def test_output_and_status_are_the_same_to_the_byte(answers: Answers, sent: Request) -> None:
    cold, warm = answers.cold[sent.name], answers.warm[sent.name]
    cold_out, warm_out = (_SECONDS.sub(b"in N s", ran.out) for ran in (cold, warm))
    assert (warm.status, warm_out, warm.err) == (cold.status, cold_out, cold.err)
    assert cold.status != 255, "nobody was let in"
    assert cold.out or cold.err


@pytest.fixture
def person(cold_office: Office) -> Iterator[str]:
    users.add(cold_office.owner, "twice", company="Main", role=Role.MEMBER)
    login_keys.add(cold_office.owner, "twice", cold_office.sshd.key("twice"))
    yield "twice"
    users.remove(cold_office.owner, "twice")


CHANGES = [
    ("segments create 'Twice'", b""),
    ("import - --segment Twice", FILE),
    ("export --segment Twice", b""),
    ("export --segment Twice --output twice.csv", b""),
    ("download twice.csv", b""),
    ("upload twice.csv", FILE),
    ("uploads delete twice.csv", b""),
    ("downloads delete twice.csv", b""),
    ("cat /etc/shadow", b""),
    ("segments list --database x", b""),
    ("contacts delete +16025550111 --yes", b""),
    ("segments delete Twice --yes", b""),
]
_IDS = re.compile(r"\b\d+\b")


def test_the_audit_trail_is_the_same(cold_office: Office, person: str) -> None:
    query = audit_queries.TrailQuery(user=person)

    def entries(words: str, given: bytes) -> list[tuple[str | None, ...]]:
        """Return what a command leaves behind; the sign-in is recorded beside it, before or after."""
        before = {row.id for row in audit_queries.find(cold_office.owner, query)}
        cold_office.sshd.run(person, words, given=given)
        rows = [row for row in audit_queries.find(cold_office.owner, query) if row.id not in before]
        without_ids = [replace(row, object=_IDS.sub("N", row.object), detail=_IDS.sub("N", row.detail)) for row in rows]
        return sorted(
            (row.action, row.object, row.detail, row.company, row.source, row.fingerprint) for row in without_ids
        )

    with cold_office.sshd.without_warm_process():
        cold = [entries(*change) for change in CHANGES]
        with cold_office.sshd.warm_process():
            assert [entries(*change) for change in CHANGES] == cold
    assert all(sum(entry[0] == "sign_in" for entry in rows) == 1 for rows in cold)
    assert all(len(rows) > 1 for rows in cold), cold


def test_at_a_terminal_screens_questions_and_statuses_are_the_same(cold_office: Office, tmp_path: Path) -> None:
    def sign_in(words: str) -> Terminal:
        command = cold_office.sshd.command("alice", *([words] if words else []), options=["-tt"])
        return Terminal(command[1:], tmp_path, other=command[:1], variables={"TERM": "xterm-256color"})

    def painted(terminal: Terminal) -> str:
        """Return the screen once nothing has been painted on it for a second."""
        terminal.see_filled()
        length, since = 0, time.monotonic()
        while time.monotonic() - since < 1:
            if len(terminal.sent) != length:
                length, since = len(terminal.sent), time.monotonic()
            terminal._read()
        return terminal.text

    def seen() -> list[object]:
        found: list[object] = []
        with sign_in("") as terminal:
            terminal.see("Leads", "? Help")
            terminal.resize(100, 30)
            found.append(painted(terminal))
            terminal.press("\x11")
            found.append(terminal.end())
        for keys in ("n\r", "\x03"):
            with sign_in("segments delete Leads") as terminal:
                terminal.see("[y/N]")
                terminal.press(keys)
                found += [terminal.end(), terminal.text, terminal.sent]
        return found

    with cold_office.sshd.without_warm_process():
        cold = seen()
        with cold_office.sshd.warm_process():
            assert seen() == cold

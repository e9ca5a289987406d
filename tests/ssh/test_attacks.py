"""What somebody with a key may try over SSH, on a real sshd: nothing of it opens more than what is theirs."""

import json
from pathlib import Path

import pytest

from tests.ssh.conftest import SECRET, Office

NO_SHELL = [
    "sh", "/bin/sh -i", "bash -c id", "id", "python3 -c 'import os'", "env", "cat /etc/passwd", "vi",
    "less /etc/passwd",
    "scp -f /etc/passwd", "scp -t /tmp", "/usr/lib/openssh/sftp-server", "internal-sftp", "rsync --server . /tmp",
    "git-upload-pack x", "true", "exit", "segtui segtui", "!sh", ":", ".",
]  # fmt: skip
NOT_THERE = [
    "ssh session --user boss", "ssh authorized-keys segtui x", "ssh setup --write", "ssh check", "config",
    "completion bash",
    "db info", "db check", "db upgrade", "db backup /tmp/x.db", "db restore /tmp/x.db --yes", "users list",
    "users add mallory --admin",
    "companies list", "audit", "--demo", "--database /etc/passwd segments list", "segments list --database /etc/passwd",
    f"--company {SECRET} segments list", f"segments list --company {SECRET}",
]  # fmt: skip
NOT_THERE_FOR_ADMINS = [
    "ssh session --user alice", "config", "completion bash", "db upgrade", "db backup /tmp/x.db",
    "db restore /tmp/x.db --yes", "--demo",
    "--database sqlite:////tmp/x.db db info", "segments list --database /tmp/x.db",
]  # fmt: skip
NO_PATHS = [
    "import /etc/passwd --segment X", "import ../../../segtui.db --segment X", "import ~/segtui.db",
    "import /dev/stdin",
    "import uploads/leads.csv", "import ./../downloads/x.csv", "import - --rejects /tmp/rejected.csv --segment X",
    "import - --rejects ../rejected.csv --segment X", "export --output /tmp/segtui-out.csv",
    "export --output ../out.csv",
    "export --output .hidden.csv", "upload ../x.csv", "upload /tmp/segtui-in.csv", "upload .ssh/authorized_keys",
    "upload .bashrc", "upload -x", "uploads delete ../../segtui.db", "download /etc/passwd",
    "download ../uploads/leads.csv",
    "download ../../../segtui.db", "downloads delete /tmp",
]  # fmt: skip
# A shell would run what stands behind; here it is a word that no command knows.
NO_SECOND_COMMAND = [
    "segments list; touch {marker}", "segments list && touch {marker}", "segments list | tee {marker}",
    "segments list > {marker}", "segments list $(touch {marker})", "segments list `touch {marker}`",
    "segments list\ntouch {marker}", "segments list & touch {marker}", "$(touch {marker})", "x=1 touch {marker}",
]  # fmt: skip


@pytest.mark.parametrize("words", NO_SHELL)
def test_there_is_no_shell_and_no_other_program(office: Office, words: str) -> None:
    ran = office.sshd.run("alice", words)
    assert ran.status == 2
    assert ran.out == b""
    assert ran.err.startswith("segtui: No such command")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("words", NOT_THERE)
def test_what_is_for_others_is_not_there(office: Office, words: str) -> None:
    ran = office.sshd.run("alice", words)
    assert ran.status == 2
    assert ran.out == b""
    assert "No such" in ran.err


@pytest.mark.parametrize("words", NOT_THERE_FOR_ADMINS)
def test_an_admin_has_the_database_of_the_site_and_no_paths(office: Office, words: str) -> None:
    ran = office.sshd.run("boss", words)
    assert ran.status == 2
    assert "No such" in ran.err
    assert not Path("/tmp/x.db").exists()


@pytest.mark.parametrize("words", NO_PATHS)
def test_a_path_is_no_name(office: Office, words: str) -> None:
    ran = office.sshd.run("alice", words, given=b"first_name,phone\nFinn,123\nZoe,+16025550147\n")
    assert ran.status in (1, 2), ran
    assert "Traceback" not in ran.err
    assert b"root:" not in ran.out
    for place in ("/tmp/rejected.csv", "/tmp/segtui-out.csv", "/tmp/segtui-in.csv"):
        assert not Path(place).exists()
    assert not [each for each in office.sshd.home.rglob("*") if each.name in {"rejected.csv", "out.csv", ".bashrc"}]


@pytest.mark.parametrize("words", NO_SECOND_COMMAND)
def test_a_second_command_is_never_run(office: Office, words: str, tmp_path: Path) -> None:
    marker = office.sshd.home / "marker"
    office.sshd.run("alice", words.format(marker=marker))
    assert not marker.exists()


def test_an_unfinished_quote_is_said(office: Office) -> None:
    ran = office.sshd.run("alice", "segments show 'Leads")
    assert (ran.status, ran.err) == (1, "The command cannot be read: a quote is not closed.\n")


def test_a_viewer_is_told_that_they_may_only_look(office: Office) -> None:
    for words in (
        "segments create X", "import - --segment X", "upload x.csv", "contacts add phone=+16025550188",
        "imports undo 1",
        "segments delete Leads --yes", "contacts delete +16025550123 --yes",
    ):  # fmt: skip
        ran = office.sshd.run("vera", words, given=b"phone\n+16025550147\n")
        assert ran.status in (1, 2), words
    assert "Your role may look" in office.sshd.run("vera", "segments create X").err
    assert office.sshd.run("vera", "export --segment Leads").status == 0


def test_the_other_company_is_nowhere(office: Office) -> None:
    for words in (
        "segments list --json", f"segments show {SECRET}", f"segments list --search {SECRET}", "contacts list --json",
        f"contacts list --search {SECRET}", "contacts show +16025550199", "contacts show geheimnis@example.com",
        "export",
        "imports list --json", "help", "segments --help", "contacts list --help", "segments show Geheimni",
    ):  # fmt: skip
        ran = office.sshd.run("alice", words)
        said = (ran.text + ran.err).replace(words.split()[-1], "")
        assert SECRET not in said, words
        assert "--company" not in said, words
    assert SECRET in office.sshd.run("eve", "segments list").text
    assert SECRET in office.sshd.run("boss", "segments list").text
    assert SECRET not in office.sshd.run("boss", "--company Main segments list").text


def test_what_a_client_puts_into_the_environment_changes_nothing(office: Office) -> None:
    server = office.sshd
    planted = b"import pathlib; pathlib.Path(__file__).with_name('ran').write_text('x')\n"
    assert server.run("alice", "upload sitecustomize.py", given=planted).status == 0
    (uploads,) = {path.parent for path in server.home.rglob("sitecustomize.py")}
    sent = {
        "PYTHONPATH": str(uploads), "PYTHONSTARTUP": f"{uploads}/sitecustomize.py", "PYTHONINSPECT": "1",
        "PYTHONHOME": str(uploads), "PYTHONBREAKPOINT": "os.system", "ENV": f"{uploads}/sitecustomize.py",
        "BASH_ENV": f"{uploads}/sitecustomize.py", "SEGTUI_DATABASE_URL": f"{uploads}/other.db", "TEXTUAL": "devtools",
        "TEXTUAL_LOG": f"{uploads}/textual.log", "XDG_CONFIG_HOME": str(uploads), "_SEGTUI_COMPLETE": "bash_source",
        "SEGTUI_TIMEZONE": "Nowhere", "SSH_CONNECTION": "1.2.3.4 1 1.2.3.4 2", "SSH_ORIGINAL_COMMAND": "users list",
        "POLARS_VERBOSE": "1", "TMPDIR": str(uploads), "EDITOR": "sh", "PAGER": "sh", "TERM": "../../x",
    }  # fmt: skip
    options = [part for name in sent for part in ("-o", f"SendEnv={name}")]
    ran = server.run("alice", "segments list --json", options=options, variables=sent)
    assert ran.status == 0, ran.err
    assert ran.err == ""
    assert "Leads" in {segment["name"] for segment in json.loads(ran.out)}
    assert sorted(path.name for path in uploads.iterdir()) == ["sitecustomize.py"]
    assert server.run("alice", "uploads delete sitecustomize.py").status == 0
    signed_in = json.loads(server.run("boss", "audit --action sign_in --limit 9 --json").out)
    assert {entry["source"] for entry in signed_in} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "options",
    [
        ["-W", "127.0.0.1:{port}"],
        ["-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:{port}"],
        ["-s"],
        ["-N", "-o", "ExitOnForwardFailure=yes", "-R", "/tmp/segtui.sock:127.0.0.1:{port}"],
    ],
)
def test_nothing_is_forwarded_and_there_is_no_subsystem(office: Office, options: list[str]) -> None:
    given = [option.format(port=office.sshd.port) for option in options]
    ran = office.sshd.run("alice", *(["sftp"] if options == ["-s"] else []), options=given)
    assert ran.status != 0
    assert b"SSH-2.0" not in ran.out


@pytest.mark.parametrize("account", ["root", "nobody", "sshd"])
def test_no_other_account_is_opened_by_a_key_of_ours(office: Office, account: str) -> None:
    ran = office.sshd.run("boss", "segments list", account=account)
    assert ran.status == 255
    assert "Permission denied" in ran.err


def test_a_key_that_nobody_has_opens_nothing(office: Office) -> None:
    ran = office.sshd.run("mallory", "segments list")
    assert ran.status == 255
    assert "Permission denied" in ran.err


def test_what_was_tried_is_in_the_audit_trail(office: Office) -> None:
    office.sshd.run("alice", "cat /etc/shadow")
    entries = json.loads(office.sshd.run("boss", "audit --user alice --action refused --limit 1 --json").out)
    assert entries[0]["source"] == "127.0.0.1"
    assert entries[0]["fingerprint"].startswith("SHA256:")
    assert "cat /etc/shadow" in entries[0]["detail"]


def test_files_of_the_session_are_the_accounts_alone(office: Office) -> None:
    office.sshd.run("alice", "upload mine.csv", given=b"phone\n+16025550147\n")
    for path in office.sshd.home.joinpath("files").rglob("*"):
        assert not path.stat().st_mode & 0o077, path
        assert path.stat().st_uid == office.sshd.home.stat().st_uid
    assert office.sshd.run("eve", "uploads --json").text == "[]\n"
    assert office.sshd.run("eve", "import mine.csv --segment X").status == 1
    assert office.sshd.run("alice", "uploads delete mine.csv").status == 0

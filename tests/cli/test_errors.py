"""Whatever goes wrong ends in one line on standard error and the right exit status."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import FORBIDDEN, Commands


@pytest.mark.parametrize(
    "arguments",
    [
        ("segments", "lst"),
        ("segments",),
        ("nonsense",),
        ("segments", "list", "--nonsense"),
        ("segments", "list", "--sort", "height"),
        ("segments", "create"),
        ("contacts", "list", "--limit", "-1"),
        ("contacts", "list", "--limit", "many"),
        ("--json",),
        ("--demo", "segments", "list"),
        ("export", "--format", "pdf"),
        ("export", "--json", "--format", "csv"),
        ("import", "a.csv", "--map", "nothing"),
        ("import", "a.csv", "--sha256", "abc"),
        ("import", "a.csv", "--do-not-call", "--segment", "x"),
        ("import", "a.csv", "--delimiter", "abc"),
        ("import",),
        ("imports", "show", "first"),
    ],
)
def test_wrong_usage_is_status_2_and_one_line_that_names_the_help(segtui: Commands, arguments: tuple[str, ...]) -> None:
    ran = segtui.attempt(*arguments)
    assert ran.status == 2
    assert not ran.out
    assert "--help" in ran.err


def test_a_misspelt_command_is_answered_with_the_nearest(segtui: Commands) -> None:
    assert "list" in segtui.attempt("segments", "lst").err


@pytest.mark.parametrize("json", [(), ("--json",)])
def test_an_unexpected_error_is_a_sentence_with_the_path_of_a_private_log(
    segtui: Commands, monkeypatch: pytest.MonkeyPatch, json: tuple[str, ...]
) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("boom \x1b[31m")

    monkeypatch.setattr("segtui.services.segments.segments.find", fail)
    ran = segtui.attempt("segments", "list", *json)
    assert ran.status == 1
    assert not ran.out
    log = Path(ran.err.split()[-1])
    assert "ValueError: boom" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_database_that_cannot_be_used_is_a_sentence(segtui: Commands, tmp_path: Path) -> None:
    (tmp_path / "other").write_text("no database")
    for database in (str(tmp_path / "other"), str(tmp_path), "nonsense://", "postgresql://me:secret@127.0.0.1:1/x"):
        ran = Commands(database).attempt("segments", "list")
        assert ran.status == 1
        assert ran.err
        assert "secret" not in ran.err


@pytest.mark.parametrize("position", range(3))
def test_the_database_is_understood_before_and_after_the_command(
    people: Commands, tmp_path: Path, position: int
) -> None:
    words = ["segments", "list"]
    words[position:position] = ["--database", people.database, "--json"]
    elsewhere = Commands(str(tmp_path / "elsewhere.db"))
    # The one nearest the command wins: what stands before all of them is another database.
    assert [segment["name"] for segment in elsewhere(*words).json] == ["Webinar"]
    assert not (tmp_path / "elsewhere.db").exists()


def test_an_unknown_company_is_a_sentence(segtui: Commands) -> None:
    ran = segtui.attempt("segments", "list", "--company", "Nobody")
    assert ran.status == 1
    assert "Nobody" in ran.err


def test_a_reader_that_stops_reading_is_no_error(people: Commands) -> None:
    line = " ".join(f"'{word}'" for word in people.line("contacts", "list", "--json"))
    done = subprocess.run(
        ["bash", "-c", f"{line} | true"], capture_output=True, env=people.environment(), check=False, timeout=60
    )
    assert done.returncode == 0
    assert done.stderr == b""


def test_output_that_cannot_be_written_is_a_sentence(people: Commands) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123 -- a device
        done = subprocess.run(
            people.line("segments", "list"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=people.environment(),
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.decode() == "The output could not be written: No space left on device.\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_a_terminal_that_is_not_utf_8_gets_substitutes(people: Commands, encoding: str) -> None:
    environment = {"PYTHONIOENCODING": encoding, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        people.line("contacts", "list"),
        capture_output=True,
        env=people.environment(environment),
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "Zo" in done.stdout.decode(encoding)


def test_the_c_locale_shows_plain_quotation_marks(people: Commands) -> None:
    ran = people.process("segments", "show", "Webinr", environment={"PYTHONIOENCODING": "ascii"})
    assert '"Webin' in ran.err


def test_hostile_values_never_reach_the_output_raw(segtui: Commands) -> None:
    hostile = "a\x1b]0;owned\x07b\x9b31mc\u202ed\x7f[/nope]\ne"
    segtui("segments", "create", hostile)
    segtui("contacts", "add", "email=a@example.com", f"first_name={hostile}", f"custom.x{hostile}={hostile}")
    outputs = [
        segtui("segments", "list"),
        segtui("segments", "list", "--json"),
        segtui("contacts", "list"),
        segtui("contacts", "list", "--json"),
        segtui("contacts", "show", "1"),
        segtui("contacts", "show", "1", "--json"),
        segtui.attempt("segments", "show", hostile + "x"),
        segtui.attempt("segments", "list", "--company", hostile),
        segtui.attempt("contacts", "list", "--filter", hostile),
        segtui.attempt("contacts", "list", "--sort", hostile),
        segtui.attempt(hostile),
        segtui.attempt("segments", "list", f"--{hostile}"),
        segtui.attempt("import", hostile),
        Commands(hostile + "/x\0y").attempt("segments", "list"),
    ]
    for ran in outputs:
        assert not FORBIDDEN & set(ran.out + ran.err), ran


def test_without_a_terminal_the_interface_names_the_command_that_does_the_same(segtui: Commands) -> None:
    ran = segtui.process()
    assert ran.status == 1
    assert "segtui segments list" in ran.err


def test_the_version_is_printed(segtui: Commands) -> None:
    assert segtui("--version").out.startswith("segtui 0.")


def test_nobody_else_may_read_the_database_that_is_made(segtui: Commands, tmp_path: Path) -> None:
    fresh = Commands(str(tmp_path / "fresh" / "new.db"))
    fresh("segments", "create", "First")
    assert Path(fresh.database).stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_named_and_not_there_is_only_made_by_what_fills_it(tmp_path: Path) -> None:
    missing = Commands(str(tmp_path / "typo.db"))
    for command in (
        ("segments", "list"),
        ("segments", "edit", "A", "--name", "B"),
        ("segments", "add", "A", "--search", "x"),
        ("contacts", "list"),
        ("contacts", "show", "1"),
        ("contacts", "edit", "1", "city=x"),
        ("imports", "list"),
        ("companies", "list"),
        ("export",),
        ("db", "info"),
        ("db", "check"),
    ):
        ran = missing.attempt(*command)
        assert (ran.status, ran.out) == (1, ""), command
        assert "There is no database at" in ran.err
        assert "`segtui import` creates one" in ran.err
    assert list(tmp_path.glob("typo*")) == []


@pytest.mark.parametrize(
    "command",
    [
        ("segments", "create", "First"),
        ("contacts", "add", "phone=+16025550199"),
        ("companies", "create", "Other"),
        ("import", "leads.csv"),
        ("db", "upgrade"),
    ],
)
def test_what_fills_a_database_makes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("leads.csv").write_text("phone\n+16025550199\n")
    fresh = Commands(str(tmp_path / "fresh" / "new.db"))
    fresh(*command)
    assert fresh("db", "check").out == "The database is in order.\n"


def test_the_database_in_its_usual_place_is_made_on_first_use(tmp_path: Path) -> None:
    environment = Commands.environment({"XDG_DATA_HOME": str(tmp_path)})
    line = [sys.executable, "-m", "segtui", "segments", "list", "--json"]
    done = subprocess.run(line, capture_output=True, env=environment, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, b"[]\n"), done.stderr
    assert (tmp_path / "segtui" / "segtui.db").stat().st_mode & 0o777 == 0o600


def test_a_database_named_by_the_environment_is_named_too(tmp_path: Path) -> None:
    environment = Commands.environment({"SEGTUI_DATABASE_URL": str(tmp_path / "typo.db")})
    line = [sys.executable, "-m", "segtui", "segments", "list"]
    done = subprocess.run(line, capture_output=True, env=environment, check=False, timeout=60)
    assert done.returncode == 1
    assert not (tmp_path / "typo.db").exists()

import subprocess
import sys

import pytest

from tests.support.commands import Commands


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_printed(segtui: Commands, shell: str) -> None:
    script = segtui("completion", shell).out
    assert "_SEGTUI_COMPLETE" in script
    assert f"{shell}_complete" in script


def test_an_unknown_shell_is_wrong_usage(segtui: Commands) -> None:
    assert segtui.attempt("completion", "tcsh").status == 2


def completed(segtui: Commands, line: str) -> list[str]:
    """Return what bash would be offered for a command line."""
    done = subprocess.run(
        [sys.executable, "-m", "segtui"],
        env=segtui.environment(
            {
                "_SEGTUI_COMPLETE": "bash_complete",
                "COMP_WORDS": line,
                "COMP_CWORD": str(len(line.split(" ")) - 1),
                "SEGTUI_DATABASE_URL": segtui.database,
            }
        ),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not done.stderr
    return [row.partition(",")[2] for row in done.stdout.splitlines() if row]


def test_commands_options_and_segments_are_completed(people: Commands) -> None:
    people("segments", "create", "Web leads")
    assert completed(people, "segtui seg") == ["segments"]
    assert "archive" in completed(people, "segtui segments ")
    assert "--archived" in completed(people, "segtui segments list --a")
    assert completed(people, "segtui contacts list --segment we") == ["Web leads", "Webinar"]
    assert completed(people, "segtui segments show Webi") == ["Webinar"]
    assert completed(people, "segtui segments overlap Quin Webi") == ["Webinar"]


def test_fields_and_views_are_completed(people: Commands) -> None:
    people("views", "save", "Southwest", "--where", "state = AZ")
    assert completed(people, "segtui contacts list --view sou") == ["Southwest"]
    assert completed(people, "segtui views delete S") == ["Southwest"]
    assert completed(people, "segtui contacts list --sort last_") == ["last_name", "last_outcome", "last_called"]
    assert completed(people, "segtui contacts list --sort CUSTOM.") == ["custom.language"]
    assert completed(people, "segtui contacts list --columns name,cus") == ["name,custom.language"]
    assert completed(people, "segtui export --filter sta") == ["state=", "status="]


def test_without_a_database_nothing_is_offered_and_none_is_made(segtui: Commands) -> None:
    missing = Commands(segtui.database + ".missing")
    assert completed(missing, "segtui segments show We") == []
    assert missing.attempt("db", "info").status == 1


def test_the_script_of_bash_is_one_that_bash_reads(segtui: Commands) -> None:
    script = segtui("completion", "bash").out
    subprocess.run(["bash", "-n"], input=script, text=True, check=True, timeout=60)

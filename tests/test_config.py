"""Where a setting comes from, and what is said about a file that is wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segtui import config
from segtui.config import load, without_password
from segtui.errors import InvalidInput


@pytest.fixture
def user(home: Path) -> Path:
    """Return the user's configuration file, in a folder that exists."""
    path = config.user_file()
    assert path == home / "config" / "segtui" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def site() -> Path:
    """Return the site's configuration file, in a folder that exists."""
    config.SITE_FILE.parent.mkdir(parents=True)
    return config.SITE_FILE


def test_without_any_setting_the_database_is_in_the_data_folder(home: Path) -> None:
    settings = load()
    assert settings.database == str(home / "data" / "segtui" / "segtui.db")
    assert (settings.timezone, settings.theme) == (None, None)
    assert set(settings.sources.values()) == {"default"}


def test_a_flag_beats_the_environment_beats_the_user_beats_the_site(
    user: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write_text('database = "/site.db"\ntimezone = "Europe/Madrid"\ntheme = "dracula"\n')
    assert load().database == "/site.db"
    user.write_text('database = "/user.db"\ntheme = "nord"\n')
    assert load().database == "/user.db"
    monkeypatch.setenv("SEGTUI_DATABASE_URL", "sqlite:////environment.db")
    assert load().database == "sqlite:////environment.db"
    settings = load(database="/flag.db")
    assert settings.shown == {
        "database": ("/flag.db", "--database"),
        "timezone": ("Europe/Madrid", str(site)),
        "theme": ("nord", str(user)),
    }


def test_what_is_blank_is_not_set(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.write_text('theme = ""\ndatabase = "/user.db"\n')
    monkeypatch.setenv("SEGTUI_DATABASE_URL", "")
    assert load(database="").database == "/user.db"
    assert load().theme is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('theme = "a"\n\ndatabse = "x"\n', "line 3: unknown key “databse” (did you mean database?)."),
        ('colour = "x"\n', "line 1: unknown key “colour” (there are database, timezone, theme)."),
        ("[timezone]\nname = 1\n", "line 1: timezone is"),
        ("theme = 3\n", "line 1: theme is"),
        ('timezone = "Europe/Madird"\n', "line 1: there is no time zone “Europe/Madird”; did you mean Europe/Madrid?"),
        ('timezone = "../../etc/passwd"\n', "line 1: there is no time zone"),
        ('timezone = "Europe"\n', "line 1: there is no time zone"),
        ("theme = \n", "this is not TOML"),
        ('"\\u001b[2J" = 1\n', "unknown key"),
    ],
)
def test_a_wrong_file_is_a_sentence_with_the_place(user: Path, text: str, said: str) -> None:
    user.write_text(text)
    with pytest.raises(InvalidInput) as raised:
        load()
    assert str(raised.value).startswith(str(user))
    assert said in str(raised.value)
    assert "\x1b" not in str(raised.value)


def test_a_file_that_is_not_utf_8_is_a_sentence_with_the_place(user: Path) -> None:
    user.write_bytes(b'theme = "a"\n# \xff\n')
    with pytest.raises(InvalidInput, match="line 2: this is not UTF-8"):
        load()


def test_a_file_that_cannot_be_read_is_a_sentence(user: Path) -> None:
    user.mkdir()
    with pytest.raises(InvalidInput, match="cannot be read"):
        load()


def test_a_wrong_time_zone_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGTUI_TIMEZONE", "Mars/Base")
    with pytest.raises(InvalidInput, match=r"^SEGTUI_TIMEZONE: there is no time zone"):
        load()


def test_a_path_in_a_file_starts_where_the_file_is_or_at_home(user: Path, home: Path) -> None:
    user.write_text('database = "team.db"\n')
    assert load().database == str(user.parent / "team.db")
    user.write_text('database = "~/team.db"\n')
    assert load().database == str(home / "team.db")
    user.write_text('database = "postgresql://host/x"\n')
    assert load().database == "postgresql://host/x"


def test_a_relative_configuration_folder_is_ignored(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert config.user_file().is_absolute()


@pytest.mark.parametrize(
    ("database", "shown"),
    [
        ("postgresql://me:secret@db.example.com/calls", "postgresql://me:***@db.example.com/calls"),
        ("postgresql+psycopg://me:se@cr:et@db/calls", "postgresql+psycopg://me:***@db/calls"),
        ("postgresql://:secret@db/calls", "postgresql://:***@db/calls"),
        (
            "postgresql://me@db/calls?password=secret&sslmode=require",
            "postgresql://me@db/calls?password=***&sslmode=require",
        ),
        ("postgresql://db/calls?sslPassword=secret", "postgresql://db/calls?sslPassword=***"),
        ("postgresql://me@db:5432/calls", "postgresql://me@db:5432/calls"),
        ("/home/me/a:b@c.db", "/home/me/a:b@c.db"),
        ("/home/\x1b[2J.db", "/home/\ufffd[2J.db"),
    ],
)
def test_a_database_is_shown_without_its_password(database: str, shown: str) -> None:
    assert without_password(database) == shown


def test_times_are_shown_in_the_configured_zone_whatever_the_season(user: Path) -> None:
    user.write_text('timezone = "Europe/Madrid"\n')
    settings = load()
    assert settings.zone_name == "Europe/Madrid"
    assert settings.shown_time(datetime(2026, 1, 1, 12, tzinfo=UTC)) == "2026-01-01 13:00"
    assert settings.shown_time(datetime(2026, 7, 1, 12, tzinfo=UTC)) == "2026-07-01 14:00"


def test_without_a_configured_zone_it_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":America/Phoenix")
    settings = load()
    assert settings.zone_name == "America/Phoenix"
    assert settings.shown_time(datetime(2026, 7, 1, 12, tzinfo=UTC)) == "2026-07-01 05:00"

"""Where a setting comes from, and what is said about a file that is wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from segtui.config import settings as config
from segtui.config.calling_platform import CallingSettings
from segtui.config.settings import load, without_password
from segtui.errors import InvalidInput
from tests.support.growth import demand_linear


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
    assert (settings.timezone, settings.theme, settings.mouse, settings.ascii) == (None, None, True, None)
    assert settings.keys == {}
    assert set(settings.sources.values()) == {source for _, source in settings.shown.values()} == {"default"}


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
        "mouse": (True, "default"),
        "ascii": ("where the locale is not UTF-8", "default"),
        "files": ("files, in the home folder of the service account", "default"),
        "upload_megabytes": (2_000, "default"),
        "idle_minutes": (60, "default"),
        "sessions_per_user": (10, "default"),
        "keys": ("each command's own", "default"),
        "calling.base_url": ("not set", "default"),
        "calling.token": ("not set", "default"),
        "calling.token_file": ("not set", "default"),
        "calling.calls_per_minute": (100, "default"),
        "calling.calls_per_second": (10, "default"),
    }


def test_switches_come_from_a_file_the_environment_or_a_flag(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.write_text("mouse = false\nascii = true\n")
    settings = load()
    assert (settings.mouse, settings.ascii) == (False, True)
    assert settings.shown["mouse"] == (False, str(user))
    monkeypatch.setenv("SEGTUI_MOUSE", "1")
    monkeypatch.setenv("SEGTUI_ASCII", "No")
    settings = load()
    assert (settings.mouse, settings.ascii) == (True, False)
    assert settings.shown["ascii"] == (False, "SEGTUI_ASCII")
    flagged = settings.with_flags(mouse=False, ascii_only=True)
    assert flagged.shown["mouse"] == (False, "--no-mouse")
    assert flagged.shown["ascii"] == (True, "--ascii")
    assert settings.with_flags() == settings


def test_the_keys_of_both_files_count_and_the_users_win(user: Path, site: Path) -> None:
    site.write_text('[keys]\ncreate_segment = "f2"\nsearch = "f3"\nsort = ""\n')
    user.write_text('# mine\nkeys.search = "f4, ctrl+f"\n')
    settings = load()
    assert settings.keys == {"create_segment": "f2", "search": "f4, ctrl+f"}
    assert settings.shown["keys.search"] == ("f4, ctrl+f", str(user))
    assert settings.location("keys.create_segment") == f"{site}, line 2"
    assert settings.location("keys.search") == f"{user}, line 2"


def test_a_theme_chosen_by_hand_beats_the_sites_and_no_other(
    user: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load().with_theme_chosen("nord", "by hand").shown["theme"] == ("nord", "by hand")
    site.write_text('theme = "dracula"\n')
    assert load().with_theme_chosen("nord", "by hand").theme == "nord"
    assert load().with_theme_chosen(None, "by hand").theme == "dracula"
    user.write_text('theme = "gruvbox"\n')
    assert load().with_theme_chosen("nord", "by hand").theme == "gruvbox"
    user.unlink()
    monkeypatch.setenv("SEGTUI_THEME", "monokai")
    assert load().with_theme_chosen("nord", "by hand").theme == "monokai"


def test_what_is_blank_is_not_set(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.write_text('theme = ""\ndatabase = "/user.db"\n')
    monkeypatch.setenv("SEGTUI_DATABASE_URL", "")
    assert load(database="").database == "/user.db"
    assert load().theme is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('theme = "a"\n\ndatabse = "x"\n', "line 3: unknown key “databse” (did you mean database?)."),
        ('colour = "x"\n', "line 1: unknown key “colour” (there are database, timezone, theme, mouse, ascii, keys, "),
        ("[timezone]\nname = 1\n", "line 1: timezone is"),
        ("theme = 3\n", "line 1: theme is"),
        (
            'idle_minutes = "5"\n',
            "line 1: idle_minutes is the number of minutes without a key after which a session over SSH ends: write a",
        ),
        ("upload_megabytes = 0\n", "line 1: upload_megabytes is"),
        ("sessions_per_user = 0\n", "line 1: sessions_per_user is the number of sessions that one user may have open"),
        ("idle_minutes = true\n", "line 1: idle_minutes is"),
        ('\n\nmouse = "no"\n', "line 3: mouse sets whether the interface uses the mouse (false leaves it to the"),
        ("ascii = 1\n", "line 1: ascii sets whether"),
        ('keys = "n"\n', "line 1: keys are the keys of commands, by command name: write [keys] on a line"),
        ('[[keys]]\nsort = "n"\n', "line 1: keys are"),
        ('[keys]\nsort = "n"\nsearch = ["f3"]\n', "line 3: the keys of “search”: write them in quotes"),
        ('keys = {sort = "n",\tsearch = 3}\n', "line 1: the keys of “search”"),
        ('# keys = 1\n[ "keys" ] # of mine\n\n"search" = 1\n', "line 4: the keys of"),
        ('theme = """\nkeys = 1\n"""\nkeys . sort = 2\n', "the keys of “sort”"),
        ('[colours]\ntheme = "a"\n', "line 1: unknown key “colours”"),
        ('theme = "a"\n[themes]\nx = 1\n', "line 2: unknown key “themes” (did you mean theme?)"),
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


@pytest.mark.parametrize("variable", ["SEGTUI_MOUSE", "SEGTUI_ASCII"])
def test_a_switch_in_the_environment_says_yes_or_no(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "may\x1bbe")
    with pytest.raises(InvalidInput, match=f"^{variable}: write true or false, not “may\ufffdbe”.$"):
        load()


def test_everything_that_is_wrong_is_told_and_what_is_right_counts(user: Path, site: Path) -> None:
    site.write_text("theme = \n")
    user.write_text('colour = 1\ntimezone = "Mars"\ntheme = "nord"\nmouse = 1\n[keys]\nsort = 1\nsearch = "f3"\n')
    settings, problems = config.inspect()
    assert (settings.theme, settings.keys, settings.timezone, settings.mouse) == ("nord", {"search": "f3"}, None, True)
    lines = [f"{site}: this", *(f"{user}, line {line}:" for line in (1, 2, 4, 6))]
    assert len(problems) == len(lines)
    assert all(str(problem).startswith(line) for problem, line in zip(problems, lines, strict=True))
    with pytest.raises(InvalidInput, match="this is not TOML"):
        load()


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
        ("postgresql:///calls?user=me&p%61ssword=secret", "postgresql:///calls?user=me&p%61ssword=***"),
        (
            "postgresql:///calls?passfile=/a&oauth_client_secret=b",
            "postgresql:///calls?passfile=***&oauth_client_secret=***",
        ),
        ("postgresql://me:a@b/c?password=d@db/calls?password=e", "postgresql://me:***@db/calls?password=***"),
        ("postgresql:///calls?password=a&password=b", "postgresql:///calls?password=***&password=***"),
        ("postgresql://me@db:5432/calls", "postgresql://me@db:5432/calls"),
        ("/home/me/a:b@c.db", "/home/me/a:b@c.db"),
        ("/home/\x1b[2J.db", "/home/\ufffd[2J.db"),
    ],
)
def test_a_database_is_shown_without_its_password(database: str, shown: str) -> None:
    assert without_password(database) == shown


@pytest.mark.parametrize("piece", ["pass", "?pass", "&", "?", "=", "&pass=x", ":a@", "%70"])
def test_hiding_a_password_takes_time_that_grows_with_the_length_alone(piece: str) -> None:
    demand_linear(without_password, lambda length: "postgresql://h/d?" + piece * (length // len(piece)))


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


def test_what_the_account_allows_is_known_where_a_platform_is_configured() -> None:
    assert CallingSettings().requests_an_hour is None
    assert CallingSettings(calls_per_minute=20).requests_an_hour is None
    assert CallingSettings(base_url="https://calls.example.com").requests_an_hour == 6_000
    assert CallingSettings(base_url="https://calls.example.com", calls_per_second=1).requests_an_hour == 3_600

"""What the program is set to, and where each setting came from.

A flag beats the environment, that beats the user's file (`$XDG_CONFIG_HOME/segtui/config.toml`), that beats the site's
(`/etc/segtui/config.toml`), and where none of them speaks there is a default. Both files are TOML with the keys of
`KEYS`; anything else in them is refused in a sentence that names the file, the line and the nearest right key, so that
a setting somebody misspelt is never silently without effect.
"""

import difflib
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from types import MappingProxyType

from segtui.errors import InvalidInput
from segtui.text import clean

SITE_FILE = Path("/etc/segtui/config.toml")

# Every key of the configuration files, the variable of the environment that beats it, and what it is for.
KEYS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "database": ("SEGTUI_DATABASE_URL", "a SQLAlchemy URL, or the path of a SQLite file"),
        "timezone": ("SEGTUI_TIMEZONE", "the zone times are shown in, such as Europe/Madrid"),
        "theme": ("SEGTUI_THEME", "the colours of the terminal interface, such as textual-light"),
    }
)

DEFAULT = "default"
_PASSWORD_IN_AUTHORITY = re.compile(r"^([\w+.-]+://[^:/@]*):.*@")
_PASSWORD_IN_QUERY = re.compile(r"(?i)([?&][^=&#]*pass[^=&#]*=)[^&#]*")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. `sources` says for each key of KEYS where its value came from."""

    database: str
    timezone: str | None = None
    theme: str | None = None
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(KEYS, DEFAULT)))

    @property
    def zone(self) -> tzinfo | None:
        """The configured zone; else the system's; None where only the C library knows that one.

        `moment.astimezone(settings.zone)` is right in all three cases.
        """
        return _zone(self.timezone) if self.timezone else _system_zone()

    @property
    def zone_name(self) -> str:
        """How the zone is called: `Europe/Madrid`, or a bare abbreviation where the system does not tell."""
        return str(self.zone or time.tzname[time.localtime().tm_isdst > 0])

    def local(self, moment: datetime) -> datetime:
        """Return `moment` (aware) in the zone in which times are shown."""
        return moment.astimezone(self.zone)

    def shown_time(self, moment: datetime) -> str:
        """Return `moment` (aware) as it is shown: `2026-11-23 08:00`, in the zone `zone_name`."""
        return f"{self.local(moment):%Y-%m-%d %H:%M}"

    @property
    def shown(self) -> dict[str, tuple[str, str]]:
        """Each key with its value as it may be shown (no password) and where it came from."""
        values = {
            "database": without_password(self.database),
            "timezone": self.zone_name if self.timezone is None else self.timezone,
            "theme": self.theme or "the interface's own",
        }
        return {key: (values[key], self.sources[key]) for key in KEYS}


def load(
    *,
    database: str | None = None,
    environment: Mapping[str, str] | None = None,
    user: Path | None = None,
    site: Path | None = None,
) -> Settings:
    """Return the settings in force. `database` is the flag; the rest is what a test puts in place of the system's.

    Raises InvalidInput, with the file and the line, for a file that is not TOML, an unknown key or a wrong value.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, str] = {}
    sources = dict.fromkeys(KEYS, DEFAULT)
    for path in (SITE_FILE if site is None else site, user_file(environment) if user is None else user):
        for key, value in _read(path).items():
            values[key], sources[key] = value, clean(str(path))
    for key, (variable, _) in KEYS.items():
        if given := environment.get(variable):
            _check(key, given, variable)
            values[key], sources[key] = given, variable
    if database:
        values["database"], sources["database"] = database, "--database"
    return Settings(
        database=values.get("database") or str(default_database()),
        timezone=values.get("timezone"),
        theme=values.get("theme"),
        sources=MappingProxyType(sources),
    )


def user_file(environment: Mapping[str, str] | None = None) -> Path:
    """Return where the user's configuration file is, whether or not it exists."""
    environment = os.environ if environment is None else environment
    # The specification of XDG: a relative path is to be ignored.
    folder = Path(environment.get("XDG_CONFIG_HOME", ""))
    if folder.is_absolute():
        return folder / "segtui" / "config.toml"
    import platformdirs

    return platformdirs.user_config_path("segtui") / "config.toml"


def default_database() -> Path:
    """Return the path of the database in the user's data directory."""
    import platformdirs

    return platformdirs.user_data_path("segtui") / "segtui.db"


def log_file() -> Path:
    """Return the path of the log, readable by its owner only, to which every traceback goes."""
    import platformdirs

    return platformdirs.user_log_path("segtui") / "segtui.log"


def without_password(database: str) -> str:
    """Return a database URL or path as it may be shown: one clean line with no password in it."""
    shown = _PASSWORD_IN_AUTHORITY.sub(r"\1:***@", clean(database))
    return _PASSWORD_IN_QUERY.sub(r"\1***", shown) if "://" in shown else shown


def _read(path: Path) -> dict[str, str]:
    """Return the keys and values of a configuration file; none where there is no file."""
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise InvalidInput(f"{clean(str(path))} cannot be read: {error.strerror}.") from error
    import tomllib

    try:
        text = raw.decode()
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InvalidInput(f"{_place(path, line)}: this is not UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{clean(str(path))}: this is not TOML: {clean(str(error))}.") from error
    values: dict[str, str] = {}
    for key, value in document.items():
        place = _place(path, _line_of(key, text))
        if key not in KEYS:
            raise InvalidInput(f"{place}: unknown key “{clean(key)}”{_nearest(key)}.", key)
        if not isinstance(value, str):
            raise InvalidInput(f"{place}: {key} is {KEYS[key][1]}: write it in quotes.", key)
        if value:
            _check(key, value, place)
            values[key] = _from_file(key, value, path)
    return values


def _from_file(key: str, value: str, path: Path) -> str:
    """Return a value as it is meant: in a file a relative path starts where the file is, not where one stands."""
    if key != "database" or "://" in value:
        return value
    return str(path.parent / Path(value).expanduser())


def _check(key: str, value: str, place: str) -> None:
    if key == "timezone" and _zone(value) is None:
        from zoneinfo import available_timezones

        near = difflib.get_close_matches(value, sorted(available_timezones()), n=1)
        meant = f"; did you mean {near[0]}?" if near else ". Such as Europe/Madrid or UTC."
        raise InvalidInput(f"{place}: there is no time zone “{clean(value)}”{meant}", key)


def _zone(name: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    # A folder's name or a path outside of the zones' folder is an OSError or a ValueError, an unknown one a KeyError.
    except (KeyError, ValueError, OSError):
        return None


def _system_zone() -> tzinfo | None:
    """Return the system's zone by its name, for its rules hold on every date and the offset of today does not."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name:
        _, found, name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
        if not found:
            return None
    return _zone(name)


def _place(path: Path, line: int | None) -> str:
    return clean(str(path)) + (f", line {line}" if line else "")


def _line_of(key: str, text: str) -> int | None:
    """Return the line on which a key stands: tomllib does not tell."""
    start = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(key)}\b")
    return next((number for number, line in enumerate(text.splitlines(), 1) if start.match(line)), None)


def _nearest(key: str) -> str:
    near = difflib.get_close_matches(key.lower(), KEYS, n=1)
    return f" (did you mean {near[0]}?)" if near else f" (there are {', '.join(KEYS)})"

"""The settings of the program, and the origin of each.

Flags beat the environment, the environment beats the user's file (`$XDG_CONFIG_HOME/segtui/config.toml`), that beats
the site's (`/etc/segtui/config.toml`), and everything else has a default. Both files are TOML with the keys of
`config_keys`; any other key is refused in a sentence that names the file, the line and the nearest right key, so that a
misspelt setting is never silently ignored.

Only the interface knows the themes, commands and keys: it checks `theme` and `keys` when it starts, and reports errors
with their locations (`Settings.locations`).
"""

import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from segtui.config import config_file
from segtui.config.calling_platform import CallingSettings
from segtui.config.config_keys import SETTINGS
from segtui.config.config_reading import Assignment, in_environment, in_file, zone_named
from segtui.domain.text import clean
from segtui.errors import InvalidInput

SITE_FILE = Path("/etc/segtui/config.toml")


DEFAULT = "default"
_PASSWORD_IN_AUTHORITY = re.compile(r"^([\w+.-]+://[^:/@]*):.*@")
_SECRET_OPTION = re.compile(r"pass|pwd|secret|token", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force.

    `sources` has the origin of each of SETTINGS and of rebound commands (`keys.create_segment`); `locations` has it
    with the line, if there is one.
    """

    database: str
    timezone: str | None = None
    theme: str | None = None
    mouse: bool = True
    ascii: bool | None = None
    """True to draw with ASCII only; None if the locale decides."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys of rebound commands, by command name, as written in the file."""
    files: str | None = None
    """The folder that holds the private folders of users over SSH; None is beside the database."""
    upload_megabytes: int = 2_000
    idle_minutes: int = 60
    sessions_per_user: int = 10
    calling: CallingSettings = field(default_factory=CallingSettings)
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(SETTINGS, DEFAULT)))
    locations: Mapping[str, str] = field(default_factory=dict)

    def location(self, name: str) -> str:
        """Return the location of a setting, for a sentence about it."""
        return self.locations.get(name, "The configuration")

    @property
    def zone(self) -> tzinfo | None:
        """The configured zone; else the system's; None if only the C library knows that one.

        `moment.astimezone(settings.zone)` is right in all three cases.
        """
        return zone_named(self.timezone) if self.timezone else system_zone()

    @property
    def zone_name(self) -> str:
        """The name of the zone: `Europe/Madrid`, or a bare abbreviation if the system does not tell."""
        return str(self.zone or time.tzname[time.localtime().tm_isdst > 0])

    def local(self, moment: datetime) -> datetime:
        """Return `moment` (aware) in the zone of the times shown."""
        return moment.astimezone(self.zone)

    def shown_time(self, moment: datetime) -> str:
        """Return `moment` (aware) as text, `2026-11-23 08:00`, in the zone `zone_name`."""
        return f"{self.local(moment):%Y-%m-%d %H:%M}"

    @property
    def shown(self) -> dict[str, tuple[str | int, str]]:
        """Each setting with its displayed value (no password) and its origin."""
        values: dict[str, str | int] = {
            "database": without_password(self.database),
            "timezone": self.zone_name if self.timezone is None else self.timezone,
            "theme": self.theme or "the interface's own",
            "mouse": self.mouse,
            "ascii": "where the locale is not UTF-8" if self.ascii is None else self.ascii,
        }
        values |= {"files": self.files or "files, in the home folder of the service account"}
        values |= {"upload_megabytes": self.upload_megabytes, "idle_minutes": self.idle_minutes}
        values |= {"sessions_per_user": self.sessions_per_user}
        values |= {f"keys.{name}": keys for name, keys in self.keys.items()} or {"keys": "each command's own"}
        calling = self.calling.shown
        values |= {f"calling.{name}": value for name, value in calling.items()}
        values["calling.base_url"] = without_password(str(calling["base_url"]))
        return {name: (value, self.sources[name]) for name, value in values.items()}

    def with_flags(self, *, mouse: bool | None = None, ascii_only: bool | None = None) -> "Settings":
        """Return the settings with flags applied; None for a flag that is not set."""
        flags = {"mouse": mouse, "ascii": ascii_only}
        names = {"mouse": "--no-mouse", "ascii": "--ascii"}
        set_flags = {name: value for name, value in flags.items() if value is not None}
        origins = {name: names[name] for name in set_flags}
        sources, locations = {**self.sources, **origins}, {**self.locations, **origins}
        return replace(self, **set_flags, sources=sources, locations=locations)  # type: ignore[arg-type]  # mypy checks them against every field

    def with_theme_chosen(self, theme: str | None, source: str) -> "Settings":
        """Return the settings with the theme that was chosen in the interface, unless the user configured one.

        That choice beats the site's file, and yields to the user's file and to the environment, which the same user
        wrote.
        """
        if not theme or self.sources["theme"] not in {DEFAULT, clean(str(SITE_FILE))}:
            return self
        locations = {name: location for name, location in self.locations.items() if name != "theme"}
        return replace(self, theme=theme, sources={**self.sources, "theme": source}, locations=locations)


def load(
    *,
    database: str | None = None,
    environment: Mapping[str, str] | None = None,
    user: Path | None = None,
    site: Path | None = None,
) -> Settings:
    """Return the settings in force. `database` is the flag; tests replace the other sources.

    Raises InvalidInput, with the file and the line, for a file that is not TOML, an unknown key or a wrong value.
    """
    settings, problems = inspect(database=database, environment=environment, user=user, site=site)
    if problems:
        raise problems[0]
    return settings


def inspect(
    *,
    database: str | None = None,
    environment: Mapping[str, str] | None = None,
    user: Path | None = None,
    site: Path | None = None,
) -> tuple[Settings, list[InvalidInput]]:
    """Return the valid settings, and all errors."""
    environment = os.environ if environment is None else environment
    files = (SITE_FILE if site is None else site, user_file(environment) if user is None else user)
    return _inspect(files, environment, database)


def load_site() -> Settings:
    """Return the settings of the site's file alone, without flags, environment and user file.

    Raises InvalidInput as `load` does, and if it does not name the database.
    """
    settings, problems = _inspect((SITE_FILE,), {}, None)
    if problems:
        raise problems[0]
    if settings.sources["database"] == DEFAULT:
        raise InvalidInput(f"{SITE_FILE} does not name the database; an admin of this server has to set that.")
    return settings


def _inspect(
    files: Iterable[Path], environment: Mapping[str, str], database: str | None
) -> tuple[Settings, list[InvalidInput]]:
    assignments: dict[str, Assignment] = {}
    problems: list[InvalidInput] = []
    for path in files:
        try:
            file = config_file.read(path)
        except InvalidInput as error:
            problems.append(error)
        else:
            _collect(in_file(file), assignments, problems)
    _collect(in_environment(environment), assignments, problems)
    if database:
        assignments["database"] = Assignment("database", database, "--database", "--database")
    values = _of_table("", assignments)
    if not values.get("database"):
        values["database"] = str(default_database())
    return Settings(
        **values,
        keys={name: str(value) for name, value in _of_table("keys", assignments).items()},
        calling=CallingSettings(**_of_table("calling", assignments)),
        sources=dict.fromkeys(SETTINGS, DEFAULT)
        | {name: assignment.source for name, assignment in assignments.items()},
        locations={name: assignment.location for name, assignment in assignments.items()},
    ), problems


def _of_table(table: str, assignments: Mapping[str, Assignment]) -> dict[str, Any]:
    """Return the settings of a table (empty: outside of all tables) by key. Their types were checked."""
    split = (
        (name.rpartition(".") if not table else name.partition("."), assignment.value)
        for name, assignment in assignments.items()
    )
    return {name: value for (of, _, name), value in split if of == table}


def user_file(environment: Mapping[str, str] | None = None) -> Path:
    """Return the path of the user's configuration file, existing or not."""
    environment = os.environ if environment is None else environment
    # The XDG specification requires to ignore a relative path.
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
    """Return the path of the log for all tracebacks, readable by its owner only."""
    import platformdirs

    return platformdirs.user_log_path("segtui") / "segtui.log"


def without_password(database: str) -> str:
    """Return a URL or path for display: one clean line without any password, in the authority or in an option."""
    shown = _PASSWORD_IN_AUTHORITY.sub(r"\1:***@", clean(database))
    if "://" not in shown or "?" not in shown:
        return shown
    address, _, options = shown.partition("?")
    return f"{address}?{'&'.join(map(_without_secret, options.split('&')))}"


def _without_secret(option: str) -> str:
    """Return `name=value` of a URL with `***` for the value of a password, also if the name is escaped."""
    name, _, value = option.partition("=")
    return f"{name}=***" if value and _SECRET_OPTION.search(unquote(name)) else option


def _collect(
    settings: Iterator[Assignment | InvalidInput], assignments: dict[str, Assignment], problems: list[InvalidInput]
) -> None:
    for setting in settings:
        if isinstance(setting, InvalidInput):
            problems.append(setting)
        elif setting.value != "":
            assignments[setting.name] = setting


def system_zone() -> tzinfo | None:
    """Return the system's zone by name: its rules hold on every date, unlike the present offset."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name:
        _, separator, name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
        if not separator:
            return None
    return zone_named(name)

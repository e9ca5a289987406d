"""What the program is set to, and where each setting came from.

A flag beats the environment, that beats the user's file (`$XDG_CONFIG_HOME/segtui/config.toml`), that beats the site's
(`/etc/segtui/config.toml`), and where none of them speaks there is a default. Both files are TOML with the keys of
`config_keys`; anything else in them is refused in a sentence that names the file, the line and the nearest right key,
so that a setting somebody misspelt is never silently without effect.

Which themes, commands and keys there are only the interface knows: it checks `theme` and `keys` when it starts, and
says with `Settings.places` where what is wrong stands.
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
from segtui.config.config_reading import Found, in_environment, in_file, zone_named
from segtui.domain.text import clean
from segtui.errors import InvalidInput

SITE_FILE = Path("/etc/segtui/config.toml")


DEFAULT = "default"
_PASSWORD_IN_AUTHORITY = re.compile(r"^([\w+.-]+://[^:/@]*):.*@")
_SECRET_OPTION = re.compile(r"pass|pwd|secret|token", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force.

    `sources` says for each of SETTINGS where its value came from, and for rebound commands, as `keys.create_segment`;
    `places` says so with the line, where there is one.
    """

    database: str
    timezone: str | None = None
    theme: str | None = None
    mouse: bool = True
    ascii: bool | None = None
    """Whether to draw with ASCII alone; None where the locale decides."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """For commands, by their names, other keys than their own, as they were written."""
    files: str | None = None
    """The folder below which everybody who signs in over SSH has a private one; None is beside the database."""
    upload_megabytes: int = 2_000
    idle_minutes: int = 60
    sessions_per_user: int = 10
    calling: CallingSettings = field(default_factory=CallingSettings)
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(SETTINGS, DEFAULT)))
    places: Mapping[str, str] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """Return where a setting was made, for a sentence about it."""
        return self.places.get(name, "The configuration")

    @property
    def zone(self) -> tzinfo | None:
        """The configured zone; else the system's; None where only the C library knows that one.

        `moment.astimezone(settings.zone)` is right in all three cases.
        """
        return zone_named(self.timezone) if self.timezone else _system_zone()

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
    def shown(self) -> dict[str, tuple[str | int, str]]:
        """Each setting with its value as it may be shown (no password) and where it came from."""
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
        """Return the settings with what flags say on top; None where a flag was not given."""
        given = {"mouse": mouse, "ascii": ascii_only}
        flags = {"mouse": "--no-mouse", "ascii": "--ascii"}
        said = {name: value for name, value in given.items() if value is not None}
        came = {name: flags[name] for name in said}
        return replace(self, **said, sources={**self.sources, **came}, places={**self.places, **came})  # type: ignore[arg-type]  # mypy takes them for any field's

    def with_theme_chosen(self, theme: str | None, source: str) -> "Settings":
        """Return the settings with the theme that was once chosen by hand, where nothing of the user's own speaks.

        That choice beats the site's file, for one's eyes are one's own, and yields to the user's file and to the
        environment, where the same person wrote something down.
        """
        if not theme or self.sources["theme"] not in {DEFAULT, clean(str(SITE_FILE))}:
            return self
        places = {name: place for name, place in self.places.items() if name != "theme"}
        return replace(self, theme=theme, sources={**self.sources, "theme": source}, places=places)


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
    settings, problems = look(database=database, environment=environment, user=user, site=site)
    if problems:
        raise problems[0]
    return settings


def look(
    *,
    database: str | None = None,
    environment: Mapping[str, str] | None = None,
    user: Path | None = None,
    site: Path | None = None,
) -> tuple[Settings, list[InvalidInput]]:
    """Return the settings as far as they are right, and everything that is wrong with them."""
    environment = os.environ if environment is None else environment
    files = (SITE_FILE if site is None else site, user_file(environment) if user is None else user)
    return _look(files, environment, database)


def load_site() -> Settings:
    """Return what the site's file alone says: neither a flag, the environment nor a file of the user is asked.

    Raises InvalidInput as `load` does, and where it does not name the database.
    """
    settings, problems = _look((SITE_FILE,), {}, None)
    if problems:
        raise problems[0]
    if settings.sources["database"] == DEFAULT:
        raise InvalidInput(f"{SITE_FILE} does not name the database; an admin of this server has to set that.")
    return settings


def _look(
    files: Iterable[Path], environment: Mapping[str, str], database: str | None
) -> tuple[Settings, list[InvalidInput]]:
    found: dict[str, Found] = {}
    problems: list[InvalidInput] = []
    for path in files:
        try:
            file = config_file.read(path)
        except InvalidInput as error:
            problems.append(error)
        else:
            _collect(in_file(file), found, problems)
    _collect(in_environment(environment), found, problems)
    if database:
        found["database"] = Found("database", database, "--database", "--database")
    values = _of_table("", found)
    if not values.get("database"):
        values["database"] = str(default_database())
    return Settings(
        **values,
        keys={name: str(value) for name, value in _of_table("keys", found).items()},
        calling=CallingSettings(**_of_table("calling", found)),
        sources=dict.fromkeys(SETTINGS, DEFAULT) | {name: each.source for name, each in found.items()},
        places={name: each.place for name, each in found.items()},
    ), problems


def _of_table(table: str, found: Mapping[str, Found]) -> dict[str, Any]:
    """Return what was set in a table (empty: outside of any) by the names in it. Each was checked by its key's kind."""
    split = ((name.rpartition(".") if not table else name.partition("."), each.value) for name, each in found.items())
    return {name: value for (of, _, name), value in split if of == table}


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
    """Return a URL or path as it may be shown: one clean line with no password in it, be it in front or an option."""
    shown = _PASSWORD_IN_AUTHORITY.sub(r"\1:***@", clean(database))
    if "://" not in shown or "?" not in shown:
        return shown
    address, _, options = shown.partition("?")
    return f"{address}?{'&'.join(map(_without_secret, options.split('&')))}"


def _without_secret(option: str) -> str:
    """Return `name=value` of a URL with `***` for the value where it is a password, however the name is escaped."""
    name, _, value = option.partition("=")
    return f"{name}=***" if value and _SECRET_OPTION.search(unquote(name)) else option


def _collect(settings: Iterator[Found | InvalidInput], found: dict[str, Found], problems: list[InvalidInput]) -> None:
    for each in settings:
        if isinstance(each, InvalidInput):
            problems.append(each)
        elif each.value != "":
            found[each.name] = each


def _system_zone() -> tzinfo | None:
    """Return the system's zone by its name, for its rules hold on every date and the offset of today does not."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name:
        _, found, name = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
        if not found:
            return None
    return zone_named(name)

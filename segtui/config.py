"""What the program is set to, and where each setting came from.

A flag beats the environment, that beats the user's file (`$XDG_CONFIG_HOME/segtui/config.toml`), that beats the site's
(`/etc/segtui/config.toml`), and where none of them speaks there is a default. Both files are TOML with the keys of
`KEYS`; anything else in them is refused in a sentence that names the file, the line and the nearest right key, so that
a setting somebody misspelt is never silently without effect.

Which themes, commands and keys there are only the interface knows: it checks `theme` and `keys` when it starts, and
says with `Settings.places` where what is wrong stands.
"""

import difflib
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

from segtui import config_file
from segtui.config_file import ConfigFile
from segtui.errors import InvalidInput
from segtui.text import clean

SITE_FILE = Path("/etc/segtui/config.toml")


class Key(NamedTuple):
    """A key of the configuration files, the variable of the environment that beats it, and what it is for."""

    purpose: str
    variable: str = ""
    kind: Literal["text", "switch", "number", "table"] = "text"


KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "database": Key("a SQLAlchemy URL, or the path of a SQLite file", "SEGTUI_DATABASE_URL"),
        "timezone": Key("the zone times are shown in, such as Europe/Madrid", "SEGTUI_TIMEZONE"),
        "theme": Key("the colours of the terminal interface, such as textual-light", "SEGTUI_THEME"),
        "mouse": Key(
            "whether the interface takes clicks (false leaves them to the terminal)", "SEGTUI_MOUSE", "switch"
        ),
        "ascii": Key("whether the interface draws with ASCII alone, whatever the locale", "SEGTUI_ASCII", "switch"),
        "keys": Key("the keys of commands, by the names of the commands", kind="table"),
        "files": Key("the folder of the private files of those who sign in over SSH"),
        "upload_megabytes": Key("how much the files of one of them may take", kind="number"),
        "idle_minutes": Key("after how long without a key their interface ends", kind="number"),
    }
)

DEFAULT = "default"
_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_PASSWORD_IN_AUTHORITY = re.compile(r"^([\w+.-]+://[^:/@]*):.*@")
_PASSWORD_IN_QUERY = re.compile(r"(?i)([?&][^=&#]*pass[^=&#]*=)[^&#]*")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force.

    `sources` says for each key of KEYS where its value came from, and for rebound commands, as `keys.create_segment`;
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
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(KEYS, DEFAULT)))
    places: Mapping[str, str] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """Return where a setting was made, for a sentence about it."""
        return self.places.get(name, "The configuration")

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
        values |= {f"keys.{name}": keys for name, keys in self.keys.items()} or {"keys": "each command's own"}
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
    found: dict[str, _Found] = {}
    problems: list[InvalidInput] = []
    for path in files:
        try:
            file = config_file.read(path)
        except InvalidInput as error:
            problems.append(error)
        else:
            _collect(_in_file(file), found, problems)
    _collect(_in_environment(environment), found, problems)
    if database:
        found["database"] = _Found("database", database, "--database", "--database")
    values = {each.name: each.value for each in found.values() if "." not in each.name}
    if not values.get("database"):
        values["database"] = str(default_database())
    return Settings(
        **values,  # type: ignore[arg-type]  # each was checked against the kind of its key
        keys={name.partition(".")[2]: str(each.value) for name, each in found.items() if "." in name},
        sources=dict.fromkeys(KEYS, DEFAULT) | {name: each.source for name, each in found.items()},
        places={name: each.place for name, each in found.items()},
    ), problems


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


def meant(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that somebody meant who wrote `name`, if there is one near enough."""
    return next(iter(difflib.get_close_matches(name.lower(), list(names), n=1)), None)


class _Found(NamedTuple):
    """A setting that somebody made."""

    name: str
    value: str | int
    source: str
    place: str


def _collect(settings: Iterator[_Found | InvalidInput], found: dict[str, _Found], problems: list[InvalidInput]) -> None:
    for each in settings:
        if isinstance(each, InvalidInput):
            problems.append(each)
        elif each.value != "":
            found[each.name] = each


def _in_file(file: ConfigFile) -> Iterator[_Found | InvalidInput]:
    """Yield what a file sets, and what is wrong in it. An empty text sets nothing."""
    for key, value in file.values.items():
        if key not in KEYS:
            near = meant(key, KEYS)
            known = f"did you mean {near}?" if near else f"there are {', '.join(KEYS)}"
            yield InvalidInput(f"{file.place(key)}: unknown key “{clean(key)}” ({known}).", key)
        elif KEYS[key].kind == "table":
            yield from _in_table(file, key, value)
        elif KEYS[key].kind == "number":
            yield _number(file, key, value)
        elif isinstance(value, bool if KEYS[key].kind == "switch" else str):
            yield _checked(_Found(key, _from_file(key, value, file.path), clean(str(file.path)), file.place(key)))
        else:
            switch = KEYS[key].kind == "switch"
            how = "write true or false, without quotes" if switch else "write it in quotes"
            says = f"{key} {'says' if switch else 'is'} {KEYS[key].purpose}"
            yield InvalidInput(f"{file.place(key)}: {says}: {how}.", key)


def _in_table(file: ConfigFile, table: str, value: object) -> Iterator[_Found | InvalidInput]:
    if not isinstance(value, Mapping):
        how = f'write [{table}] on a line, and on lines below it such as create_segment = "ctrl+n"'
        yield InvalidInput(f"{file.place(table)}: {table} are {KEYS[table].purpose}: {how}.", table)
        return
    for name, each in value.items():
        place = file.place(table, name)
        if isinstance(each, str):
            yield _Found(f"{table}.{name}", each, clean(str(file.path)), place)
        else:
            how = 'write them in quotes, such as "ctrl+n" or "n, f7"'
            yield InvalidInput(f"{place}: these are the keys of “{clean(name)}”: {how}.", f"{table}.{name}")


def _number(file: ConfigFile, key: str, value: object) -> _Found | InvalidInput:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return _Found(key, value, clean(str(file.path)), file.place(key))
    return InvalidInput(f"{file.place(key)}: {key} says {KEYS[key].purpose}: write a whole number above 0.", key)


def _in_environment(environment: Mapping[str, str]) -> Iterator[_Found | InvalidInput]:
    for key, (_, variable, kind) in KEYS.items():
        if not variable:
            continue
        given = environment.get(variable, "")
        if kind == "text":
            yield _checked(_Found(key, given, variable, variable))
        elif given and given.lower() not in _WORDS:
            yield InvalidInput(f"{variable}: this is true or false, not “{clean(given)}”.", key)
        elif given:
            yield _Found(key, _WORDS[given.lower()], variable, variable)


def _from_file(key: str, value: str | int, path: Path) -> str | int:
    """Return a value as it is meant: in a file a relative path starts where the file is, not where one stands."""
    if key not in {"database", "files"} or not isinstance(value, str) or not value or "://" in value:
        return value
    return str(path.parent / Path(value).expanduser())


def _checked(found: _Found) -> _Found | InvalidInput:
    """Return a setting, or what is wrong with its value as far as that can be told without the interface."""
    name, value, _, place = found
    if name != "timezone" or not isinstance(value, str) or not value or _zone(value) is not None:
        return found
    from zoneinfo import available_timezones

    near = difflib.get_close_matches(value, sorted(available_timezones()), n=1)
    hint = f"; did you mean {near[0]}?" if near else ". Such as Europe/Madrid or UTC."
    return InvalidInput(f"{place}: there is no time zone “{clean(value)}”{hint}", name)


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

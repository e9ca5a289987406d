"""What every test gets: a home of its own, and a fresh database on both systems for those that ask for one."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from segtui.database.engine import Database, open_database
from segtui.services.accounts import companies
from segtui.services.session import Session, open_session
from tests.support import live_guard, partitions, postgresql, process_speed, textual_speed
from tests.support.canaries import Kept, World

# A slow machine is not a defect; the same examples in every run, and nothing kept between runs.
settings.register_profile("tests", deadline=None, derandomize=True, database=None)
settings.load_profile("tests")

process_speed.install()
textual_speed.install()
live_guard.install()

# The fast tier: `python -m pytest -m fast`.
_SLOW_FOLDERS = {"benchmarks", "import_wizard", "screens", "ssh", "terminal"}
_FAST_SCREENS = {"test_segment_list", "test_segment_detail", "test_contact_form", "test_filters", "test_sections"}

_BACKENDS = ("sqlite", "postgresql")
_number = itertools.count(1)

# What of the person's own settings could change what a test sees.
_UNSET = (
    "COLORTERM", "COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "STY", "TMUX", "SSH_CONNECTION", "SSH_TTY",
    "SEGTUI_DATABASE_URL", "SEGTUI_TIMEZONE", "SEGTUI_THEME", "SEGTUI_MOUSE", "SEGTUI_ASCII",
    "SEGTUI_CALLING_URL", "SEGTUI_CALLING_TOKEN",
)  # fmt: skip


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a parameter of many bytes by its argument: gzip holds the time, and workers must agree on names."""
    return argname if isinstance(val, bytes) and len(val) > 16 else None


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the fast tier, and let what takes minutes by its nature take them."""
    for item in items:
        if _is_fast(item):
            item.add_marker(pytest.mark.fast)
        if item.get_closest_marker("long") or item.get_closest_marker("benchmark"):
            item.add_marker(pytest.mark.timeout(0))


def pytest_collection_finish() -> None:
    """Keep the collected tests out of the garbage collector's way."""
    process_speed.freeze()


def _is_fast(item: pytest.Item) -> bool:
    """Tell whether a test is run while one works: SQLite, no terminal, no sshd, a few screens, no long model."""
    folders, module = item.path.relative_to(item.config.rootpath / "tests").parts[:-1], item.path.stem
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    if not _SLOW_FOLDERS.isdisjoint(folders) and module not in _FAST_SCREENS:
        return False
    return not {"postgresql", "partitioned"} & {*map(str, parameters.values())} and not module.endswith(
        ("_model", "_chaos")
    )


def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers share the tests: two for each processor, for many tests wait for a program's answer."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a home folder of its own: nobody's data, configuration or log is touched. Returns the folder."""
    folder = tmp_path_factory.mktemp("home")
    for name in (name for name in os.environ if name in _UNSET or name.startswith(("PG", "TEXTUAL"))):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("LOGNAME", "tester")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr("segtui.config.settings.SITE_FILE", folder / "site" / "config.toml")
    return folder


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Yield the URL of a PostgreSQL server's maintenance database, as an account that may create databases.

    It is `SEGTUI_TEST_POSTGRESQL_URL`, else a server started for this worker. Fails where there is none: what should
    run on both databases is never skipped.
    """
    given = os.environ.get("SEGTUI_TEST_POSTGRESQL_URL")
    if given:
        yield given
        return
    try:
        with postgresql.server() as url:
            yield url
    except postgresql.ServerError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_url: str) -> Iterator[postgresql.Databases]:
    """Yield what makes fresh databases on the server, each a copy of one that was migrated once."""
    databases = postgresql.Databases(postgresql_url)
    try:
        databases.make_template(lambda url: open_database(url).close())
        yield databases
    finally:
        databases.close()


@pytest.fixture(scope="session")
def partitioned_template(postgresql_databases: postgresql.Databases) -> Iterator[str]:
    """Yield the URL of a database on the server whose tables are partitioned by company, to be copied."""
    with postgresql_databases.fresh() as url:
        partitions.partition(url)
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite database that was migrated once."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    open_database(path).close()
    return path


@pytest.fixture(params=_BACKENDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield where a fresh database is, as `--database` takes it: on SQLite, then on PostgreSQL.

    The parameter "partitioned" is for those who override this: PostgreSQL with tables partitioned by company.
    """
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / f"segtui{next(_number)}.db"
        shutil.copy2(template, path)
        path.chmod(0o600)
        yield str(path)
        return
    databases: postgresql.Databases = request.getfixturevalue("postgresql_databases")
    like: str | None = request.getfixturevalue("partitioned_template") if request.param == "partitioned" else None
    with databases.fresh(like) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Yield a fresh open database that holds one company, `Main`: on SQLite, then on PostgreSQL."""
    opened = open_database(database_url, create=False)
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Session:
    """Return the owner's session in the company `Main` of a fresh database, on both systems."""
    return open_session(database, source="test")


@pytest.fixture(scope="session")
def postgresql_world(postgresql_databases: postgresql.Databases) -> Iterator[Kept]:
    """Yield a database on the server with two companies that hold one of everything, to be copied."""
    with postgresql_databases.fresh() as url:
        yield Kept.made_at(url)


@pytest.fixture(scope="session")
def partitioned_world(postgresql_databases: postgresql.Databases, partitioned_template: str) -> Iterator[Kept]:
    """Yield the same with its tables partitioned by company."""
    with postgresql_databases.fresh(partitioned_template) as url:
        yield Kept.made_at(url)


@pytest.fixture(scope="session")
def sqlite_world(sqlite_template: Path) -> Kept:
    """Return a file with the same."""
    path = sqlite_template.with_name("world.db")
    shutil.copy2(sqlite_template, path)
    return Kept.made_at(str(path))


@pytest.fixture(params=_BACKENDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Yield two companies that hold one of everything: on SQLite, then on PostgreSQL."""
    kept: Kept = request.getfixturevalue(f"{request.param}_world")
    with ExitStack() as closing_:
        if request.param == "sqlite":
            where = str(shutil.copy2(kept.url, tmp_path / "world.db"))
        else:
            databases: postgresql.Databases = request.getfixturevalue("postgresql_databases")
            where = closing_.enter_context(databases.fresh(kept.url))
        opened = open_database(where, create=False)
        closing_.callback(opened.close)
        yield kept.on(opened)


@dataclass(frozen=True)
class TwoCompanies:
    """The owner's sessions in a database of two companies: in `Main`, in `Other` (region GB), and in both at once."""

    main: Session
    other: Session
    both: Session


@pytest.fixture
def two_companies(session: Session) -> TwoCompanies:
    """Return sessions in a fresh database of two companies, on both systems."""
    both = session.bound_to(None)
    other = companies.create(both, "Other", region="GB")
    return TwoCompanies(session, both.bound_to(other), both)

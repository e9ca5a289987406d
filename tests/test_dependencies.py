"""The packages that segtui imports are the ones that it declares: an installed wheel has no others to lean on."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def imported_modules() -> Iterator[str]:
    """Yield the module of every absolute import in segtui, also of those inside functions."""
    for path in (ROOT / "segtui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.append(node.module)
            yield from names


def imported_packages() -> Iterator[str]:
    return (name.partition(".")[0] for name in imported_modules())


def declared_distributions() -> set[str]:
    extras = PROJECT["optional-dependencies"]
    requirements = [*PROJECT["dependencies"], *(line for name in extras if name != "test" for line in extras[name])]
    return {normalised(re.split(r"[\[<>=!~; ]", line)[0]) for line in requirements}


def normalised(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_every_imported_package_is_declared_and_every_declared_one_imported() -> None:
    distributions = packages_distributions()
    foreign = {name for name in imported_packages() if name not in sys.stdlib_module_names and name != "segtui"}
    imported = {name: {normalised(one) for one in distributions.get(name, [name])} for name in foreign}
    declared = declared_distributions()
    assert {name for name, owners in imported.items() if not owners & declared} <= {"rich"}  # Textual's own renderer
    assert declared - set().union(*imported.values()) <= {"psycopg"}  # SQLAlchemy imports the driver


def test_of_phonenumbers_only_the_documented_names_are_imported() -> None:
    # Its modules of data (tzdata, data, geodata) may change with any release.
    assert {name for name in imported_modules() if name.startswith("phonenumbers")} == {"phonenumbers"}

"""Private names of Textual stay in one module, and Textual below the version that could rename them."""

import ast
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import textual
from textual.color import Color
from textual.css import stylesheet
from textual.css.parse import parse
from textual.message_pump import MessagePump

import segtui
from segtui.tui.textual_internals import CachedStylesheet

ROOT = Path(__file__).resolve().parents[3]
INTERNALS = "textual_internals"
# Textual's metaclass writes these into every class.
_WRITTEN_BY_TEXTUAL = {
    "_computes", "_css_type_name", "_css_type_names", "_decorated_handlers", "_inherit_bindings",
    "_inherit_component_classes", "_inherit_css", "_merged_bindings", "_reactives",
}  # fmt: skip
_PRIVATE_IMPORT = re.compile(r"(?:from|import) textual(?:\.\w+)*\._|from textual\b.* import \(?.*\b_[a-z]")


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@cache
def private_names_used(cls: type) -> frozenset[str]:
    """Return the private names that the code of a class defines, or uses of `self`."""
    (tree,) = ast.parse(inspect.cleandoc("\n" + inspect.getsource(cls))).body
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    names |= {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }
    return frozenset(filter(is_private, names))


@cache
def private_names_of_textual(cls: type) -> frozenset[str]:
    """Return the private names that a class of Textual defines, or sets on `self`."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(cls)))
    stored = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    return frozenset(filter(is_private, {*vars(cls), *stored})) - _WRITTEN_BY_TEXTUAL


def our_classes() -> Iterator[type]:
    """Yield the classes of segtui that Textual runs: apps, screens, widgets."""
    for module in pkgutil.walk_packages(segtui.__path__, "segtui."):
        if "__main__" in module.name or ".migrations." in module.name:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and value.__module__ == module.name and issubclass(value, MessagePump):
                yield value


def test_no_class_uses_or_hides_a_private_name_of_textual() -> None:
    classes = list(our_classes())
    assert len(classes) > 100
    wrong = set()
    for cls in classes:
        theirs = [each for each in cls.__mro__ if each.__module__.startswith("textual.")]
        private = frozenset[str]().union(*map(private_names_of_textual, theirs))
        ours = [each for each in cls.__mro__ if each.__module__.startswith("segtui.")]
        wrong |= {
            f"{each.__module__}.{each.__name__}: {name}"
            for each in ours
            if not each.__module__.endswith(INTERNALS)
            for name in private_names_used(each) & private
        }
    assert wrong == set()


def test_no_other_module_imports_or_asks_for_a_private_name_of_textual() -> None:
    for path in (ROOT / "segtui").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.stem != INTERNALS:
            assert not _PRIVATE_IMPORT.search(text), path
            # The linter forbids private names of another object than `self`, unless it is told otherwise.
            exceptions = [line for line in text.splitlines() if "noqa: SLF001" in line]
            assert not [line for line in exceptions if re.search(r"\b(?:app|screen|widget|driver|pump)\._", line)]


def test_a_style_sheet_parses_each_source_once_for_the_same_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def noting(scope: str, css: str, *arguments: Any, **options: Any) -> Any:
        parsed.append(css)
        return parse(scope, css, *arguments, **options)

    monkeypatch.setattr(stylesheet, "parse", noting)
    sheet = CachedStylesheet(variables={"shade": "red"})
    sheet.add_source("Input { color: $shade; }", read_from=("", "first"))
    sheet.add_source("Static { color: $shade; }", read_from=("", "second"))
    for _ in range(2):
        sheet.set_variables({"shade": "red"})
        sheet.reparse()
    sheet.add_source("Button { color: $shade; }", read_from=("", "third"))
    assert [rule.styles.color for rule in sheet.rules] == [Color.parse("red")] * 3
    assert len(parsed) == 3
    sheet.set_variables({"shade": "lime"})
    sheet.reparse()
    assert [rule.styles.color for rule in sheet.rules] == [Color.parse("lime")] * 3
    assert len(parsed) == 6


def test_textual_is_capped_below_its_next_minor_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (requirement,) = (line for line in project["dependencies"] if line.startswith("textual>"))
    major, minor, _ = textual.__version__.split(".")
    assert requirement.endswith(f",<{major}.{int(minor) + 1}")

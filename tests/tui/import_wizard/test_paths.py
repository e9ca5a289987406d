"""Paths as people type and paste them, and what a folder shows."""

import os
from pathlib import Path

import pytest

from segtui.tui.screens.imports.wizard.file import paths


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("leads.csv", "Leads 2.xlsx", "letters.tsv", "picture.png", ".hidden.csv"):
        (tmp_path / name).write_text("x")
    os.utime(tmp_path / "letters.tsv", (1, 1))
    (tmp_path / "lists").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    "text",
    ["{0}/a b.csv", "  {0}/a b.csv  ", "'{0}/a b.csv'", '"{0}/a b.csv"', "{0}/a\\ b.csv", "file://{0}/a%20b.csv"],
)
def test_a_pasted_path_is_the_file_it_means(tmp_path: Path, text: str) -> None:
    (tmp_path / "a b.csv").write_text("x")
    assert paths.typed_path(text.format(tmp_path)) == tmp_path / "a b.csv"


def test_a_tilde_is_the_home_folder_in_both_directions(home: Path) -> None:
    assert paths.typed_path("~/x.csv") == home / "x.csv"
    assert paths.shown(home / "x.csv") == "~/x.csv"
    assert paths.typed_path("~nobody-of-that-name/x.csv") == Path("~nobody-of-that-name/x.csv")


def test_a_folder_shows_data_files_newest_first_then_folders_and_counts_the_others(folder: Path) -> None:
    contents = paths.contents(folder)
    names = [entry.name for entry in contents.entries]
    assert sorted(names[:2]) == ["Leads 2.xlsx", "leads.csv"]
    assert names[2:] == ["letters.tsv", "lists"]
    assert contents.others == 1


def test_what_is_typed_narrows_the_list_by_beginning_then_by_part(folder: Path) -> None:
    assert {entry.name for entry in paths.looked(f"{folder}/LEA").entries} == {"leads.csv", "Leads 2.xlsx", ".."}
    assert {entry.name for entry in paths.looked(f"{folder}/tters").entries} == {"letters.tsv", ".."}
    assert {entry.name for entry in paths.looked(f"{folder}/.h").entries} == {".hidden.csv", ".."}


def test_completion_goes_as_far_as_names_agree(folder: Path) -> None:
    entries = paths.contents(folder).entries
    assert paths.completed("let", entries) == "letters.tsv"
    assert paths.completed("lis", entries) == "lists/"
    assert paths.completed("leads", [each for each in entries if each.name == "leads.csv"]) == "leads.csv"
    assert paths.completed("nothing", entries) == "nothing"


def test_a_folder_that_cannot_be_listed_says_so_in_a_sentence(tmp_path: Path) -> None:
    assert paths.contents(tmp_path / "gone").problem == f"There is no folder {tmp_path}/gone."
    assert paths.contents(Path("a\x00b")).problem


def test_names_that_would_harm_a_terminal_are_shown_clean_and_still_found(tmp_path: Path) -> None:
    evil = tmp_path / "a\x1b]0;owned\x07"
    evil.mkdir()
    (evil / "x.csv").write_text("x")
    entry = paths.contents(tmp_path).entries[0]
    assert "\x1b" not in entry.name
    known = {paths.shown(entry.path) + "/": entry.path}
    assert paths.typed_path(paths.shown(entry.path) + "/x.csv", known) == evil / "x.csv"


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (12_345, "12 kB"), (87_000_000, "87 MB")]
)
def test_sizes_are_for_people(size: int, words: str) -> None:
    assert paths.size_text(size) == words


@pytest.mark.parametrize(("seconds", "words"), [(3, "just now"), (61, "1 minute ago"), (7_200, "2 hours ago")])
def test_ages_are_for_people(seconds: float, words: str) -> None:
    assert paths.age_text(seconds) == words

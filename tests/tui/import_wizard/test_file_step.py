"""Choosing a file: typing, pasting, completing, browsing; what is wrong with it, and reading it otherwise."""

import gzip
from pathlib import Path

import pytest
from textual.events import Paste

from segtui.tui.screens.imports.wizard.file.file_browser import Browser
from segtui.tui.screens.imports.wizard.import_state import Step
from tests.tui.import_wizard.conftest import GOOD, HEADERS, NOT_YET, Import


async def test_the_list_opens_folders_and_files(importing: Import, files: Path) -> None:
    (files / "inner").mkdir()
    (files / "inner" / "list.csv").write_text(GOOD)
    (files / "inner" / "picture.png").write_bytes(b"x")
    async with importing() as person:
        await person.see("inner/", "../")
        await person.press("down", "enter")
        await person.see("list.csv", "files/inner  (1 other file not listed)")
        await person.press("enter")
        await person.see("3 rows", "[ Browse ]")
        assert person.flow.state.path is not None
        assert person.flow.state.path.resolve() == files / "inner" / "list.csv"


async def test_a_click_does_what_the_keys_do(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.see("spring.csv")
        await person.click("spring.csv")
        await person.see("6 columns, 3 rows")
        await person.click("[ Next f10 ]")
        await person.see("[2 Columns]")
        await person.click("1 File")
        await person.see("[1 File]")
        await person.click("[ Browse ]")
        await person.see("In ", "spring.csv")
        await person.see_no("6 columns")
        await person.click("[ Leave escape ]")
        await person.until(lambda: person.left_with is None, "for the import to be left")


async def test_tab_completes_a_path_and_moves_on_where_nothing_is_left(importing: Import, good: Path) -> None:
    (good.parent / "summer.csv").write_text(GOOD)
    async with importing() as person:
        await person.type("sp")
        await person.press("tab")
        assert person.flow.query_one(Browser).path_input.value == "spring.csv"
        await person.press("enter")
        await person.see("6 columns, 3 rows")
        await person.fill_in("#path", "s")
        await person.settle()
        await person.press("tab")
        assert person.app.focused is person.flow.query_one("#folder")


@pytest.mark.parametrize("written", ["  '{0}'  ", '"{0}"', "{0}\n\n", "\n{0}\nsecond line", "file://{0}"])
async def test_a_pasted_path_is_understood_however_it_was_copied(importing: Import, good: Path, written: str) -> None:
    async with importing() as person:
        assert person.app.focused is not None
        person.app.focused.post_message(Paste(written.format(good)))
        await person.settle()
        await person.press("enter")
        await person.see("6 columns, 3 rows")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("gone.csv", None, "There is no file"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "this is a PNG image"),
        ("archive.csv", b"PK\x03\x04" + bytes(100), "The ZIP archive is damaged or cut off"),
        ("cut.csv.gz", gzip.compress(GOOD.encode())[:30], "The gzip file is damaged or cut off"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_a_sentence_beside_its_path(
    importing: Import, files: Path, name: str, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (files / name).write_bytes(content)
    async with importing() as person:
        await person.type(name)
        await person.press("enter")
        await person.see(sentence, "[1 File]")
        await person.press("f10")
        await person.see(sentence, "[1 File]")
        assert person.left_with == NOT_YET


@pytest.mark.parametrize("content", ["", HEADERS])
async def test_a_file_without_rows_goes_no_further(importing: Import, files: Path, content: str) -> None:
    (files / "empty.csv").write_text(content)
    async with importing() as person:
        await person.opens(files / "empty.csv")
        await person.press("f10")
        await person.see("This file has no rows", "[1 File]")


async def test_without_a_path_the_next_step_says_what_to_do(importing: Import) -> None:
    async with importing() as person:
        await person.press("f10")
        await person.see("Type the path of a file, or choose one below.")


async def test_f10_right_after_typing_reads_the_file_and_goes_on(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.pilot.press(*"spring.csv", "f10")
        await person.at_step(Step.COLUMNS)


async def test_another_path_forgets_what_was_read(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.opens(good)
        person.flow.query_one("#path").focus()
        await person.press("backspace")
        await person.see_no("6 columns")
        assert person.flow.state.source is None


async def test_delimiter_and_header_can_be_overruled(importing: Import, files: Path) -> None:
    path = files / "odd.csv"
    path.write_text("name;email\nAnn;ann@example.com\nBen;ben@example.com\n")
    async with importing() as person:
        await person.opens(path)
        await person.see("2 columns, 2 rows", "semicolon", "line 1")
        person.flow.query_one("#header").focus()
        await person.press("enter", "down", "down", "enter")
        await person.see("2 columns, 3 rows", "Column 1")
        assert person.flow.state.reading.header is False
        person.flow.query_one("#delimiter").focus()
        await person.press("enter", "down", "enter")
        await person.see("1 column")
        assert person.flow.state.reading.delimiter == ","


async def test_an_encoding_that_is_not_the_files_is_refused_beside_it(importing: Import, files: Path) -> None:
    path = files / "latin.csv"
    path.write_bytes("Vorname,Email\nJürgen,j@example.com\n".encode("cp1252"))
    async with importing() as person:
        await person.opens(path)
        await person.see("Jürgen", "Windows-1252")
        person.flow.query_one("#encoding").focus()
        await person.press("enter", "down", "enter")
        await person.see("the file is not UTF-8", "Jürgen", "Windows-1252")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (160, 48)])
async def test_every_size_shows_what_matters(importing: Import, good: Path, size: tuple[int, int]) -> None:
    async with importing(size=size) as person:
        await person.opens(good)
        await person.see("File", "3 rows", "comma", "UTF-8", "line 1", "Ann", "[ Next f10 ]", "Help")
        await person.press("f10")
        await person.see("Goes to", "First name", "[ Back escape ]", "Help")
        await person.press("f10")
        await person.see("(x) New segment", "(x) Fill", "( ) Keep", "[ Next f10 ]")
        assert all(len(line.rstrip()) <= size[0] for line in person.lines)


async def test_a_guessed_encoding_is_said_and_another_can_be_chosen(importing: Import, files: Path) -> None:
    path = files / "ru.csv"
    path.write_bytes("Имя;Email\nАнна;ann@example.com\nПётр;petr@example.com\n".encode("cp1251"))
    async with importing() as person:
        await person.opens(path)
        await person.see("Windows-1251 is a guess", "Анна")
        person.flow.query_one("#encoding").focus()
        await person.press("enter", *["down"] * 13, "enter")
        await person.see_no("is a guess")
        assert person.flow.state.reading.encoding == "koi8-r"


async def test_hidden_rows_are_said_and_can_be_left_out(importing: Import, files: Path) -> None:
    path = files / "leads.xls"
    path.write_text(
        "<table><tr><td>Name<td>Email<tr><td>Ann<td>ann@example.com<tr hidden><td>Bo<td>bo@example.com</table>"
        "<table><tr><td>Name<td>Email<tr><td>Cid<td>cid@example.com</table>",
        encoding="utf-8",
    )
    async with importing() as person:
        await person.opens(path)
        await person.see(
            "HTML", "Table 1", "UTF-8", "Hidden import", "2 columns, 2 rows", "1 hidden row of the sheet is imported"
        )
        person.flow.query_one("#hidden").focus()
        await person.press("enter", "down", "enter")
        await person.see("Hidden skip", "2 columns, 1 row", "is left out")
        assert person.flow.state.reading.skip_hidden
        person.flow.query_one("#sheet").focus()
        await person.press("enter", "down", "down", "enter")
        await person.see("cid@example.com")
        assert not person.flow.query_one("#hidden").display


async def test_a_file_of_vcards_has_an_encoding_alone_to_choose(importing: Import, files: Path) -> None:
    path = files / "people.vcf"
    path.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nEMAIL:ann@example.com\nEND:VCARD\n", encoding="utf-8")
    async with importing() as person:
        await person.see("people.vcf")
        await person.opens(path)
        await person.see("vCard", "2 columns, 1 row", "Ann Lee")
        shown = {
            name
            for name in ("sheet", "hidden", "delimiter", "encoding", "header")
            if person.flow.query_one(f"#{name}").display
        }
        assert shown == {"encoding"}

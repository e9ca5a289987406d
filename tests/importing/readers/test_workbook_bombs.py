"""Workbooks that are small on disk and huge once they are unpacked: each is refused where it grows, in one sentence."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlwt

from segtui.errors import Cancelled, UnreadableFile
from segtui.importing.file_opening import OpenFile, open_regular
from segtui.importing.options import ReadOptions
from segtui.importing.readers.file_type import container_of
from segtui.importing.readers.workbooks import workbook, workbook_process, xls
from segtui.importing.readers.workbooks.shared_strings import MAX_CELL_CHARS, SharedStrings
from segtui.importing.readers.workbooks.workbook_process import sheet_of_file
from segtui.importing.readers.workbooks.xlsx import Xlsx
from segtui.importing.recognition import open_source
from tests.importing.support import judged, opened

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {
    "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{_LINK}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="s" Type="{_LINK}/worksheet" '
    f'Target="sheet.xml"/><Relationship Id="t" Type="{_LINK}/sharedStrings" Target="strings.xml"/>'
    f'<Relationship Id="y" Type="{_LINK}/styles" Target="styles.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets><sheet name="A" r:id="s"/></sheets>'
    "</workbook>",
}
_HEAD = '<row><c t="str"><v>Name</v></c><c t="str"><v>Phone</v></c></row>'
_ANN = '<row><c t="str"><v>Ann</v></c><c t="str"><v>6025550199</v></c></row>'


def bomb(path: Path, rows: Iterator[str] | str, *, strings: Iterator[str] | str = "", styles: str = "") -> Path:
    """Write a workbook of one sheet whose parts are written piece by piece."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, text)
        _put(archive, "xl/sheet.xml", "<worksheet><sheetData>", rows, "</sheetData></worksheet>")
        _put(archive, "xl/strings.xml", "<sst>", strings, "</sst>")
        _put(archive, "xl/styles.xml", "<styleSheet>", styles, "</styleSheet>")
    return path


def _put(archive: zipfile.ZipFile, name: str, begin: str, pieces: Iterator[str] | str, end: str) -> None:
    with archive.open(name, "w", force_zip64=True) as part:
        for piece in (begin, *((pieces,) if isinstance(pieces, str) else pieces), end):
            part.write(piece.encode())


def _refused(path: Path, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence) as caught:
        opened(path)
    assert str(caught.value).count("\n") == 0
    # Nothing of it is the fault of a disk or of what is printed.
    assert not re.search("output|could not be written", str(caught.value))


def test_rows_that_jump_back_are_damage(tmp_path: Path) -> None:
    rows = (
        _HEAD
        + _ANN
        + "".join(f'<row r="{number}"><c t="str"><v>x</v></c></row>' for _ in range(300) for number in (1_048_576, 3))
    )
    path = bomb(tmp_path / "a.xlsx", rows)
    assert path.stat().st_size < 2_000
    _refused(path, r"^The workbook is damaged: row 3 comes after row 1,048,576\.$")


def test_a_row_twice_is_damage_too(tmp_path: Path) -> None:
    row = '<row r="5"><c t="str"><v>x</v></c></row>'
    _refused(bomb(tmp_path / "a.xlsx", _HEAD + _ANN + row + row), "row 5 comes after row 5")


@pytest.mark.parametrize("number", ["0", "-4", "9" * 5_000])
def test_a_row_number_that_is_none_is_damage(tmp_path: Path, number: str) -> None:
    _refused(bomb(tmp_path / "a.xlsx", f'<row r="{number}"><c t="str"><v>x</v></c></row>'), "damaged")


def test_the_text_of_a_sheet_is_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bomb(tmp_path / "a.xlsx", _HEAD + _ANN * 400)
    monkeypatch.setattr(workbook, "MAX_SHEET_CHARS", 4_000)
    with open_regular(path) as raw, pytest.raises(UnreadableFile, match=r"^A unpacks to more than 4,000 characters;"):
        workbook.sheet_as_text(workbook.open_workbook(OpenFile(raw), "XLSX"), None)


def test_one_text_in_every_cell_is_capped_where_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = '<c t="s"><v>0</v></c>' * 60
    rows = (f"<row>{cells}</row>" for _ in range(2_000))
    path = bomb(tmp_path / "a.xlsx", rows, strings=f"<si><t>{'x' * 60_000}</t></si>")
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(workbook, "MAX_SHEET_CHARS", 20_000_000)
    with open_regular(path) as raw, (tmp_path / "text").open("w+b") as text:
        with pytest.raises(UnreadableFile, match=r"^A unpacks to more than 20,000,000 characters; save it as CSV and"):
            workbook.sheet_as_text(workbook.open_workbook(OpenFile(raw), "XLSX"), None, text)
        assert (tmp_path / "text").stat().st_size <= 20_100_000


def test_a_disk_that_is_full_while_a_sheet_is_unpacked_is_said_as_that(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.xlsx", _HEAD + _ANN * 4_000)
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no device that is always full")
    with (
        open_regular(path) as raw,
        full.open("wb") as file,
        pytest.raises(UnreadableFile, match=r"^A could not be unp"),
    ):
        workbook.sheet_as_text(workbook.open_workbook(OpenFile(raw), "XLSX"), None, file)


def test_a_cell_in_the_last_column_of_every_row(tmp_path: Path) -> None:
    rows = (f'<row><c r="XFD{n}" t="str"><v>x</v></c></row>' for n in range(1, 200_000))
    path = bomb(tmp_path / "a.xlsx", rows)
    _refused(path, r"^A sheet has 16,384 columns; an import reads at most 2,000\.$")


def test_a_value_of_many_megabytes_costs_its_own_row_alone(tmp_path: Path) -> None:
    def rows() -> Iterator[str]:
        yield _HEAD + '<row><c t="str"><v>'
        for _ in range(400):
            yield "x" * 1_000_000
        yield "</v></c></row>" + _ANN

    path = bomb(tmp_path / "a.xlsx", rows())
    assert path.stat().st_size < 5_000_000
    result = judged(path)
    assert [contact["phone"] for contact in result.contacts] == ["+16025550199"]
    assert [row.reason for row in result.rejected] == [
        f"the cell in column 1 has {MAX_CELL_CHARS + 1:,} characters; at most 10,000 are allowed"
    ]


def test_a_value_of_many_megabytes_is_never_held(tmp_path: Path) -> None:
    def rows() -> Iterator[str]:
        yield '<row><c t="str"><v>'
        for _ in range(60):
            yield "x" * 1_000_000
        yield "</v></c></row>"

    path = bomb(tmp_path / "a.xlsx", rows())
    assert _peak(lambda: list(_rows_of(path))) < 4_000_000


def _rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open("rb") as file:
        yield from Xlsx(file).rows("A")


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "cell",
    [
        f'<c r="{"A" * 200_000}1" t="str"><v>x</v></c>',
        '<c r="XFE1" t="str"><v>x</v></c>',
    ],
)
def test_a_column_that_no_sheet_has(tmp_path: Path, cell: str) -> None:
    _refused(bomb(tmp_path / "a.xlsx", f"<row>{cell}</row>"), "more columns than a sheet can have")


@pytest.mark.parametrize("piece", ["<!-- {} -->", "<?x {} ?>", '<c r="{}"/>', "<{}/>"])
def test_a_tag_that_does_not_end(tmp_path: Path, piece: str) -> None:
    def rows() -> Iterator[str]:
        begin, _, end = piece.partition("{}")
        yield "<row>" + begin
        for _ in range(40):
            yield "x" * 1_000_000
        yield end + "</row>"

    _refused(bomb(tmp_path / "a.xlsx", rows()), r"^The workbook is damaged: its XML has a tag without an end\.$")


@pytest.mark.parametrize(
    ("styles", "sentence"),
    [
        (f'<numFmts><numFmt numFmtId="200" formatCode="{"[" * 900_000}"/></numFmts>', "number formats"),
        (f'<numFmts><numFmt numFmtId="200" formatCode="{"0" * 5_000_000}"/></numFmts>', "without an end"),
        ("<numFmts>" + '<numFmt numFmtId="{}" formatCode="0"/>' * 0 + "</numFmts>", ""),
        ("<cellXfs>" + '<xf numFmtId="1"/>' * 70_000 + "</cellXfs>", "more cell styles than a workbook can have"),
        (
            "<numFmts>" + "".join(f'<numFmt numFmtId="{n}" formatCode="0"/>' for n in range(70_000)) + "</numFmts>",
            "too many number formats",
        ),
    ],
    ids=["an endless format", "five megabytes of format", "none", "too many styles", "too many formats"],
)
def test_formats_have_limits(tmp_path: Path, styles: str, sentence: str) -> None:
    path = bomb(tmp_path / "a.xlsx", _HEAD + '<row><c s="0"><v>1</v></c></row>', styles=styles)
    if sentence:
        _refused(path, sentence)
    else:
        assert opened(path).rows == 1


def test_a_number_without_an_end(tmp_path: Path) -> None:
    _refused(
        bomb(tmp_path / "a.xlsx", f"{_HEAD}<row><c><v>{'1' * 60_000}</v></c></row>"), "a number in row 2 has no end"
    )


def test_each_of_many_shared_texts_takes_a_few_bytes_of_memory() -> None:
    texts = SharedStrings()

    def add() -> None:
        for number in range(200_000):
            texts.append(f"text {number}")

    assert _peak(add) < 200_000 * 20
    assert (texts[0], texts[199_999], len(texts)) == ("text 0", "text 199999", 200_000)


def test_shared_texts_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segtui.importing.readers.workbooks.shared_strings.MAX_STRINGS", 1_000)
    path = bomb(tmp_path / "a.xlsx", '<row><c t="s"><v>0</v></c></row>', strings="<si><t>a</t></si>" * 1_001)
    with pytest.raises(UnreadableFile, match=r"^The workbook has more than 1,000 different texts; save the sheet as"):
        list(_rows_of(path))


def test_many_shared_texts_are_read_within_the_limits_of_the_process(tmp_path: Path) -> None:
    rows = _HEAD + '<row><c t="s"><v>299999</v></c><c t="str"><v>6025550199</v></c></row>'
    path = bomb(tmp_path / "a.xlsx", rows, strings=("<si><t>a</t></si>" * 10_000 for _ in range(30)))
    assert path.stat().st_size < 1_000_000
    assert judged(path).contacts[0]["first_name"] == "a"


def test_many_sheets_have_a_limit(tmp_path: Path) -> None:
    sheets = "".join(f'<sheet name="{n}" r:id="s"/>' for n in range(10_001))
    path = bomb(tmp_path / "a.xlsx", "")
    _replace(path, "xl/workbook.xml", f'<workbook xmlns:r="{_LINK}"><sheets>{sheets}</sheets></workbook>')
    _refused(path, "too many sheets")


def _replace(path: Path, name: str, text: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in (parts | {name: text.encode()}).items():
            archive.writestr(each, data)


def test_an_archive_of_too_many_files_is_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(40):
            archive.writestr(f"xl/{number}{'x' * 60_000}", b"")
    with open_regular(path) as raw, pytest.raises(UnreadableFile, match="too many files in it"):
        container_of(OpenFile(raw), b"PK")


def _far_off(path: Path) -> Path:
    book = xlwt.Workbook()
    for number in range(3):
        sheet = book.add_sheet(f"S{number}")
        sheet.write(0, 0, "Name")
        sheet.write(0, 1, "Phone")
        sheet.write(65_535, 255, "far")
        sheet.write(1, 1, "602 555 0199")
    book.save(str(path))
    return path


def test_an_old_workbook_with_cells_far_off(tmp_path: Path) -> None:
    path = _far_off(tmp_path / "a.xls")
    assert path.stat().st_size < 200_000

    def read() -> None:
        with path.open("rb") as file:
            old = xls.Xls(file)
            for name in old.sheets:
                assert [number for number, _ in old.rows(name)] == [1, 2, 65_536]

    # Full rows would take 190 MB for each sheet, and all sheets were held at once.
    assert _peak(read) < 40_000_000


def test_an_old_workbook_has_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xls, "_MAX_SIZE", 1_000)
    with (
        _far_off(tmp_path / "a.xls").open("rb") as file,
        pytest.raises(UnreadableFile, match=r"^An XLS workbook may have"),
    ):
        xls.Xls(file)


def _limited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    """Let the process that reads workbooks run `code` instead."""
    script = tmp_path / "interpreter"
    script.write_text(f"#!{sys.executable}\n{code}\n")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))


_PROLOGUE = (
    "import os, sys, time, resource, runpy\nfrom segtui.importing.readers.workbooks import workbook_process as w\n"
)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "os.kill(os.getpid(), 9)",
            r"^Reading the workbook ended by signal 9; save the sheet as CSV and import that\.$",
        ),
        ("os.kill(os.getpid(), 24)", r"^The workbook takes more than 15 minutes to read; save the sheet as CSV"),
        ("sys.exit(3)", "^Reading the workbook ended with status 3; save"),
        ("pass", "^Reading the workbook ended with status 0; save"),
        ("raise RuntimeError", "^Reading the workbook ended with status 1; save"),
    ],
)
def test_a_process_that_dies_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, sentence: str
) -> None:
    path = bomb(tmp_path / "a.xlsx", _HEAD + _ANN)
    _limited(monkeypatch, tmp_path, _PROLOGUE + code)
    _refused(path, sentence)
    _no_child_is_left()


def test_a_process_that_cannot_be_started_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bomb(tmp_path / "a.xlsx", _HEAD + _ANN)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    _refused(path, r"^The workbook could not be read: No such file or directory\.$")


def test_too_much_memory_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bomb(tmp_path / "a.xlsx", _HEAD + _ANN)
    code = (
        "w._limit()\nimport json\n"
        "w.open_workbook = lambda *_: [bytearray(1 << 28) for _ in range(20)]\n"
        "sys.stdout.write(json.dumps(w.main(int(sys.argv[5]), json.loads(sys.argv[6]))))"
    )
    _limited(monkeypatch, tmp_path, _PROLOGUE + code)
    _refused(path, r"^The workbook needs more than 2,048 MB of memory; save the sheet as CSV and import that\.$")


def test_the_process_has_limits() -> None:
    code = (
        "import resource\nfrom segtui.importing.readers.workbooks import workbook_process as w\nw._limit()\n"
        "print(*(resource.getrlimit(kind) for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE,"
        " resource.RLIMIT_CORE)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    limits = (workbook_process.MAX_MEMORY, workbook_process.MAX_SECONDS, workbook_process.MAX_FILE, 0)
    assert done.stdout.split("\n")[0] == " ".join(f"({most}, {most})" for most in limits)


def test_a_cancel_kills_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bomb(tmp_path / "a.xlsx", _HEAD + _ANN)
    _limited(monkeypatch, tmp_path, "import time\ntime.sleep(600)")
    cancelled = threading.Event()
    threading.Timer(0.3, cancelled.set).start()
    with pytest.raises(Cancelled):
        open_source(path, name="a.xlsx", options=ReadOptions(), cancelled=cancelled.is_set)
    _no_child_is_left()


def _no_child_is_left() -> None:
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_the_process_ends_with_the_one_that_asked(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys, time\n"
        "from segtui.importing.readers.workbooks import workbook_process as w\n"
        "parent, child = os.getpid(), os.fork()\n"
        "if child == 0:\n"
        "    w._end_with(parent)\n"
        "    time.sleep(600)\n"
        "print(child, flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
    )
    child = int(done.stdout)
    for _ in range(300):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if (Path("/proc") / str(child) / "stat").exists() and _state(child) == "Z":
            return
        time.sleep(0.1)
    os.kill(child, signal.SIGKILL)
    pytest.fail("it outlived the process that asked")


def _state(process: int) -> str:
    return (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()[0]


def test_the_sheet_is_that_of_the_same_process(tmp_path: Path) -> None:
    path = bomb(tmp_path / "a.xlsx", _HEAD + _ANN)
    with open_regular(path) as raw:
        file = OpenFile(raw)
        apart = sheet_of_file(file, "XLSX", "a")
        here = workbook.sheet_as_text(workbook.open_workbook(file, "XLSX"), "a")
        assert (apart.name, apart.width, apart.kind, apart.sheets) == ("A", 2, "XLSX", ("A",))
        assert (here.name, here.width, here.kind, here.sheets) == ("A", 2, "XLSX", ("A",))
        with apart.file.reading() as one, here.file.reading() as other:
            assert one.read() == other.read() == b"Name,Phone\nAnn,6025550199\n"
        apart.file.close()
        here.file.close()

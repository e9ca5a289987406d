"""The rejected rows in a file of their own: mended, it is imported like any other."""

import csv
import os
from pathlib import Path

import pytest

from segtui.errors import InvalidInput
from segtui.importing import Rejected, RejectsWriter
from segtui.importing.rejects import require_replaceable
from tests.importing.support import Judged, judged, judged_text

TEXT = 'Name,Phone,Note\nAnn,12,"=cmd|x"\nBob,602-555-0102,ok\nCid,+1 602 55,"two\nlines"\n'


def saved(result: Judged, path: Path) -> Path | None:
    with RejectsWriter(path, result.headers) as writer:
        for row in result.rejected:
            writer.write(row)
        return writer.close()


def test_it_holds_the_rejected_rows_in_their_own_columns(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv.rejects.csv"
    assert saved(judged_text(tmp_path, TEXT), path) == path
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "reason", "Name", "Phone", "Note"]
    assert [(row[0], *row[2:]) for row in rows[1:]] == [
        ("2", "Ann", "12", "'=cmd|x"),
        ("4", "Cid", "+1 602 55", "two\nlines"),
    ]
    assert path.stat().st_mode & 0o777 == 0o600


def test_mended_it_is_imported_and_its_first_two_columns_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    saved(judged_text(tmp_path, TEXT), path)
    path.write_text(path.read_text().replace("12,", "602-555-0101,").replace("602 55", "602-555-0103"))
    result = judged(path)
    assert [contact["phone"] for contact in result.contacts] == ["+16025550101", "+16025550103"]
    assert [contact["custom_fields"] for contact in result.contacts] == ['{"Note":"=cmd|x"}', '{"Note":"two lines"}']


def test_rejected_again_it_does_not_grow(tmp_path: Path) -> None:
    path, again = tmp_path / "rejects.csv", tmp_path / "again.csv"
    saved(judged_text(tmp_path, TEXT), path)
    saved(judged(path), again)
    assert again.read_text().splitlines()[0] == "line,reason,Name,Phone,Note"


def test_without_a_rejected_row_there_is_no_file(tmp_path: Path) -> None:
    assert saved(judged_text(tmp_path, "Phone\n602-555-0101\n"), tmp_path / "rejects.csv") is None
    assert not (tmp_path / "rejects.csv").exists()


def test_discarded_it_leaves_nothing_and_an_older_one_stays(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("older")

    def interrupted() -> None:
        with RejectsWriter(path, ["a"]) as writer:
            writer.write(Rejected(2, "no", ("x",)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [each.name for each in tmp_path.iterdir()] == ["rejects.csv"]
    assert path.read_text() == "older"


def test_where_it_cannot_be_written_a_sentence_says_so(tmp_path: Path) -> None:
    writer = RejectsWriter(tmp_path / "none" / "rejects.csv", ["a"])
    with pytest.raises(InvalidInput, match="cannot be written"):
        writer.write(Rejected(2, "no", ("x",)))


@pytest.mark.parametrize("name", ["r" * 251 + ".csv", "拒" * 83 + ".csv"])
def test_its_name_may_be_as_long_as_names_can_be(tmp_path: Path, name: str) -> None:
    with RejectsWriter(tmp_path / name, ["a"]) as writer:
        writer.write(Rejected(2, "no", ("x",)))
    assert [each.name for each in tmp_path.iterdir()] == [name]


def _rejected(path: Path, *rows: Rejected, beside: bool = False) -> Path | None:
    with RejectsWriter(path, ["a"], beside=beside) as writer:
        for row in rows:
            writer.write(row)
        return writer.close()


def test_what_somebody_may_have_mended_stays_and_the_new_one_is_put_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv.rejects.csv"
    assert _rejected(path, Rejected(2, "no", ("x",)), beside=True) == path
    path.write_text("line,reason,a\n2,no,mended\n")
    assert _rejected(path, Rejected(2, "no", ("x",)), beside=True) == tmp_path / "leads.csv.rejects-2.csv"
    assert _rejected(path, Rejected(3, "no", ("y",)), beside=True) == tmp_path / "leads.csv.rejects-3.csv"
    assert path.read_text() == "line,reason,a\n2,no,mended\n"
    assert len(list(tmp_path.iterdir())) == 3


def test_the_same_rows_rejected_again_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv.rejects.csv"
    for _ in range(3):
        assert _rejected(path, Rejected(2, "no", ("x",)), beside=True) == path
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_or_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    assert _rejected(Path(os.devnull), Rejected(2, "no", ("x",))) == Path(os.devnull)
    assert Path(os.devnull).is_char_device()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    _rejected(pipe, Rejected(2, "no", ("x",)))
    assert os.read(reader, 100) == b"line,reason,a\r\n2,no,x\r\n"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_link_stays_and_what_it_points_to_is_written(tmp_path: Path) -> None:
    link, target = tmp_path / "link.csv", tmp_path / "target.csv"
    link.symlink_to(target)
    assert _rejected(link, Rejected(2, "no", ("x",))) == link
    assert link.is_symlink()
    assert target.read_text().startswith("line,reason")


@pytest.mark.parametrize("text", ["", "line,reason,Name\n", "line,reason\r\n"])
def test_a_file_of_rejected_rows_may_be_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rejects.csv"
    require_replaceable(path)
    path.write_text(text)
    require_replaceable(path)


@pytest.mark.parametrize("text", ["line;reason;Name\n", "Name,Phone\n", "line,reasons\n", " "])
def test_any_other_file_may_not(tmp_path: Path, text: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(text)
    with pytest.raises(InvalidInput, match="was not written by an import"):
        require_replaceable(path)

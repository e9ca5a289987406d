import gzip
import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.commands import Commands

KEYS = [
    "import_id", "segment", "rows", "created", "updated", "unchanged", "duplicates", "rejected", "added", "removed",
    "warnings", "seconds", "rejects_file",
]  # fmt: skip
RECORD_KEYS = [
    "id", "status", "file", "size", "sha256", "user", "company", "segment", "started_at", "finished_at",
    "rows", "created", "updated", "unchanged", "duplicates", "rejected", "added", "removed", "warnings",
]  # fmt: skip

LEADS = """First Name,Last Name,Phone,Email,Lead Status,Shoe Size
Finn,Sample,(602) 555-0199,finn@example.com,NEW,44
Zoë,Sample,+44 20 7946 0018,,OPEN,
Nobody,At All,,not an address,NEW,
Finn,Again,602.555.0199,,,
"""


@pytest.fixture
def leads() -> Path:
    """Return a file with two contacts, a duplicate and a row that nobody can use."""
    path = Path("leads.csv")
    path.write_text(LEADS, encoding="utf-8")
    return path


def test_an_import_prints_the_document_of_the_specification(segtui: Commands, leads: Path) -> None:
    told = segtui("import", "leads.csv", "--segment", "Webinar", "--json").json
    assert list(told) == KEYS
    assert list(told["segment"]) == ["id", "name", "created"]
    assert (told["segment"]["name"], told["segment"]["created"]) == ("Webinar", True)
    counts = {key: told[key] for key in ("rows", "created", "updated", "unchanged", "duplicates", "rejected")}
    assert counts == {"rows": 4, "created": 2, "updated": 0, "unchanged": 0, "duplicates": 1, "rejected": 1}
    assert (told["added"], told["removed"]) == (2, 0)
    assert isinstance(told["warnings"], int)
    assert told["rejects_file"] == "leads.csv.rejects.csv"


def test_the_report_names_counts_reasons_and_the_file_of_rejects(segtui: Commands, leads: Path) -> None:
    shown = segtui("import", "leads.csv", "--segment", "Webinar").out
    assert "into the new segment “Webinar”, which now has 2 contacts." in shown
    assert "line 4: " in shown
    assert "line 5: the same contact as line 2" in shown
    assert "leads.csv.rejects.csv" in shown
    assert Path("leads.csv.rejects.csv").read_text().startswith("line,reason,First Name")


def test_all_remarks_can_be_read_later(segtui: Commands) -> None:
    rows = "".join(f"Ann,602-555-{n:04},bad@\n" for n in range(100, 108))
    Path("many.csv").write_text(f"Name,Phone,Email\n{rows}Bo,none,\n", encoding="utf-8")
    shown = segtui("import", "many.csv", "--segment", "Many").out
    assert "and 3 more" in shown
    assert "All of them: segtui imports show 1 --remarks" in shown
    listed = segtui("imports", "show", "1", "--remarks").out
    assert "line 9: warning: “bad@” is not a valid e-mail address" in listed
    assert "line 10: rejected: “none” is not a valid phone number (read for US); no e-mail" in listed
    told = segtui("imports", "show", "1", "--remarks", "--json").json
    assert list(told) == [*RECORD_KEYS, "remarks"]
    assert [remark["line"] for remark in told["remarks"]] == list(range(2, 11))
    assert told["remarks"][-1] == {
        "line": 10,
        "kind": "rejected",
        "text": "“none” is not a valid phone number (read for US); no e-mail",
    }
    assert "remarks" not in segtui("imports", "show", "1", "--json").json
    segtui("imports", "undo", "1", "--yes")
    assert segtui("imports", "show", "1", "--remarks", "--json").json["remarks"] == []


def test_a_guessed_encoding_is_said_and_can_be_overruled(segtui: Commands) -> None:
    Path("ru.csv").write_bytes("Имя;Телефон\nАнна;8 (495) 123-45-11\nПётр;8 (495) 123-45-12\n".encode("cp1251"))
    guess = "whole file: The encoding Windows-1251 is a guess: where letters are wrong, choose another encoding"
    assert guess in segtui("import", "ru.csv", "--region", "RU", "--dry-run").out
    told = segtui("import", "ru.csv", "--region", "RU", "--encoding", "windows-1251", "--json").json
    assert (told["created"], told["warnings"]) == (2, 0)


def test_hidden_rows_are_counted_and_can_be_left_out(segtui: Commands) -> None:
    page = "<table><tr><td>Name<td>Phone<tr><td>Ann<td>602-555-0101<tr hidden><td>Bo<td>602-555-0102</table>"
    Path("leads.xls").write_text(page, encoding="utf-8")
    shown = segtui("import", "leads.xls", "--segment", "X", "--dry-run").out
    assert "whole file: 1 hidden row of the sheet is imported too; it can be left out" in shown
    told = segtui("import", "leads.xls", "--segment", "X", "--skip-hidden", "--json").json
    assert (told["rows"], told["warnings"]) == (1, 0)


def test_skipping_hidden_rows_of_a_text_is_refused(segtui: Commands, leads: Path) -> None:
    assert "no hidden rows to skip" in segtui.attempt("import", "leads.csv", "--skip-hidden").err


def test_what_was_imported_is_there(segtui: Commands, leads: Path) -> None:
    segtui("import", "leads.csv", "--segment", "Webinar")
    listed = segtui("contacts", "list", "--segment", "Webinar", "--json").json
    assert [contact["phone"] for contact in listed["contacts"]] == ["+16025550199", "+442079460018"]
    assert listed["contacts"][0]["custom_fields"] == {"Shoe Size": "44"}
    again = segtui("import", "leads.csv", "--segment", "webinar", "--json").json
    assert (again["segment"]["created"], again["created"], again["added"]) == (False, 0, 0)


def test_without_a_segment_one_is_made_and_named_after_the_file(segtui: Commands, leads: Path) -> None:
    told = segtui("import", "leads.csv", "--json").json
    assert told["segment"]["name"].startswith("Import leads 20")


def test_standard_input_is_read_for_a_dash_and_its_rejects_lie_in_the_current_folder(segtui: Commands) -> None:
    told = segtui("import", "-", "--segment", "Piped", "--json", stdin=LEADS.encode()).json
    assert told["created"] == 2
    assert told["rejects_file"]
    assert Path(told["rejects_file"]).parent == Path()
    assert Path(told["rejects_file"]).exists()


def test_a_gzipped_file_is_read(segtui: Commands) -> None:
    Path("leads.csv.gz").write_bytes(gzip.compress(LEADS.encode()))
    assert segtui("import", "leads.csv.gz", "--json").json["created"] == 2


def test_with_nothing_rejected_there_is_no_file_of_rejects(segtui: Commands) -> None:
    Path("clean.csv").write_text("phone\n+16025550199\n")
    assert segtui("import", "clean.csv", "--json").json["rejects_file"] is None
    assert [path.name for path in Path().iterdir()] == ["clean.csv"]


def test_the_file_of_rejects_can_be_named(segtui: Commands, leads: Path) -> None:
    told = segtui("import", "leads.csv", "--rejects", "bad.csv", "--json").json
    assert told["rejects_file"] == "bad.csv"
    assert Path("bad.csv").exists()


def test_a_dry_run_judges_and_writes_nothing(segtui: Commands, leads: Path) -> None:
    told = segtui("import", "leads.csv", "--segment", "Webinar", "--dry-run", "--json").json
    assert (told["import_id"], told["rows"], told["created"], told["rejected"]) == (None, 4, 2, 1)
    assert "nothing was written" in segtui("import", "leads.csv", "--dry-run").out
    assert segtui("segments", "list", "--json").json == []
    assert segtui("imports", "list", "--json").json == []
    assert [path.name for path in Path().iterdir()] == ["leads.csv"]


@pytest.mark.parametrize("content", ["", "phone,email\n", "phone,email\nx,y\n", "\n\n"])
def test_a_file_that_brings_nothing_prints_its_document_and_ends_with_1(segtui: Commands, content: str) -> None:
    Path("empty.csv").write_text(content)
    ran = segtui.attempt("import", "empty.csv", "--segment", "Webinar", "--json")
    assert ran.status == 1
    assert list(ran.json) == KEYS
    assert ran.json["created"] == 0
    assert ran.err
    assert segtui("segments", "list", "--json").json == []
    human = segtui.attempt("import", "empty.csv", "--segment", "Webinar")
    assert human.status == 1


@pytest.mark.parametrize("file", ["missing.csv", ".", "/dev/zero", "picture.csv"])
def test_a_file_that_cannot_be_read_is_status_1(segtui: Commands, file: str) -> None:
    Path("picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    ran = segtui.attempt("import", file, "--json")
    assert ran.status == 1
    assert ran.err
    assert segtui("segments", "list", "--json").json == []


def test_another_file_than_the_one_meant_is_refused(segtui: Commands, leads: Path) -> None:
    right = hashlib.sha256(leads.read_bytes()).hexdigest()
    assert segtui.attempt("import", "leads.csv", "--sha256", "0" * 64).status == 1
    assert segtui("segments", "list", "--json").json == []
    assert segtui("import", "leads.csv", "--sha256", right.upper(), "--json").json["created"] == 2


def test_how_the_file_is_read_can_be_overruled(segtui: Commands) -> None:
    Path("plain.csv").write_bytes("6025550199|Zoë|Phoenix\n".encode("cp1252"))
    told = segtui(
        "import", "plain.csv", "--no-header", "--delimiter", "pipe", "--encoding", "windows-1252", "--json"
    ).json  # fmt: skip
    assert (told["rows"], told["created"]) == (1, 1)


def test_columns_are_sent_where_map_says(segtui: Commands) -> None:
    Path("odd.csv").write_text("phone,a=b,Secret\n+16025550199,Phoenix,x\n")
    segtui("import", "odd.csv", "--segment", "S", "--map", "a=b=city", "--map", "Secret=ignore")
    (contact,) = segtui("contacts", "list", "--json").json["contacts"]
    assert (contact["city"], contact["custom_fields"]) == ("Phoenix", {})


def test_phones_are_read_for_the_region_that_is_named(segtui: Commands) -> None:
    Path("uk.csv").write_text("phone\n020 7946 0018\n")
    assert segtui.attempt("import", "uk.csv").status == 1
    assert segtui("import", "uk.csv", "--region", "GB", "--json").json["created"] == 1


def test_membership_is_replaced_when_asked_for(segtui: Commands, leads: Path) -> None:
    segtui("import", "leads.csv", "--segment", "Webinar")
    Path("one.csv").write_text("phone\n+16025550199\n")
    told = segtui("import", "one.csv", "--segment", "Webinar", "--membership", "replace", "--json").json
    assert (told["added"], told["removed"]) == (0, 1)


def test_existing_contacts_are_overwritten_when_asked_for(segtui: Commands, leads: Path) -> None:
    segtui("import", "leads.csv", "--segment", "Webinar")
    Path("one.csv").write_text("phone,first_name\n+16025550199,Fynn\n")
    assert segtui("import", "one.csv", "--json").json["unchanged"] == 1
    assert segtui("import", "one.csv", "--existing", "overwrite", "--json").json["updated"] == 1


def test_a_do_not_call_list_marks_and_creates_nobody(segtui: Commands, leads: Path) -> None:
    segtui("import", "leads.csv", "--segment", "Webinar")
    Path("never.csv").write_text("phone\n+16025550199\n+12125550100\n")
    told = segtui("import", "never.csv", "--do-not-call", "--json").json
    assert (told["created"], told["segment"]) == (0, None)
    listed = segtui("contacts", "list", "--filter", "do_not_call=yes", "--json").json
    assert (listed["total"], listed["contacts"][0]["phone"]) == (1, "+16025550199")


def test_imports_are_listed_and_shown(segtui: Commands, leads: Path) -> None:
    assert segtui("imports", "list", "--json").json == []
    made = segtui("import", "leads.csv", "--segment", "Webinar", "--json").json
    (record,) = segtui("imports", "list", "--json").json
    assert list(record) == RECORD_KEYS
    assert record["id"] == made["import_id"]
    assert (record["status"], record["file"], record["segment"]) == ("completed", "leads.csv", "Webinar")
    assert (record["company"], record["user"], record["rows"]) == ("Main", "tester", 4)
    assert record["sha256"] == hashlib.sha256(leads.read_bytes()).hexdigest()
    assert record["size"] == leads.stat().st_size
    assert record["finished_at"].endswith("Z")
    assert segtui("imports", "show", str(record["id"]), "--json").json == record
    assert "leads.csv" in segtui("imports", "list").out
    assert "completed" in segtui("imports", "show", str(record["id"])).out
    assert segtui.attempt("imports", "show", "99").status == 1


def test_an_undo_is_asked_for_and_happens_once(segtui: Commands, leads: Path) -> None:
    number = str(segtui("import", "leads.csv", "--segment", "Webinar", "--json").json["import_id"])
    refused = segtui.attempt("imports", "undo", number)
    assert (refused.status, "--yes" in refused.err) == (1, True)
    assert segtui("contacts", "list", "--json").json["total"] == 2
    assert "2 contacts deleted" in segtui("imports", "undo", number, "--yes").out
    assert segtui("contacts", "list", "--json").json["total"] == 0
    assert segtui("segments", "list", "--json").json == []
    assert segtui("imports", "show", number, "--json").json["status"] == "undone"
    assert segtui.attempt("imports", "undo", number, "--yes").status == 1


def test_with_several_companies_an_import_is_told_which(segtui: Commands, leads: Path) -> None:
    segtui("companies", "create", "Other", "--region", "GB")
    ran = segtui.attempt("import", "leads.csv", "--json")
    assert (ran.status, "--company" in ran.err, ran.out) == (2, True, "")
    assert segtui("import", "leads.csv", "--company", "Other", "--json").json["created"] == 2
    assert "Other" in segtui("imports", "list").out


def test_an_export_imports_back_to_the_same_contacts(segtui: Commands, leads: Path, tmp_path: Path) -> None:
    segtui("import", "leads.csv", "--segment", "Webinar")
    segtui("contacts", "edit", "+16025550199", "organization==1+1", "address='quoted")
    segtui("export", "--segment", "Webinar", "--output", "back.csv")
    other = Commands(str(tmp_path / "other.db"))
    other("import", "back.csv", "--segment", "Webinar")

    def contents(of: Commands) -> list[dict[str, object]]:
        listed = of("contacts", "list", "--json").json["contacts"]
        return [
            {key: value for key, value in contact.items() if key not in {"created", "updated"}} for contact in listed
        ]

    assert contents(other) == contents(segtui)


def test_what_a_file_holds_never_reaches_the_output_raw(segtui: Commands) -> None:
    Path("evil\x1b[2J.csv").write_text('phone,"x\x1b]0;owned\x07"\n"\x1b[31m12",a\n+16025550199,\x9b1m\n')
    ran = segtui("import", "evil\x1b[2J.csv")
    assert "\x1b" not in ran.out
    assert "\x1b" not in segtui("imports", "list").out
    assert "\x1b" not in segtui("imports", "show", "1").out


def test_a_file_of_rejects_that_was_mended_is_never_written_over(segtui: Commands, leads: Path) -> None:
    mended = Path(segtui("import", "leads.csv", "--json").json["rejects_file"])
    mended.write_text(mended.read_text().replace("not an address", "nobody@example.com"))
    kept = mended.read_bytes()
    shown = segtui("import", "leads.csv").out
    assert "The rejected rows are in leads.csv.rejects-2.csv: correct them there" in shown
    again = segtui("import", str(mended), "--json").json
    assert (again["created"], again["rejects_file"]) == (1, None)
    assert mended.read_bytes() == kept


def test_a_file_of_rejects_is_imported_without_being_written_over(segtui: Commands, leads: Path) -> None:
    rejects = Path(segtui("import", "leads.csv", "--json").json["rejects_file"])
    before = rejects.read_bytes()
    ran = segtui.attempt("import", str(rejects), "--json")
    assert (ran.status, ran.json["rejects_file"]) == (1, "leads.csv.rejects.csv.rejects.csv")
    for file in (str(rejects), f"./{rejects}"):
        ran = segtui.attempt("import", str(rejects), "--rejects", file)
        assert (ran.status, "the imported file" in ran.err) == (1, True)
    assert rejects.read_bytes() == before


def test_rejects_never_take_the_place_of_what_standard_input_comes_from(segtui: Commands, leads: Path) -> None:
    rejects = Path(segtui("import", "leads.csv", "--json").json["rejects_file"])
    before = rejects.read_bytes()
    with rejects.open("rb") as file:
        line = segtui.line("import", "-", "--rejects", str(rejects))
        done = subprocess.run(
            line, stdin=file, capture_output=True, env=segtui.environment(), check=False, timeout=60
        )  # fmt: skip
    assert (done.returncode, b"the imported file" in done.stderr) == (1, True)
    assert rejects.read_bytes() == before


def test_rejects_are_only_written_over_rejects(segtui: Commands, leads: Path) -> None:
    mine = Path("mine.csv")
    mine.write_text("phone\n+16025550111\n")
    ran = segtui.attempt("import", "leads.csv", "--rejects", "mine.csv")
    assert (ran.status, "was not written by an import" in ran.err) == (1, True)
    assert mine.read_text() == "phone\n+16025550111\n"
    assert segtui("contacts", "list", "--json").json["total"] == 0
    for _ in range(2):
        assert segtui("import", "leads.csv", "--rejects", "bad.csv", "--json").json["rejects_file"] == "bad.csv"
    assert segtui("import", "leads.csv", "--rejects", os.devnull, "--json").json["rejects_file"] == os.devnull
    assert Path(os.devnull).is_char_device()


def test_what_never_came_to_a_row_is_not_in_the_list(segtui: Commands, leads: Path) -> None:
    for wrong in (
        ("missing.csv",),
        ("leads.csv", "--sha256", "0" * 64),
        ("leads.csv", "--map", "Nothing=phone"),
        ("leads.csv", "--region", "ZZ"),
        ("leads.csv", "--encoding", "nonsense"),
        ("leads.csv", "--rejects", "leads.csv"),
    ):
        assert segtui.attempt("import", *wrong).status in (1, 2)
    assert segtui("imports", "list", "--json").json == []
    Path("bad.csv").write_text("phone\n12\n")
    assert segtui.attempt("import", "bad.csv").status == 1
    assert [record["status"] for record in segtui("imports", "list", "--json").json] == ["failed"]


def test_the_report_says_how_many_are_not_called(segtui: Commands) -> None:
    Path("a.csv").write_text("Name,Phone,Do not call\nAnn,602-555-0101,yes\nBo,602-555-0102,\n", encoding="utf-8")
    sentence = "1 contact of the file must not be called."
    assert sentence in segtui("import", "a.csv", "--dry-run").out
    assert sentence in segtui("import", "a.csv").out


def test_numbers_of_another_region_lead_to_the_region(segtui: Commands) -> None:
    Path("a.csv").write_text("Name,Phone\nAxel,070-174 06 05\nBo,070-174 06 06\n", encoding="utf-8")
    ran = segtui.attempt("import", "a.csv")
    assert "If these are not numbers of US, choose another region." in ran.err
    Path("b.csv").write_text("Name,Phone\nAxel,070-174 06 05\nBo,\n", encoding="utf-8")
    assert "choose another region" not in segtui.attempt("import", "b.csv").err


def test_values_are_set_where_rows_have_none(segtui: Commands, leads: Path) -> None:
    values = ("--set", "source=Webinar", "--set", 'custom."Shoe size"=40')
    number = str(segtui("import", "leads.csv", "--segment", "Webinar", *values, "--json").json["import_id"])
    rows = segtui("contacts", "list", "--json").json["contacts"]
    assert [row["source"] for row in rows] == ["Webinar", "Webinar"]
    assert sorted(row["custom_fields"]["Shoe Size"] for row in rows) == ["40", "44"]
    told = segtui("imports", "show", number, "--json").json
    assert told["set"] == {"source": "Webinar", "custom.Shoe size": "40"}
    assert "source = Webinar, custom.Shoe size = 40" in segtui("imports", "show", number).out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--set", "sourse=x"], "Did you mean “source”?"),
        (["--set", "phone=1"], "Each contact has its own phone"),
        (["--set", "source"], "does not have that form"),
        (["--set", "source=x", "--do-not-call"], "leave out --set"),
    ],
)
def test_a_value_that_cannot_be_set_is_wrong_usage(
    segtui: Commands, leads: Path, options: list[str], says: str
) -> None:
    refused = segtui.attempt("import", "leads.csv", *options)
    assert refused.status == 2
    assert says in refused.err
    assert segtui("imports", "list", "--json").json == []

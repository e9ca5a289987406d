"""From a file to its result with the keyboard, back and forth."""

from pathlib import Path

import pytest
from textual.widgets import Input

from segtui.services.contacts import contacts
from segtui.services.contacts.contacts import ContactQuery
from segtui.services.segments import segments
from segtui.services.session import Session
from segtui.tui.screens.imports.wizard.import_state import Step
from tests.tui.import_wizard.conftest import GOOD, HEADERS, NOT_YET, Import


async def test_a_file_becomes_a_new_segment(importing: Import, good: Path, session: Session) -> None:
    async with importing() as person:
        await person.opens(good)
        await person.see("CSV", "6 columns, 3 rows", "comma", "UTF-8", "line 1", "ann@example.com")
        await person.pilot.press("f10")
        await person.see("[2 Columns]", "First name", "E-mail", "Custom field", "red | blue")
        await person.pilot.press("f10")
        await person.see("[3 Destination]", "(x) New segment", "(x) Fill")
        await person.fill_in("#name", "Spring fair")
        await person.pilot.press("f10")
        await person.see(
            "[4 Check]", "3  new contacts", "0  rejected", "3  rows in the file", "“Spring fair”, a new segment"
        )
        assert segments.total(session) == 0
        await person.pilot.press("f10")
        await person.see(
            "[6 Result]",
            "3  contacts created",
            "“Spring fair” has 3 contacts now: 3 added",
            "Size: test: good for testing.",
        )
        await person.pilot.press("enter")
        await person.until(lambda: person.left_with != NOT_YET, "for the import to end")
    segment = segments.by_name(session, "Spring fair")
    assert person.left_with == segment.id
    assert segment.contacts == 3
    found = contacts.listing(session, ContactQuery(segment_id=segment.id)).first(10)
    assert {each.email for each in found} == {"ann@example.com", "ben@example.com", "cid@example.com"}
    assert {each.custom_fields.get("Favourite colour", "") for each in found} == {"red", "blue", ""}


async def test_the_five_counts_sum_to_the_rows_before_and_after(importing: Import, files: Path) -> None:
    path = files / "mixed.csv"
    path.write_text(GOOD + "Ann,Again,ann@example.com,+1 602 555 0101,,\nNo,Body,,,Web,\n")
    async with importing() as person:
        await person.comes_to(Step.CHECK, path)
        await person.see("3  new contacts", "1  duplicate inside", "1  rejected", "5  rows", "Rejected (1)", "line 6:")
        await person.pilot.press("f10")
        await person.at_step(Step.RESULT)
        await person.see("3  contacts created", "1  duplicate inside", "1  rejected", "5  rows", "rejects.csv")
        result = person.flow.state.result
    assert result is not None
    counted = result.created + result.updated + result.unchanged + result.duplicates + result.rejected
    assert counted == result.rows == 5
    assert (files / "mixed.csv.rejects.csv").read_text().splitlines()[1].startswith("6,")


async def test_escape_goes_back_step_by_step_and_nothing_chosen_is_lost(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.comes_to(Step.CHECK, good, name="Kept name")
        for step in (Step.DESTINATION, Step.COLUMNS, Step.FILE):
            await person.pilot.press("escape")
            await person.at_step(step)
        await person.see("spring.csv", "3 rows")
        for step in (Step.COLUMNS, Step.DESTINATION):
            await person.pilot.press("f10")
            await person.at_step(step)
        assert person.flow.query_one("#name", Input).value == "Kept name"
        for _ in range(3):
            await person.pilot.press("escape")
        await person.until(lambda: person.left_with is None, "for the import to be left")


async def test_what_was_judged_is_judged_again_only_after_a_change(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.comes_to(Step.CHECK, good)
        judged = person.flow.state.judged
        await person.pilot.press("escape", "f10")
        await person.at_step(Step.CHECK)
        assert person.flow.state.judged is judged
        await person.pilot.press("escape")
        await person.fill_in("#name", "Another name")
        await person.pilot.press("f10")
        await person.see("“Another name”, a new segment")


async def test_replace_takes_out_who_is_not_in_the_file(importing: Import, good: Path, session: Session) -> None:
    segment = segments.create(session, "Callers")
    gone = contacts.add(session, {"first_name": "Old", "email": "old@example.com"}, segment.id)
    async with importing(segments.get(session, segment.id)) as person:
        await person.see("Callers > Import")
        await person.comes_to(Step.DESTINATION, good)
        await person.see("(x) Existing segment", "Callers, 1 contact now", "(x) Append")
        person.flow.query_one("#membership").focus()
        await person.pilot.press("down")
        await person.see("(x) Replace")
        await person.pilot.press("f10")
        await person.see("“Callers”, a segment that exists: 3 join it, 1 leaves it")
        await person.pilot.press("f10")
        await person.see("“Callers” has 3 contacts now", "3 added, 1 removed")
        await person.pilot.press("escape")
        await person.until(lambda: person.left_with is None, "for the import to be left")
    assert segments.get(session, segment.id).contacts == 3
    assert contacts.get(session, gone.id).first_name == "Old"


async def test_an_existing_segment_is_found_by_typing(importing: Import, good: Path, session: Session) -> None:
    for name in ("Autumn", "Winter [b]", "Summer"):
        segments.create(session, name)
    async with importing() as person:
        await person.comes_to(Step.DESTINATION, good)
        person.flow.query_one("#into").focus()
        await person.pilot.press("right")
        await person.see("none chosen yet")
        await person.pilot.press("f10")
        await person.see("Choose the segment to fill.")
        await person.pilot.press("enter")
        await person.see("Autumn", "Summer")
        await person.type("wint")
        await person.see_no("Autumn")
        await person.press("enter")
        await person.see("Winter [b], 0 contacts now")
        await person.pilot.press("f10")
        await person.see("“Winter [b]”, a segment that exists: 3 join it")


async def test_without_a_name_the_one_that_is_made_is_said_and_used(
    importing: Import, good: Path, session: Session
) -> None:
    async with importing() as person:
        await person.comes_to(Step.DESTINATION, good)
        person.flow.query_one("#into").focus()
        await person.pilot.press("left")
        await person.see("It will be called “Import spring 20")
        await person.pilot.press("f10")
        await person.see("Into “Import spring 20")
        await person.pilot.press("f10")
        await person.at_step(Step.RESULT)
    assert segments.find(session, segments.SegmentQuery())[0].name.startswith("Import spring 20")


@pytest.mark.parametrize(("existing", "city"), [("fill", "Tucson"), ("overwrite", "Mesa"), ("keep", "Tucson")])
async def test_contacts_that_exist_are_treated_as_was_chosen(
    importing: Import, files: Path, session: Session, existing: str, city: str
) -> None:
    known = contacts.add(session, {"email": "ann@example.com", "city": "Tucson"})
    path = files / "people.csv"
    path.write_text("Email,City\nann@example.com,Mesa\n")
    async with importing() as person:
        await person.comes_to(Step.DESTINATION, path)
        person.flow.query_one("#contacts").focus()
        await person.pilot.press(*["down"] * ["fill", "overwrite", "keep"].index(existing))
        await person.pilot.press("f10")
        await person.see("to update", "1  row in the file")
        await person.pilot.press("f10")
        await person.at_step(Step.RESULT)
    assert contacts.get(session, known.id).city == city


async def test_a_column_is_sent_elsewhere_ignored_and_brought_back(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.comes_to(Step.COLUMNS, good)
        await person.pilot.press("G", "enter")
        await person.see("“Favourite colour” goes to")
        await person.type("status")
        await person.press("enter")
        await person.see("6 of 6 columns go to a field", "You chose this.")
        await person.press("d")
        await person.see("5 of 6 columns go to a field, 1 ignored")
        await person.press("u")
        await person.see("6 of 6 columns go to a field")
        await person.press("u")
        await person.see("5 of 6 columns go to a field, 1 kept as a custom field")
        assert person.flow.state.targets == {}


async def test_without_phone_and_email_the_columns_are_not_left(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.comes_to(Step.COLUMNS, good)
        await person.press("g", "j", "j", "d", "j", "d", "f10")
        await person.see("[2 Columns]", "No column goes to Phone or E-mail")


async def test_undo_puts_everything_back_after_a_question(importing: Import, good: Path, session: Session) -> None:
    async with importing() as person:
        await person.comes_to(Step.CHECK, good)
        await person.pilot.press("f10")
        await person.at_step(Step.RESULT)
        await person.press("u")
        await person.see("Undo this import?")
        await person.press("n", "u", "y")
        await person.see("The import was undone: 3 contacts deleted", "segment is deleted")
        await person.see_no("[ View segment enter ]")
    assert segments.total(session) == contacts.total(session) == 0


async def test_another_file_goes_to_the_same_segment(importing: Import, good: Path) -> None:
    more = good.with_name("more.csv")
    more.write_text(HEADERS + "Dee,Example,dee@example.com,,,\n")
    async with importing() as person:
        await person.comes_to(Step.CHECK, good, name="Callers")
        await person.pilot.press("f10")
        await person.at_step(Step.RESULT)
        await person.press("i")
        await person.at_step(Step.FILE)
        await person.comes_to(Step.CHECK, more)
        await person.pilot.press("f10")
        await person.see("“Callers” has 4 contacts now", "1 added")


async def test_q_asks_before_choices_are_lost_and_is_a_letter_in_a_field(importing: Import, good: Path) -> None:
    async with importing() as person:
        await person.comes_to(Step.COLUMNS, good)
        await person.pilot.press("q")
        await person.see("Leave the import?")
        await person.press("escape", "f10")
        await person.at_step(Step.DESTINATION)
        person.flow.query_one("#name").focus()
        await person.press("q", "question_mark")
        assert person.flow.query_one("#name", Input).value == "q?"
        await person.press("escape", "q", "y")
        await person.until(lambda: person.left_with is None, "for the import to be left")


async def test_the_columns_are_guessed_anew_for_another_region(importing: Import, files: Path) -> None:
    path = files / "polish.csv"
    path.write_text("Name,Email,Xyz\nAnn,a@example.com,512345101\nBen,b@example.com,600123456\n")
    async with importing() as person:
        await person.comes_to(Step.DESTINATION, path)
        assert [column.target for column in person.flow.state.columns][2] == "custom"
        await person.fill_in("#region", "PL")
        await person.pilot.press("escape")
        await person.at_step(Step.COLUMNS)
        await person.until(lambda: person.flow.state.columns[2].target == "phone", "for the columns")


async def test_rows_without_a_source_get_the_name_of_the_file(importing: Import, files: Path, session: Session) -> None:
    path = files / "fair-2026.csv"
    path.write_text("Email,Lead Source\nann@example.com,Web\nbo@example.com,\n")
    async with importing() as person:
        await person.comes_to(Step.DESTINATION, path)
        await person.see("Where a row has none, set", "[ source=fair-2026 ]")
        await person.fill_in("#name", "Fair")
        await person.fill_in("#values", "sourse=x")
        await person.pilot.press("f10")
        await person.see("There is no field “sourse”. Did you mean “source”?")
        await person.until(lambda: person.flow.focused is person.flow.query_one("#values"), "for the field")
        await person.fill_in("#values", "custom.booth=12")
        person.flow.query_one("#offer").focus()
        await person.pilot.press("enter")
        await person.until(
            lambda: person.flow.query_one("#values", Input).value == "custom.booth=12; source=fair-2026",
            "for the offer",
        )
        await person.pilot.press("f10")
        await person.at_step(Step.CHECK)
        await person.see("2  new contacts")
        await person.pilot.press("f10")
        await person.at_step(Step.RESULT)
    rows = contacts.listing(session, ContactQuery()).first(10)
    assert {(row.email, row.source, row.custom_fields["booth"]) for row in rows} == {
        ("ann@example.com", "Web", "12"),
        ("bo@example.com", "fair-2026", "12"),
    }

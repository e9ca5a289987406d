"""Cells of e-mails: the first address, what is kept of the rest, and no address out of half of a cell."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain.emails import is_email
from segtui.importing.rows.email_cells import email_in, read_email
from tests.importing.support import judged_text


@pytest.mark.parametrize(
    ("text", "email", "rest"),
    [
        ("ann@example.com", "ann@example.com", ""),
        ("Ann@Example.COM", "Ann@Example.COM", ""),
        ("ann.o'lee@example.com", "ann.o'lee@example.com", ""),
        # Signs around it.
        ("ann@example.com.", "ann@example.com", ""),
        ("ann@example.com,", "ann@example.com", ""),
        ("'ann@example.com'", "ann@example.com", ""),
        ("'ann@example.com", "ann@example.com", ""),
        ("“ann@example.com”", "ann@example.com", ""),
        ('"ann@example.com"', "ann@example.com", ""),
        ("<ann@example.com>", "ann@example.com", ""),
        ("[ann@example.com]", "ann@example.com", ""),
        ("(ann@example.com)", "ann@example.com", ""),
        ("mailto:ann@example.com", "ann@example.com", ""),
        ("mailto:ann@example.com?subject=Hi", "ann@example.com", "mailto:ann@example.com?subject=Hi"),
        ("MAILTO: ann@example.com", "ann@example.com", ""),
        ("E-mail: ann@example.com", "ann@example.com", ""),
        # Words beside it.
        ("ann@example.com (work)", "ann@example.com", "ann@example.com (work)"),
        ("ann@example.com mobile", "ann@example.com", "ann@example.com mobile"),
        ("ann@example.com w", "ann@example.com", "ann@example.com w"),
        ("ann@example.co (m)", "ann@example.co", "ann@example.co (m)"),
        ("ann@example.org NL", "ann@example.org", "ann@example.org NL"),
        ("ann@example.com de Juan", "ann@example.com", "ann@example.com de Juan"),
        ("ann@example.com\nmobile", "ann@example.com", "mobile"),
        ("Ann (ann@example.com)", "ann@example.com", "Ann (ann@example.com)"),
        ("Ann Lee <ann@example.com>", "ann@example.com", "Ann Lee <ann@example.com>"),
        ("Work: ann@example.com", "ann@example.com", "Work: ann@example.com"),
        # Marks nobody sees.
        ("\u200bann@example.com", "ann@example.com", ""),
        ("ann@exam\u00adple.com", "ann@example.com", ""),
        ("\u202aann@example.com\u202c", "ann@example.com", ""),
        ("\u00a0ann@example.com\ufeff", "ann@example.com", ""),
        # Several.
        ("a@example.com, b@example.com", "a@example.com", "b@example.com"),
        ("a@example.com; b@example.com; c@example.com", "a@example.com", "b@example.com ::: c@example.com"),
        ("a@example.com\nb@example.com", "a@example.com", "b@example.com"),
        ("a@example.com / b@example.com", "a@example.com", "b@example.com"),
        ("a@example.com<br>b@example.com", "a@example.com", "b@example.com"),
        ("a@example.com b@example.com", "a@example.com", "a@example.com b@example.com"),
        ("a@example.com or b@example.com", "a@example.com", "a@example.com or b@example.com"),
        ("n/a; b@example.com", "b@example.com", "n/a"),
        # What may be half of an address is none.
        ("ann lee@example.com", None, ""),
        ("bob@example,com", None, ""),
        ("bob@example.co m", None, ""),
        ("bob@example.or g (work)", None, ""),
        ("Bob <bob@example.co m>", None, ""),
        ("mailto:bob@example.CO M", None, ""),
        ("bob@example.co\u00a0m", None, ""),
        ("bob@example.co\nm", None, ""),
        ("bob@example.comp any", None, ""),
        ("bob@example.co uk", None, ""),
        ("bob@example.com au", None, ""),
        ("bob@example.co.u k", None, ""),
        ("bob@example.c om", None, ""),
        ("bob@example .com", None, ""),
        ("bob@example.co m, b@example.com", "b@example.com", "bob@example.co m"),
        ("bob@example", None, ""),
        ("a@b@c", None, ""),
        ("@example.com", None, ""),
        ("ann at example.com", None, ""),
        ("n/a", None, ""),
        ("", None, ""),
    ],
)
def test_a_cell_gives_its_first_address(text: str, email: str | None, rest: str) -> None:
    reading = read_email(text)
    assert (reading.value, reading.rest) == (email, rest)


def test_an_address_has_no_marks_without_width() -> None:
    assert is_email("ann@example.com")
    assert not is_email("a\u200bnn@example.com")
    assert not is_email("ann@example.com\u2060")


@given(st.text(st.sampled_from("ab.@@@ ,;:<>()[]'\"-\u200b\u00a0/com1"), max_size=24))
def test_an_address_stands_in_its_cell(text: str) -> None:
    reading = read_email(text)
    if reading.value is None:
        assert reading.remark
    else:
        assert is_email(reading.value)
        assert reading.value in text.replace("\u200b", "")
    assert email_in(text) == reading.value


@pytest.mark.parametrize("rows", [1, 300])
def test_a_blank_in_the_last_label_leaves_a_remark_and_a_custom_field(tmp_path: Path, rows: int) -> None:
    text = "Phone,Email\n" + "".join(f"602-555-{n:04},bob@example.co m\n" for n in range(rows))
    result = judged_text(tmp_path, text)
    assert {contact["email"] for contact in result.contacts} == {None}
    assert {contact["custom_fields"] for contact in result.contacts} == {'{"Email":"bob@example.co m"}'}
    assert {warning.text for warning in result.warnings} == {"“bob@example.co m” is not a valid e-mail address"}


@pytest.mark.parametrize("rows", [1, 300])
def test_what_cannot_be_read_stays_as_a_custom_field(tmp_path: Path, rows: int) -> None:
    text = "Phone,Email\n" + "".join(f'602-555-{n:04},"bob@example,com"\n' for n in range(rows))
    result = judged_text(tmp_path, text)
    assert {contact["custom_fields"] for contact in result.contacts} == {'{"Email":"bob@example,com"}'}
    assert len(result.warnings) == rows


def test_several_addresses_without_a_sign_between_them_are_told(tmp_path: Path) -> None:
    result = judged_text(tmp_path, "Email\na@example.com b@example.com\n")
    assert result.contacts[0]["email"] == "a@example.com"
    assert result.contacts[0]["custom_fields"] == '{"Email":"a@example.com b@example.com"}'
    assert [warning.text for warning in result.warnings] == [
        "“a@example.com b@example.com” holds several e-mail addresses; a@example.com was taken"
    ]


def test_marks_nobody_sees_do_not_make_two_people_of_one(tmp_path: Path) -> None:
    cells = ["ann@example.com", "\u200bann@example.com", "'ann@example.com'"]
    result = judged_text(tmp_path, "Name,Email\n" + "".join(f"Ann,{cell}\n" for cell in cells))
    assert [contact["email_key"] for contact in result.contacts] == ["ann@example.com"] * 3

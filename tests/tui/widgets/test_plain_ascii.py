"""What terminals get that show nothing but ASCII."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from segtui.tui.widgets.terminal.plain_ascii import plain_ascii, spelled_in_ascii


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain", "plain"),
        ("╭──╮│ a │╰──╯", "+--+| a |+--+"),
        ("Name ▲ ▼ ► …", "Name ^ v > ~"),
        ("Source: Webinar ×", "Source: Webinar x"),
        ("“Leads” – it’s", '"Leads" - it\'s'),
        ("Zoë Müller, Île-de-France", "Zoe Muller, Ile-de-France"),
        ("Straße Ærø Łódź", "Strase Aro Lodz"),
        ("王さん!", "??????!"),
        ("e\u0301", "e"),
    ],
)
def test_signs_and_letters_have_their_likes(text: str, plain: str) -> None:
    assert plain_ascii(text) == plain


def test_a_table_spells_letters_that_are_two_in_ascii() -> None:
    assert spelled_in_ascii("Straße Ærø, Quiñones 東") == "Strasse AEro, Quinones ?"


@given(st.text())
def test_it_is_ascii_and_as_wide_as_it_was(text: str) -> None:
    plain = plain_ascii(text)
    assert plain.isascii()
    assert text.isascii() is (plain == text) or cell_len(text) == 0
    for run in text.split():
        if len(run) == 1:
            assert cell_len(plain_ascii(run)) == cell_len(run)

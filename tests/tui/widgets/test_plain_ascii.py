"""What terminals get that show nothing but ASCII."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from segtui.tui.widgets.terminal.plain_ascii import plain_ascii


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain", "plain"),
        ("╭──╮│ a │╰──╯", "+--+| a |+--+"),
        ("Name ▲ ▼ ► …", "Name ^ v > ~"),
        ("Source: Webinar ×", "Source: Webinar x"),
        ("“Leads” – it’s", '"Leads" - it\'s'),
        ("Zoë Müller", "Zo? M?ller"),
        ("王さん!", "??????!"),
        ("e\u0301", "e"),
    ],
)
def test_signs_have_their_likes_and_letters_are_question_marks(text: str, plain: str) -> None:
    assert plain_ascii(text) == plain


@given(st.text())
def test_it_is_ascii_and_as_wide_as_it_was(text: str) -> None:
    plain = plain_ascii(text)
    assert plain.isascii()
    assert text.isascii() is (plain == text) or cell_len(text) == 0
    for run in text.split():
        if len(run) == 1:
            assert cell_len(plain_ascii(run)) == cell_len(run)

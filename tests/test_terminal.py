"""What is found out about the terminal before anything is drawn."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("variables", "unicode"),
    [
        ({}, True),
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "de_DE.utf8@euro"}, True),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, False),
        ({"LC_ALL": "C"}, False),
        ({"LANG": "C"}, False),
        ({"LANG": "POSIX"}, False),
        ({"LANG": "en_US.ISO-8859-1"}, False),
        ({"LC_CTYPE": "de_DE.ISO-8859-15@euro", "LANG": "en_US.UTF-8"}, False),
    ],
    ids=str,
)
def test_signs_are_drawn_where_the_locale_has_them(variables: dict[str, str], unicode: bool) -> None:
    code = "from segtui.terminal import is_unicode; print(is_unicode())"
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(unicode)

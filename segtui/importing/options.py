"""Options of an import that overrule the recognition of a file. Imports nothing heavy."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from segtui.errors import InvalidInput

# Words people use for a delimiter that is awkward to type.
_DELIMITER_WORDS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "pipe": "|",
    "bar": "|",
    "colon": ":",
    "space": " ",
}
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", ":": "colon", " ": "space"}


@dataclass(frozen=True)
class ReadOptions:
    """Options for reading a file; None everywhere means that it is recognised.

    `header`: False means that the first line is a row already, True that there is a header. `mapping` goes from a
    header (or the number of a column) to a field's name, `ignore` or `custom`; see `segtui.importing.TARGETS`.
    `remembered` is the same from an earlier import of such a file, by exact headers, and weaker; None: not looked up.
    `region` (ISO 3166 alpha-2) is tried when the values of a column have to show if they are phones. `skip_hidden`
    leaves out the rows of a sheet that are hidden or filtered out.
    """

    delimiter: str | None = None
    encoding: str | None = None
    header: bool | None = None
    sheet: str | None = None
    skip_hidden: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    remembered: Mapping[str, str] | None = None
    region: str | None = None


def delimiter_of(text: str) -> str:
    """Return the delimiter for a text: one character, or a word such as `tab`. Raises InvalidInput."""
    delimiter = _DELIMITER_WORDS.get(text.strip().lower(), text)
    if len(delimiter) != 1 or delimiter in '"\r\n' or delimiter.isalnum():
        raise InvalidInput(
            f"“{text}” is not a delimiter: give one character, or the word comma, semicolon, tab or pipe.", "delimiter"
        )
    return delimiter

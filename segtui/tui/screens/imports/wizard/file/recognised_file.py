"""Properties recognised in a file: its format, the options of reading it, and its first rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Select, Static

from segtui.domain.text import clean, counted
from segtui.importing.options import DELIMITER_NAMES, ReadOptions
from segtui.tui.screens.imports.wizard.file.paths import size_text
from segtui.tui.screens.imports.wizard.file.preview import Preview
from segtui.tui.screens.imports.wizard.wizard_step import Problem

if TYPE_CHECKING:
    from segtui.importing import Source

_FOUND = ""
_ENCODINGS = (
    "utf-8", "windows-1252", "utf-16", "latin-1", "windows-1250", "windows-1251", "windows-1253", "windows-1254",
    "windows-1255", "windows-1256", "windows-1257", "windows-874", "koi8-r", "ibm850", "ibm866", "macintosh",
    "shift_jis", "euc-jp", "iso-2022-jp", "gb18030", "big5", "euc-kr",
)  # fmt: skip
_HEADER = {"yes": True, "no": False}
_SKIP = "skip"
_CHOICES = ("sheet", "hidden", "delimiter", "encoding", "header")
"""The ways to read a file differently; each file has some of them."""

Choices = Sequence[tuple[str, str]]


class ReadingChoice(Select[str]):
    """An option of reading the file. Its first choice is what was recognised."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__([("", _FOUND)], value=_FOUND, allow_blank=False, compact=True, id=id)

    def offer(self, choices: Choices, selected: str) -> None:
        """Offer `choices`, pairs of words and value, without telling anybody."""
        with self.prevent(Select.Changed):
            # A Content, where the type says that a string is expected, is shown as it is; a string would be markup.
            self.set_options([(Content(clean(words)), value) for words, value in choices])
            # The words can be others while the value is the same; only a value that changes is drawn anew.
            self.value = choices[-1][1]
            self.value = selected


class Recognised(Vertical):
    """Shows a `Source`. Posts `Overruled` when the user changes the reading options."""

    class Overruled(Message):
        """The file is to be read like this."""

        def __init__(self, reading: ReadOptions) -> None:
            super().__init__()
            self.reading = reading

    def __init__(self, *, id: str) -> None:  # noqa: A002 -- Textual's name for it
        super().__init__(id=id)
        self._reading = ReadOptions()

    def compose(self) -> ComposeResult:
        """Lay out the widgets."""
        yield Static("", id="file-about", markup=False)
        with Horizontal(id="reading"):
            for name in _CHOICES:
                yield Static(name.capitalize(), id=f"{name}-label", classes="import-label")
                yield ReadingChoice(id=name)
        yield Problem(id="reading-problem")
        yield Static("", id="findings", markup=False)
        yield Preview(id="preview")

    def show(self, source: "Source", reading: ReadOptions) -> None:
        """Show a file that was read in this way."""
        self._reading = reading
        self.query_one("#file-about", Static).update(about(source))
        findings = self.query_one("#findings", Static)
        remarks = notes(source)
        findings.update(Content(clean(". ".join(remarks)) + "."))
        findings.display = bool(remarks)
        self.complain()
        self._offer(source)
        self.query_one(Preview).show(source.headers, source.preview)

    def complain(self, sentence: object = "") -> None:
        """Say why the file cannot be read in the way that was asked for, and show the way it was read before."""
        self.query_one("#reading-problem", Problem).say(sentence)

    def go_to_rows(self) -> None:
        """Put the cursor into the first rows, where arrows scroll."""
        self.query_one(Preview).focus()

    def _offer(self, source: "Source") -> None:
        reading = self._reading
        delimiter = DELIMITER_NAMES.get(source.delimiter or "", source.delimiter or "none")
        header = f"line {source.header_line:,}" if source.header_line else "none"
        header_chosen = {None: _FOUND, True: "yes", False: "no"}[reading.header]
        sheets = [(sheet, sheet) for sheet in source.sheets]
        self._fill("sheet", source.sheet or "", sheets, reading.sheet or _FOUND)
        self.query_one("#hidden", ReadingChoice).offer(
            [("import", _FOUND), ("skip", _SKIP)], _SKIP if reading.skip_hidden else _FOUND
        )
        possible = choices_of(source)
        for name in _CHOICES:
            self.query_one(f"#{name}").display = self.query_one(f"#{name}-label").display = name in possible
        delimiters = [(name, char) for char, name in DELIMITER_NAMES.items() if char in ",;\t|"]
        self._fill("delimiter", delimiter, delimiters, reading.delimiter or _FOUND)
        guess = f"{source.encoding} (a guess)" if source.encoding_guessed else source.encoding
        self._fill("encoding", guess, [(name, name) for name in _ENCODINGS], reading.encoding or _FOUND)
        self._fill("header", header, [("there is one", "yes"), ("none", "no")], header_chosen)

    def _fill(self, name: str, detected: str, choices: Choices, value: str) -> None:
        first = detected if value == _FOUND else "recognise it"
        self.query_one(f"#{name}", ReadingChoice).offer([(first, _FOUND), *choices], value)

    @on(Select.Changed)
    def _changed(self, event: Select.Changed) -> None:
        event.stop()
        name, value = event.select.id, str(event.value)
        if name == "sheet":
            reading = replace(self._reading, sheet=value or None)
        elif name == "hidden":
            reading = replace(self._reading, skip_hidden=value == _SKIP)
        elif name == "delimiter":
            reading = replace(self._reading, delimiter=value or None)
        elif name == "encoding":
            reading = replace(self._reading, encoding=value or None)
        else:
            reading = replace(self._reading, header=_HEADER.get(value))
        if reading != self._reading:
            self.post_message(self.Overruled(reading))


def choices_of(source: "Source") -> set[str]:
    """Return the ways to read a file of this kind differently."""
    if source.format == "vCard":
        return {"encoding"}
    if source.sheets:
        hidden = {"hidden"} if source.hidden_rows else set()
        encoding = {"encoding"} if source.encoding else set()
        return {"sheet", "header"} | hidden | encoding
    return {"delimiter", "encoding", "header"}


def about(source: "Source") -> Content:
    """Return what a file was recognised as, on one line."""
    # Of a large file only the beginning was read so far.
    exactly = source.rows is not None
    return Content.assemble(
        (clean(source.name), "bold"),
        f": {clean(source.format)}, {size_text(source.size)}, {counted(len(source.headers), 'column')}, "
        f"{'' if exactly else 'about '}{counted(source.estimated_rows, 'row')}",
    )


def notes(source: "Source") -> list[str]:
    """Return the findings that are not already told by the choices of how the file is read."""
    delimiter = DELIMITER_NAMES.get(source.delimiter, source.delimiter)
    told = {
        f"Sheet “{source.sheet}”, one of {len(source.sheets)}",
        source.encoding,
        f"Cells separated by {delimiter}",
        f"Header in line {source.header_line}",
    }
    return [finding for finding in source.findings if finding not in told]

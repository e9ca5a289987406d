"""Which way a text goes to the clipboard, and what is said about it."""

import base64
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App

from segtui.errors import InvalidInput, SegtuiError
from segtui.tui.widgets.chrome.clipboard import MAX_BYTES, copy, sequence


class Driver:
    """Keeps what would go to the terminal."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, data: str) -> None:
        self.written.append(data)


@pytest.fixture
def app() -> App[Any]:
    app: App[Any] = App()
    app._driver = Driver()  # type: ignore[assignment]
    return app


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")


def written(app: App[Any]) -> str:
    assert isinstance(app._driver, Driver)
    return "".join(app._driver.written)


def copied(sent: str) -> bytes:
    """Return what a terminal puts into its clipboard."""
    assert sent.startswith("\x1b]52;c;")
    assert sent.endswith("\x07")
    return base64.b64decode(sent.removeprefix("\x1b]52;c;").removesuffix("\x07"), validate=True)


def test_it_goes_to_the_terminal_and_says_so(app: App[Any]) -> None:
    said = copy(app, "Zoë\t+16025550102")
    assert copied(written(app)) == "Zoë\t+16025550102".encode()
    assert said == "17 bytes went through the terminal (OSC 52) to its clipboard; some terminals ask first, or refuse."


def test_what_is_too_much_is_not_sent_at_all(app: App[Any]) -> None:
    with pytest.raises(InvalidInput, match=r"too much.*74,995 bytes, where 74,994 are the most.*[Ee]xport"):
        copy(app, "x" * (MAX_BYTES + 1))
    with pytest.raises(InvalidInput):
        copy(app, "é" * (MAX_BYTES // 2 + 1))
    assert written(app) == ""
    copy(app, "x" * MAX_BYTES)
    assert len(written(app)) <= 100_000


def test_the_linux_console_has_none(app: App[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    with pytest.raises(SegtuiError, match="The Linux console has no clipboard"):
        copy(app, "x")
    assert written(app) == ""


def tmux(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a tmux of our own before every other, inside of which we are."""
    program = folder / "tmux"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("TMUX", "/nowhere,1,0")


def test_tmux_gets_it_by_its_own_command(app: App[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmux(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/arguments; cat > {tmp_path}/buffer')
    said = copy(app, "a\tb\nc\td")
    assert (tmp_path / "arguments").read_text() == "load-buffer -w -\n"
    assert (tmp_path / "buffer").read_text() == "a\tb\nc\td"
    assert "7 bytes in tmux's buffer" in said
    assert written(app) == ""


@pytest.mark.parametrize("script", ["exit 1", "sleep 9"])
def test_a_tmux_that_cannot_take_it_is_asked_to_pass_it_on(
    app: App[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr("segtui.tui.widgets.chrome.clipboard._TMUX_SECONDS", 0.5)
    tmux(tmp_path, monkeypatch, script)
    said = copy(app, "a")
    assert written(app) == "\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\"
    assert "through tmux and the terminal" in said


def test_without_the_program_tmux_it_is_passed_on_too(app: App[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMUX", "/nowhere,1,0")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError()))
    copy(app, "a")
    assert written(app).startswith("\x1bPtmux;")


@given(st.binary(max_size=3000))
def test_gnu_screen_gets_short_pieces_that_make_up_the_whole(data: bytes) -> None:
    sent = sequence(data, {"STY": "1.pts-0.host", "TERM": "screen"})
    assert sent.startswith("\x1bP")
    assert sent.endswith("\x1b\\")
    pieces = sent.removeprefix("\x1bP").removesuffix("\x1b\\").split("\x1b\\\x1bP")
    assert max(map(len, pieces)) <= 252
    assert copied("".join(pieces)) == data


def test_gnu_screen_is_named(app: App[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STY", "1.pts-0.host")
    assert "through GNU screen and the terminal" in copy(app, "a")
    assert written(app) == "\x1bP\x1b]52;c;YQ==\x07\x1b\\"


def test_what_cannot_be_encoded_is_no_error(app: App[Any]) -> None:
    copy(app, "a\ud800b")
    assert copied(written(app)) == b"a?b"


def test_who_came_in_over_ssh_is_in_no_tmux_of_the_server(
    app: App[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmux(tmp_path, monkeypatch, f"touch {tmp_path}/was_run")
    monkeypatch.setenv("STY", "1.pts-0.host")
    app.is_locked_down = True  # type: ignore[attr-defined]
    assert "went through the terminal (OSC 52)" in copy(app, "a")
    assert written(app) == "\x1b]52;c;YQ==\x07"
    assert not (tmp_path / "was_run").exists()

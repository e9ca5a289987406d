"""Reading a workbook in its own process, with limits: a file made to fill the memory takes down that process alone.

The process gets the workbook as its standard input, writes the sheet to a file it inherits, and answers with one JSON
document. It ends by itself when its parent is gone.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from segtui.errors import IMPORT_CANCELLED, Cancelled, InvalidInput, SegtuiError, UnreadableFile
from segtui.importing.file_opening import OpenFile
from segtui.importing.readers.file_type import Container
from segtui.importing.readers.workbooks.workbook import SheetText, open_workbook, sheet_as_text

MAX_MEMORY: Final = 2 << 30
"""Limit of the address space, in bytes. A full sheet of a million rows takes 0.3 GB."""
MAX_SECONDS: Final = 900
"""Limit of the processor time, in seconds. A full sheet of a million rows with ten columns takes a minute."""
MAX_FILE: Final = 4 << 30
"""Limit of the sheet as text, in bytes: each of its MAX_SHEET_CHARS characters may take four."""
_AS_CSV: Final = "save the sheet as CSV and import that"
_POLL: Final = 0.1
"""Seconds between two checks for a cancelled import."""


def sheet_of_file(
    file: OpenFile,
    kind: Container,
    sheet_name: str | None,
    cancelled: Callable[[], bool] | None = None,
    *,
    skip_hidden: bool = False,
) -> SheetText:
    """Return a sheet of a workbook as text: `sheet_name`, or one with contacts; see `workbook.sheet_as_text`.

    Raises UnreadableFile, InvalidInput, and Cancelled when `cancelled`, which is called repeatedly, returns True.
    """
    try:
        text = tempfile.TemporaryFile(prefix="segtui-")  # noqa: SIM115  # the caller closes it
    except OSError as error:
        raise _unread(error) from error
    try:
        request = {"kind": kind, "sheet_name": sheet_name, "skip_hidden": skip_hidden}
        answer = _answer(file, text.fileno(), request, cancelled)
        return SheetText(**{**answer, "file": OpenFile(text), "sheets": tuple(answer["sheets"])})
    except OSError as error:  # too many processes, or no memory for one
        text.close()
        raise _unread(error) from error
    except BaseException:
        text.close()
        raise


def _unread(error: OSError) -> UnreadableFile:
    return UnreadableFile(f"The workbook could not be read: {error.strerror or error}.")


def _answer(
    file: OpenFile, output: int, request: Mapping[str, Any], cancelled: Callable[[], bool] | None
) -> dict[str, Any]:
    command = [sys.executable, "-I", "-m", __name__, str(os.getpid()), str(output), json.dumps(request)]
    process = subprocess.Popen(  # noqa: S603  # this module, and a descriptor
        command, stdin=file.fileno(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, pass_fds=(output,)
    )
    try:
        answer = _wait(process, cancelled)
    finally:
        process.kill()  # no effect if it has ended
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    if process.returncode or not answer:
        raise UnreadableFile(_end_reason(process.returncode))
    reply: dict[str, Any] = json.loads(answer)
    if "field" in reply:
        raise InvalidInput(reply["error"], reply["field"])
    if "error" in reply:
        raise UnreadableFile(reply["error"])
    return reply


def _wait(process: "subprocess.Popen[bytes]", cancelled: Callable[[], bool] | None) -> bytes:
    while True:
        try:
            return process.communicate(timeout=_POLL)[0]
        except subprocess.TimeoutExpired:
            if cancelled is not None and cancelled():
                raise Cancelled(IMPORT_CANCELLED) from None


def _end_reason(status: int) -> str:
    if status == -signal.SIGXCPU:
        return f"The workbook takes more than {MAX_SECONDS // 60} minutes to read; {_AS_CSV}."
    how = f"by signal {-status}" if status < 0 else f"with status {status}"
    return f"Reading the workbook ended {how}; {_AS_CSV}."


def main(output: int, request: Mapping[str, Any]) -> dict[str, Any]:
    """Read the workbook on standard input and return the answer."""
    try:
        workbook = open_workbook(OpenFile(os.fdopen(0, "rb", closefd=False)), request["kind"])
        output_file = os.fdopen(output, "wb")
        sheet = sheet_as_text(workbook, request["sheet_name"], output_file, skip_hidden=request["skip_hidden"])
    except InvalidInput as error:
        return {"error": str(error), "field": error.field}
    except SegtuiError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"The workbook needs more than {MAX_MEMORY >> 20:,} MB of memory; {_AS_CSV}."}
    # Not `dataclasses.asdict`: it would copy the file.
    answer = {name: getattr(sheet, name) for name in SheetText.__slots__ if name != "file"}
    return {**answer, "uncomputed": list(sheet.uncomputed)}


def _limit() -> None:
    """Set the limits of this process; lower existing limits stay."""
    import resource

    limits = {
        resource.RLIMIT_AS: MAX_MEMORY,
        resource.RLIMIT_CPU: MAX_SECONDS,
        resource.RLIMIT_FSIZE: MAX_FILE,
        resource.RLIMIT_CORE: 0,
    }
    for kind, maximum in limits.items():
        hard = resource.getrlimit(kind)[1]
        limit = maximum if hard == resource.RLIM_INFINITY else min(maximum, hard)
        with suppress(ValueError, OSError):  # some systems lack some of them
            resource.setrlimit(kind, (limit, limit))


def _end_with(parent: int) -> None:
    """End this process once its parent has ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, name="watching the parent", daemon=True).start()


if __name__ == "__main__":
    _limit()
    _end_with(int(sys.argv[1]))
    sys.stdout.write(json.dumps(main(int(sys.argv[2]), json.loads(sys.argv[3]))))

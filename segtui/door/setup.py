"""Carrying out the plan: step by step, each of which may be done again, and back where sshd does not take it."""

import os
import subprocess
from collections.abc import Iterator

from segtui.door.plan import Command, File, Plan, reload_command
from segtui.errors import SegtuiError
from segtui.text import clean


def written(plan: Plan) -> str:
    """Return the plan as it can be read, and pasted into a shell of root's."""
    parts = []
    for step in plan.steps():
        why = f"# {step.why}\n" if step.why else ""
        parts.append(f"{why}{'# (there already) ' if step.done and isinstance(step, Command) else ''}{step.text}")
    told = " ".join(reload_command()) or "kill -HUP the process of sshd"
    parts.append(f"# Then sshd reads it: {told}")
    return "\n\n".join(parts) + "\n"


def carry_out(plan: Plan) -> Iterator[str]:
    """Do it, and yield a sentence for each step. Raises SegtuiError for who is not root, and for a step that fails."""
    if os.geteuid() != 0:
        raise SegtuiError("Only root can set this up: repeat it with sudo, or leave --write out to see what it does.")
    before = plan.sshd_file.read_bytes() if plan.sshd_file.exists() else None
    for step in plan.steps():
        if step.done:
            yield f"There already: {step.path if isinstance(step, File) else step.text}"
            continue
        try:
            yield _done(step)
        except SegtuiError:
            if isinstance(step, Command) and step.words[-1] == "-t":
                _restore(plan, before)
            raise
    if told := reload_command():
        yield _done(Command("", told))
    else:
        yield "Now let sshd read its configuration again: send it SIGHUP, or restart it."


def _done(step: Command | File) -> str:
    if isinstance(step, File):
        _write(step)
        return f"Wrote {step.path}"
    try:
        ran = subprocess.run(  # noqa: S603  the plan's
            step.words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd="/"
        )
    except OSError as error:
        raise SegtuiError(f"{step.words[0]} cannot be run: {error.strerror or error}.") from error
    if ran.returncode != 0:
        said = clean((ran.stderr or ran.stdout).strip()) or f"status {ran.returncode}"
        raise SegtuiError(f"This failed: {step.text}: {said}")
    return f"Done: {step.text}"


def _write(step: File) -> None:
    import shutil

    try:
        step.path.parent.mkdir(mode=0o755, exist_ok=True)
        partial = step.path.with_name(f".{step.path.name}.new")
        partial.unlink(missing_ok=True)
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(step.content)
        shutil.chown(partial, "root", step.group)
        partial.chmod(step.mode)
        partial.replace(step.path)
    except (OSError, LookupError) as error:
        raise SegtuiError(f"{step.path} cannot be written: {error}.") from error


def _restore(plan: Plan, before: bytes | None) -> None:
    """Put sshd's part back as it was: one it does not understand would keep it from starting again."""
    if before is None:
        plan.sshd_file.unlink(missing_ok=True)
    else:
        plan.sshd_file.write_bytes(before)

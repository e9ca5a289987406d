"""`python -m segtui.ssh.warm.bytecode_probe`: prints the source files of a session without current bytecode, by line.

Every session compiles these files again, because the service account cannot write their `.pyc`. `ssh check` runs it as
that account, which has to be able to read them.
"""

import sys
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import ModuleType

from segtui.ssh.warm.preloading import preload


def stale_modules() -> list[str]:
    """Return the source files of all imported modules whose bytecode is missing or of another source."""
    sources = (_source_to_compile(module) for module in list(sys.modules.values()))
    return sorted({source for source in sources if source})


def _source_to_compile(module: ModuleType) -> str:
    """Return the source file of a module that its import compiled; empty if there was none to compile."""
    spec = getattr(module, "__spec__", None)
    if spec is None or not spec.has_location or spec.cached is None or spec.origin == spec.cached:
        return ""
    return "" if _is_current(Path(spec.cached), Path(spec.origin)) else str(spec.origin)


def _is_current(bytecode: Path, source: Path) -> bool:
    """Return True if the header of a `.pyc` names this interpreter and the source as it is (PEP 552)."""
    try:
        with bytecode.open("rb") as file:
            header = file.read(16)
        state = source.stat()
    except OSError:
        return False
    flags, modified, size = (int.from_bytes(header[start : start + 4], "little") for start in (4, 8, 12))
    if header[:4] != MAGIC_NUMBER or len(header) < 16:
        return False
    # A flag: the `.pyc` has a hash of the source instead, and says whether imports compare it.
    return bool(flags) or (modified, size) == (int(state.st_mtime) & 0xFFFFFFFF, state.st_size & 0xFFFFFFFF)


def main() -> int:
    """Print the files and return 0."""
    sys.dont_write_bytecode = True  # the check reports it, and does not repair it
    preload()
    sys.stdout.writelines(f"{path}\n" for path in stale_modules())
    return 0


if __name__ == "__main__":
    sys.exit(main())

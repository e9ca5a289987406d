"""File permissions, judged from owners and modes: who could change the program, and can the account reach it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from segtui.domain.text import clean
from segtui.ssh.host import Account, FileState, Host


@dataclass(frozen=True, slots=True)
class Program:
    """Location of the program that every session runs: its interpreter as called, its environment, its code."""

    executable: Path
    paths: tuple[Path, ...]
    """Paths that only root may change, up to /."""
    code: tuple[Path, ...]
    """Folders whose whole content only root may change."""

    @classmethod
    def running(cls) -> "Program":
        """Return the location of the program that runs now."""
        import sys
        import sysconfig

        import segtui

        libraries = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
        paths = (Path(sys.executable), Path(sys.prefix), Path(sys.prefix, "pyvenv.cfg"), Path(sys.base_prefix))
        return cls(Path(sys.executable), paths, tuple(dict.fromkeys((Path(segtui.__file__).parent, *libraries))))


def path_components(host: Host, *paths: Path) -> Iterator[tuple[Path, FileState | None]]:
    """Yield every folder and file on the way to `paths`, from / on, with its state; links are followed too."""
    seen: set[Path] = set()
    todo = list(paths)
    while todo:
        path = todo.pop(0)
        for component in (*reversed(path.parents), path):
            if component in seen:
                continue
            seen.add(component)
            state = host.state(component)
            yield component, state
            if state is not None and state.kind == "link":
                todo.append(host.target(component))


def write_access_problem(host: Host, path: Path, state: FileState) -> str:
    """Return why a user other than root could change `path`, as `/srv is writable by others`; empty if none can."""
    shown = clean(str(path))
    if state.uid:
        return f"{shown} belongs to {clean(host.name_of(state.uid))}"
    if state.kind != "link" and state.mode & 0o022:
        return f"{shown} is writable by {'others' if state.mode & 0o002 else 'its group'}"
    return ""


def write_access_problems(host: Host, paths: Iterable[Path], code: Iterable[Path] = ()) -> list[str]:
    """Return why users other than root could change `paths`, the folders above them, or anything inside `code`."""
    code = tuple(code)
    inside, links = [], []
    for path in (entry for folder in code for entry in host.below(folder)):
        state = host.state(path)
        if state is not None and state.kind == "link":
            links.append(path)
        else:
            inside.append((path, state))
    # The folders above are checked once, not for each of the tens of thousands of files inside.
    checked = (*path_components(host, *paths, *code, *links), *inside)
    problems = (write_access_problem(host, path, state) for path, state in checked if state is not None)
    return [problem for problem in dict.fromkeys(problems) if problem]


def _may(state: FileState, account: Account, bit: int) -> bool:
    shift = 6 if state.uid == account.uid else 3 if state.gid == account.gid else 0
    return account.uid == 0 or bool(state.mode >> shift & bit)


def access_barrier(host: Host, path: Path, account: Account) -> str:
    """Return the component that stops `account` on the way to `path`, as `/root (mode 0700)`; empty if none does."""
    for component, state in path_components(host, path):
        if state is None:
            return f"{clean(str(component))} (it does not exist)"
        if state.kind != "link" and not _may(state, account, 1 if state.kind == "folder" else 4):
            return f"{clean(str(component))} (mode {state.mode:04o})"
    return ""

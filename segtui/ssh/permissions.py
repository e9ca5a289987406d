"""Who could change what everybody runs, and whether the account can reach it: judged from owners and modes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from segtui.domain.text import clean
from segtui.ssh.host import Account, FileState, Host


@dataclass(frozen=True, slots=True)
class Program:
    """Where the program that everybody runs is: its interpreter as it is called, its environment, its code."""

    executable: Path
    places: tuple[Path, ...]
    """What is to be nobody's but root's, up to /."""
    code: tuple[Path, ...]
    """The folders of which that holds for everything inside."""

    @classmethod
    def running(cls) -> "Program":
        """Return where the one is that runs now."""
        import sys
        import sysconfig

        import segtui

        libraries = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
        places = (Path(sys.executable), Path(sys.prefix), Path(sys.prefix, "pyvenv.cfg"), Path(sys.base_prefix))
        return cls(Path(sys.executable), places, tuple(dict.fromkeys((Path(segtui.__file__).parent, *libraries))))


def on_the_way(host: Host, *paths: Path) -> Iterator[tuple[Path, FileState | None]]:
    """Yield everything one comes by on the way to `paths`, from / on, with what it is: also where links lead."""
    seen: set[Path] = set()
    todo = list(paths)
    while todo:
        path = todo.pop(0)
        for each in (*reversed(path.parents), path):
            if each in seen:
                continue
            seen.add(each)
            state = host.state(each)
            yield each, state
            if state is not None and state.kind == "link":
                todo.append(host.target(each))


def not_only_roots(host: Host, path: Path, state: FileState) -> str:
    """Return why somebody else than root could change `path`, as `/srv is writable by others`; empty if nobody can."""
    shown = clean(str(path))
    if state.uid:
        return f"{shown} belongs to {clean(host.name_of(state.uid))}"
    if state.kind != "link" and state.mode & 0o022:
        return f"{shown} is writable by {'others' if state.mode & 0o002 else 'its group'}"
    return ""


def who_else_may_write(host: Host, places: Iterable[Path], code: Iterable[Path] = ()) -> list[str]:
    """Return for each of `places`, of what is above it and of what is inside of `code` why it is not root's alone."""
    code = tuple(code)
    inside, links = [], []
    for path in (each for folder in code for each in host.below(folder)):
        state = host.state(path)
        if state is not None and state.kind == "link":
            links.append(path)
        else:
            inside.append((path, state))
    # What lies inside needs no second look at each folder above it: there are tens of thousands.
    looked_at = (*on_the_way(host, *places, *code, *links), *inside)
    found = (not_only_roots(host, path, state) for path, state in looked_at if state is not None)
    return [why for why in dict.fromkeys(found) if why]


def _may(state: FileState, account: Account, bit: int) -> bool:
    shift = 6 if state.uid == account.uid else 3 if state.gid == account.gid else 0
    return account.uid == 0 or bool(state.mode >> shift & bit)


def barred_at(host: Host, path: Path, account: Account) -> str:
    """Return where `account` does not get on, on the way to `path`, as `/root (mode 0700)`; empty where it does."""
    for each, state in on_the_way(host, path):
        if state is None:
            return f"{clean(str(each))} (it is not there)"
        if state.kind != "link" and not _may(state, account, 1 if state.kind == "folder" else 4):
            return f"{clean(str(each))} (mode {state.mode:04o})"
    return ""

"""ZIP archives: the one file in an archive that can be read as contacts, unpacked in bounded memory."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, Final

from segtui.domain.text import clean
from segtui.errors import UnreadableFile
from segtui.importing.file_opening import BLOCK, OpenFile
from segtui.importing.readers.file_type import is_readable

MAX_FILES: Final = 50
"""Maximum number of files of an archive."""
MAX_UNPACKED: Final = 4 << 30
"""Maximum size of the unpacked file, in bytes."""
MAX_RATIO: Final = 300
"""Maximum compression ratio of a file of more than MAX_UNSUSPECTED bytes; contacts pack to a tenth."""
MAX_UNSUSPECTED: Final = 64 << 20
_MAX_NAMED: Final = 5  # the rest are counted
# Files that macOS and Windows add to archives.
_LITTER: Final = frozenset({"thumbs.db", "desktop.ini"})


def only_readable(file: OpenFile) -> tuple[str, OpenFile]:
    """Return the name and the content of the one file in an archive that can be read. The caller closes it.

    Raises UnreadableFile, naming the files, if there is none or several, and for a damaged archive.
    """
    with _translated_errors(), file.reading() as raw, zipfile.ZipFile(raw) as archive:
        members = [member for member in archive.infolist() if not _is_litter(member)]
        if not members:
            raise UnreadableFile("The ZIP archive has no file in it.")
        if len(members) > MAX_FILES:
            raise UnreadableFile(f"The ZIP archive has {_list(members)}: unpack it and import one file.")
        readable = [member for member in members if is_readable(_head(archive, member))]
        if len(readable) != 1:
            number = "no file that can be read as contacts" if not readable else "several files"
            raise UnreadableFile(
                f"The ZIP archive has {number} ({_list(readable or members)}): unpack it and import one."
            )
        return readable[0].filename.rpartition("/")[2], OpenFile(_unpacked(archive, readable[0]))


def _is_litter(member: zipfile.ZipInfo) -> bool:
    folder, _, name = member.filename.rpartition("/")
    return member.is_dir() or not name or name.startswith(".") or name.lower() in _LITTER or "__MACOSX" in folder


def _list(members: Sequence[zipfile.ZipInfo]) -> str:
    names = ", ".join(clean(member.filename[-80:]) for member in members[:_MAX_NAMED])
    more = len(members) - _MAX_NAMED
    return f"{names} and {more:,} more" if more > 0 else names


def _head(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as stream:
        return stream.read(1 << 16)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO:
    """Return the content of a member as a private file without a name."""
    file = tempfile.TemporaryFile(prefix="segtui-")  # noqa: SIM115  the caller closes it
    try:
        with archive.open(member) as stream:
            size = 0
            while block := stream.read(BLOCK):
                size += len(block)
                if size > MAX_UNPACKED or (size > MAX_UNSUSPECTED and size > MAX_RATIO * member.compress_size):
                    raise UnreadableFile(f"{clean(member.filename)} in the ZIP archive is too large: unpack it first.")
                file.write(block)
        file.flush()
    except BaseException:
        file.close()
        raise
    return file


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Translate every error of a damaged archive into one sentence."""
    try:
        yield
    except RuntimeError as error:  # raised by zipfile for an archive with a password
        raise UnreadableFile("The ZIP archive is protected by a password; unpack it first.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError) as error:
        raise UnreadableFile("The ZIP archive is damaged or cut off; fetch it again.") from error
    except OSError as error:
        raise UnreadableFile(f"The ZIP archive could not be unpacked: {error.strerror or error}.") from error

"""Opens the calling platform that the configuration names."""

import os
import stat
from pathlib import Path

from segtui.config.calling_platform import MAX_TOKEN_LENGTH, CallingSettings, checked_token
from segtui.config.settings import Settings
from segtui.dialer.https_platform import HttpsPlatform
from segtui.domain.text import clean
from segtui.errors import InvalidInput

_OTHERS_MODE = stat.S_IRWXG | stat.S_IRWXO


def open_platform(settings: Settings) -> HttpsPlatform:
    """Return the platform of the settings; the caller closes its connections. Nothing is sent to it yet.

    Raises InvalidInput, in a sentence with the key or the variable to set, if something is missing or wrong.
    """
    calling = settings.calling
    if calling.base_url is None:
        raise InvalidInput(
            "No calling platform is configured: write its address as base_url under [calling] in the configuration, or"
            " set SEGTUI_CALLING_URL.",
            "base_url",
        )
    return HttpsPlatform(calling.base_url, _token(calling))


def _token(calling: CallingSettings) -> str:
    if calling.token is not None:
        return calling.token.text
    if calling.token_file is not None:
        return read_token(Path(calling.token_file))
    raise InvalidInput(
        "There is no token for the calling platform: name the file that holds it as token_file under [calling] in the"
        " configuration, or set SEGTUI_CALLING_TOKEN.",
        "token_file",
    )


def read_token(path: Path) -> str:
    """Return the token in a file, without surrounding white space.

    Raises InvalidInput, in a sentence that never quotes the content, if the file does not exist, is not a file, can be
    read by others than its owner, or holds no token.
    """
    shown = f"token_file {clean(str(path))}"
    try:
        # O_NONBLOCK: opening a pipe would wait for its writer.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise InvalidInput(f"{shown} does not exist: write the platform's token into it.", "token_file") from None
    except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise InvalidInput(f"{shown} cannot be read: {clean(str(reason))}.", "token_file") from None
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise InvalidInput(f"{shown} is not a file.", "token_file")
        if mode & _OTHERS_MODE:
            raise InvalidInput(
                f"{shown} can be read by others than its owner: make it private with chmod 600.", "token_file"
            )
        content = os.read(handle, 2 * MAX_TOKEN_LENGTH)
    finally:
        os.close(handle)
    token = content.decode("latin-1").strip(" \t\r\n")
    if not token:
        raise InvalidInput(f"{shown} is empty: write the platform's token into it.", "token_file")
    try:
        return checked_token(token)
    except InvalidInput as error:
        raise InvalidInput(f"{shown}: {error}", "token_file") from None

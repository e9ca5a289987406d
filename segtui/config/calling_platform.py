"""What the configuration says about the calling platform, and a text that is never shown."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from segtui.domain.text import clean
from segtui.errors import InvalidInput

_PLAIN: Final = re.compile(r"[!-~]+")
_HOST: Final = re.compile(r"[A-Za-z0-9_.:-]+")
LONGEST_TOKEN: Final = 4_096
_EXAMPLE: Final = "such as https://calls.example.com/v1"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that no message, log or traceback shows: only what sends it asks for its `text`."""

    text: str

    def __repr__(self) -> str:
        return "Secret(set)"


@dataclass(frozen=True, slots=True)
class CallingSettings:
    """How the calling platform is reached, and how often at most: what the table [calling] and the environment say.

    `token` is what the environment says, and beats the one in `token_file`.
    """

    base_url: str | None = None
    token: Secret | None = None
    token_file: str | None = None
    calls_per_minute: int = 100
    calls_per_second: int = 10

    @property
    def requests_an_hour(self) -> int | None:
        """How many requests an hour the account allows; None where no platform is configured.

        A call takes one, and looking how calls ended takes some more: fewer calls than these can be made.
        """
        if self.base_url is None:
            return None
        return min(self.calls_per_minute * 60, self.calls_per_second * 3600)

    @property
    def shown(self) -> dict[str, str | int]:
        """Each setting with its value as it may be shown: of the token only whether there is one."""
        no_token = "not set" if self.token_file is None else "read from token_file"
        return {
            "base_url": "not set" if self.base_url is None else clean(self.base_url),
            "token": no_token if self.token is None else "set",
            "token_file": "not set" if self.token_file is None else clean(self.token_file),
            "calls_per_minute": self.calls_per_minute,
            "calls_per_second": self.calls_per_second,
        }


def checked_address(address: str) -> str:
    """Return the platform's address without a slash at its end.

    Raises InvalidInput, in a sentence without the address (what is wrong in it may be a password), for one that is
    none, and for plain HTTP that leaves this machine: the token would be there for everybody to read.
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError:  # as a UnicodeError is, for a host that has a part of no or of too many characters
        host, port = None, 0
    if not host or port == 0 or not _HOST.fullmatch(host) or not _PLAIN.fullmatch(address):
        raise InvalidInput(f"base_url is not a web address, {_EXAMPLE}.", "base_url")
    if parts.scheme not in {"http", "https"}:
        raise InvalidInput(f"base_url has to begin with https://, {_EXAMPLE}.", "base_url")
    if "@" in parts.netloc:
        raise InvalidInput("base_url holds a user or a password; the platform takes a token alone.", "base_url")
    if "?" in address or "#" in address:
        raise InvalidInput("base_url ends before any ? or #: it only says where the platform is.", "base_url")
    if parts.scheme == "http" and not is_loopback(host):
        raise InvalidInput(
            "base_url has to begin with https://: http:// shows the token to everybody on the way.", "base_url"
        )
    return address.rstrip("/")


def checked_token(token: str) -> str:
    """Return a token as it is sent. Raises InvalidInput, in a sentence without it, for one that cannot be."""
    if not _PLAIN.fullmatch(token) or len(token) > LONGEST_TOKEN:
        what = f"one word of at most {LONGEST_TOKEN:,} letters (ASCII), digits and signs"
        raise InvalidInput(f"a token of the calling platform is {what}; write it alone, without “Bearer”.", "token")
    return token


def is_loopback(host: str) -> bool:
    """Tell whether a host (a name, or an address without brackets) is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"

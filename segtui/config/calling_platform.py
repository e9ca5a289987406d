"""Settings of the calling platform, and a text that is never shown."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from segtui.domain.text import clean
from segtui.errors import InvalidInput

_PRINTABLE_ASCII: Final = re.compile(r"[!-~]+")
_HOST: Final = re.compile(r"[A-Za-z0-9_.:-]+")
MAX_TOKEN_LENGTH: Final = 4_096
_EXAMPLE: Final = "such as https://calls.example.com/v1"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A text that no message, log or traceback shows: only the code that sends it reads `text`."""

    text: str

    def __repr__(self) -> str:
        return "Secret(set)"


@dataclass(frozen=True, slots=True)
class CallingSettings:
    """Address and rate limits of the calling platform, from the table [calling] and the environment.

    `token` comes from the environment, and beats the one in `token_file`.
    """

    base_url: str | None = None
    token: Secret | None = None
    token_file: str | None = None
    calls_per_minute: int = 100
    calls_per_second: int = 10

    @property
    def requests_an_hour(self) -> int | None:
        """The number of requests per hour that the account allows; None without a platform.

        A call takes one request, and reading how calls ended takes some more: fewer calls than these can be made.
        """
        if self.base_url is None:
            return None
        return min(self.calls_per_minute * 60, self.calls_per_second * 3600)

    @property
    def shown(self) -> dict[str, str | int]:
        """Each setting with its displayed value: for the token only that it is set."""
        no_token = "not set" if self.token_file is None else "read from token_file"
        return {
            "base_url": "not set" if self.base_url is None else clean(self.base_url),
            "token": no_token if self.token is None else "set",
            "token_file": "not set" if self.token_file is None else clean(self.token_file),
            "calls_per_minute": self.calls_per_minute,
            "calls_per_second": self.calls_per_second,
        }


def checked_address(address: str) -> str:
    """Return the platform's address without a trailing slash.

    Raises InvalidInput, in a sentence without the address (it may contain a password), for an invalid address, and for
    plain HTTP that leaves this machine: everyone on the way could read the token.
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError:  # includes UnicodeError, for a host with an empty or too long label
        host, port = None, 0
    if not host or port == 0 or not _HOST.fullmatch(host) or not _PRINTABLE_ASCII.fullmatch(address):
        raise InvalidInput(f"base_url is not a web address, {_EXAMPLE}.", "base_url")
    if parts.scheme not in {"http", "https"}:
        raise InvalidInput(f"base_url has to begin with https://, {_EXAMPLE}.", "base_url")
    if "@" in parts.netloc:
        raise InvalidInput("base_url contains a user or a password; the platform takes only a token.", "base_url")
    if "?" in address or "#" in address:
        raise InvalidInput("base_url must not contain ? or #: it is only the address of the platform.", "base_url")
    if parts.scheme == "http" and not is_loopback(host):
        raise InvalidInput(
            "base_url has to begin with https://: with http:// everyone on the way can read the token.", "base_url"
        )
    return address.rstrip("/")


def checked_token(token: str) -> str:
    """Return a token as it is sent. Raises InvalidInput, in a sentence without it, for one that cannot be sent."""
    if not _PRINTABLE_ASCII.fullmatch(token) or len(token) > MAX_TOKEN_LENGTH:
        what = f"one word of at most {MAX_TOKEN_LENGTH:,} letters (ASCII), digits and signs"
        raise InvalidInput(f"a token of the calling platform is {what}; write it without “Bearer”.", "token")
    return token


def is_loopback(host: str) -> bool:
    """Return True if a host (a name, or an address without brackets) is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"

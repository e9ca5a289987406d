"""OpenSSH public keys: what is one, what it says of itself, and its fingerprint.

The form is that of a `.pub` file: type, base64, comment (sshd(8), AUTHORIZED_KEYS FILE FORMAT). The base64 is a row of
strings and numbers, each after its length in four bytes (RFC 4251), the first of which is the type again (RFC 4253,
5656, 8709; PROTOCOL.u2f of OpenSSH for the keys that live in a device).
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from segtui.domain.text import clean, without_controls
from segtui.errors import InvalidInput

LONGEST_COMMENT: Final = 200
_LONGEST_LINE: Final = 8_192
_LEAST_RSA_BITS: Final = 2_048
_MOST_RSA_BITS: Final = 16_384
# Bytes of an uncompressed point of each curve: a sign and two coordinates.
_POINTS: Final = {"nistp256": 65, "nistp384": 97, "nistp521": 133}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key. `blob` is its base64, without blanks or line breaks."""

    algorithm: str
    blob: str
    comment: str

    @property
    def fingerprint(self) -> str:
        """The fingerprint as OpenSSH writes it: `SHA256:` and 43 characters."""
        digest = hashlib.sha256(base64.b64decode(self.blob)).digest()
        return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"

    @property
    def line(self) -> str:
        """What stands in a file of keys: nothing but the type and the base64."""
        return f"{self.algorithm} {self.blob}"


class _Faulty(Exception):
    """The base64 does not hold what its type says."""


class _Parts:
    """The strings of a key, one after the other."""

    def __init__(self, blob: bytes) -> None:
        self._blob = blob
        self._at = 0

    def take(self) -> bytes:
        """Return the next string."""
        start = self._at + 4
        length = int.from_bytes(self._blob[self._at : start], "big")
        if start > len(self._blob) or start + length > len(self._blob):
            raise _Faulty
        self._at = start + length
        return self._blob[start : self._at]

    def take_number(self) -> int:
        """Return the next number, which is positive and written as short as can be."""
        part = self.take()
        if not part or part[0] & 0x80 or (part[0] == 0 and (len(part) == 1 or not part[1] & 0x80)):
            raise _Faulty
        return int.from_bytes(part, "big")

    def demand_end(self) -> None:
        """Raise where there is something left."""
        if self._at != len(self._blob):
            raise _Faulty


def parse(text: str) -> PublicKey:
    """Return the key on the one line of `text`. Raises InvalidInput (of the field `key`) for anything else.

    Options before the type are refused: what a key may do is not for its owner to say.
    """
    line = _one_line(text)
    words = line.split(None, 2)
    algorithm = words[0]
    if algorithm not in _CHECKS:
        raise InvalidInput(_unknown(algorithm), "key")
    if len(words) == 1:
        raise _broken()
    blob = _decoded(words[1])
    try:
        parts = _Parts(blob)
        if parts.take() != algorithm.encode():
            raise InvalidInput(f"This key says it is {clean(algorithm)}, and is something else.", "key")
        _CHECKS[algorithm](parts)
        parts.demand_end()
    except _Faulty:
        raise _broken() from None
    comment = without_controls(words[2]).strip() if len(words) > 2 else ""
    return PublicKey(algorithm, words[1], comment[:LONGEST_COMMENT])


def _one_line(text: str) -> str:
    text = text.strip().strip("\ufeff").strip()
    if not text:
        raise InvalidInput("There is no key: paste the line of a .pub file.", "key")
    if "PRIVATE KEY" in text or text.startswith("PuTTY-User-Key-File"):
        raise InvalidInput(
            "This is a private key, which is nobody's but its owner's: keep it, and take the .pub file beside it.",
            "key",
        )
    if text.startswith("---- BEGIN"):
        raise InvalidInput("This key is in the SSH2 form: `ssh-keygen -i -f FILE` writes it as one line.", "key")
    if "\n" in text or "\r" in text:
        raise InvalidInput("A key is one line; add several keys one by one.", "key")
    if len(text) > _LONGEST_LINE:
        raise InvalidInput(f"A key has at most {_LONGEST_LINE:,} characters.", "key")
    return text


def _unknown(algorithm: str) -> str:
    if algorithm == "ssh-dss":
        return "DSA keys are too weak to be used: make one with `ssh-keygen -t ed25519`."
    if "-cert-" in algorithm:
        return "This is a certificate, not a public key."
    return (
        f"A key begins with its type, such as ssh-ed25519, and not with “{clean(algorithm[:40])}”: paste the line of a "
        ".pub file, without options."
    )


def _broken() -> InvalidInput:
    return InvalidInput("This key is not whole: paste the line of a .pub file from its beginning to its end.", "key")


def _decoded(text: str) -> bytes:
    try:
        blob = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise _broken() from None
    if base64.b64encode(blob).decode() != text:
        raise _broken()
    return blob


def _check_rsa(parts: _Parts) -> None:
    exponent, modulus = parts.take_number(), parts.take_number()
    if modulus.bit_length() < _LEAST_RSA_BITS:
        raise InvalidInput(
            f"An RSA key has at least {_LEAST_RSA_BITS:,} bits, this one has {modulus.bit_length():,}: make one with "
            "`ssh-keygen -t ed25519`.",
            "key",
        )
    if modulus.bit_length() > _MOST_RSA_BITS or exponent < 3 or not exponent & 1 or not modulus & 1:
        raise _Faulty


def _check_ed25519(parts: _Parts) -> None:
    if len(parts.take()) != 32:
        raise _Faulty


def _check_ecdsa(curve: str) -> Callable[[_Parts], None]:
    def check(parts: _Parts) -> None:
        if parts.take() != curve.encode():
            raise _Faulty
        point = parts.take()
        if len(point) != _POINTS[curve] or point[0] != 4:
            raise _Faulty

    return check


def _of_device(check: Callable[[_Parts], None]) -> Callable[[_Parts], None]:
    def check_both(parts: _Parts) -> None:
        check(parts)
        if not parts.take():  # the application, `ssh:` as a rule
            raise _Faulty

    return check_both


_CHECKS: Final[dict[str, Callable[[_Parts], None]]] = {
    "ssh-ed25519": _check_ed25519,
    "ssh-rsa": _check_rsa,
    **{f"ecdsa-sha2-{curve}": _check_ecdsa(curve) for curve in _POINTS},
    "sk-ssh-ed25519@openssh.com": _of_device(_check_ed25519),
    "sk-ecdsa-sha2-nistp256@openssh.com": _of_device(_check_ecdsa("nistp256")),
}

"""OpenSSH public keys: the parser of a `.pub` line, and the fingerprint.

The line is type, base64, comment (sshd(8), AUTHORIZED_KEYS FILE FORMAT). The package cryptography, of the extra `ssh`,
validates the base64. It is imported when the first key is parsed, never at start-up, and not to compare fingerprints.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from segtui.domain.text import clean, without_controls
from segtui.errors import InvalidInput

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization import SSHPublicKeyTypes

LONGEST_COMMENT: Final = 200
MISSING_EXTRA: Final = (
    "SSH keys need the package cryptography: run `pip install '.[ssh]'` in the folder with segtui's source."
)
_LONGEST_LINE: Final = 8_192
_MIN_RSA_BITS: Final = 2_048
_MAX_RSA_BITS: Final = 16_384
_ALGORITHMS: Final = frozenset(
    {
        "ssh-ed25519",
        "ssh-rsa",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com",  # the last two live in a device
        "sk-ecdsa-sha2-nistp256@openssh.com",
    }
)


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
        """The entry for a file of keys: the type and the base64."""
        return f"{self.algorithm} {self.blob}"


def is_available() -> bool:
    """Return whether keys can be parsed: the extra `ssh` is installed."""
    return find_spec("cryptography") is not None


def parse(text: str) -> PublicKey:
    """Return the key on the one line of `text`. Raises InvalidInput (of the field `key`) for anything else.

    It raises the same without the extra `ssh`. Options before the type are refused: what a key may do is not for its
    owner to say.
    """
    line = _one_line(text)
    words = line.split(None, 2)
    algorithm = words[0]
    if algorithm not in _ALGORITHMS:
        raise InvalidInput(_unknown(algorithm), "key")
    if len(words) == 1:
        raise _broken()
    blob = _decoded(words[1])
    if not blob.startswith(_string(algorithm)):
        raise InvalidInput(f"This key says it is {clean(algorithm)}, and is something else.", "key")
    line = f"{algorithm} {words[1]}"
    key = _load(line)
    if not algorithm.startswith("sk-"):  # of these cryptography writes only the key inside
        _demand_canonical(line, key)
    _demand_strong_rsa(key)
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


def _string(text: str) -> bytes:
    """Return a string as it stands in a key, behind its length in four bytes (RFC 4251)."""
    return len(text).to_bytes(4, "big") + text.encode()


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


def _load(line: str) -> "SSHPublicKeyTypes":
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_ssh_public_key
    except ImportError:
        raise InvalidInput(MISSING_EXTRA, "key") from None
    try:
        return load_ssh_public_key(line.encode())
    except (ValueError, UnsupportedAlgorithm, NotImplementedError):  # the last for a compressed point of a curve
        raise _broken() from None


def _demand_canonical(line: str, key: "SSHPublicKeyTypes") -> None:
    """Raise InvalidInput for a key with another spelling of the same numbers: it would have another fingerprint."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() != line:
        raise _broken()


def _demand_strong_rsa(key: "SSHPublicKeyTypes") -> None:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    if not isinstance(key, RSAPublicKey):
        return
    if key.key_size < _MIN_RSA_BITS:
        raise InvalidInput(
            f"An RSA key has at least {_MIN_RSA_BITS:,} bits, this one has {key.key_size:,}: make one with "
            "`ssh-keygen -t ed25519`.",
            "key",
        )
    if key.key_size > _MAX_RSA_BITS or not key.public_numbers().n & 1:  # cryptography takes an even modulus
        raise _broken()

"""Public keys that belong to nobody: well formed, of bytes that are counted up."""

import base64

from segtui.domain import ssh_keys


def string(part: bytes) -> bytes:
    """Return a string as it stands in a key: behind its length."""
    return len(part).to_bytes(4, "big") + part


def line_of(algorithm: str, *parts: bytes, comment: str = "") -> str:
    """Return the line of a `.pub` file for a key of these strings."""
    blob = base64.b64encode(b"".join(map(string, (algorithm.encode(), *parts)))).decode()
    return f"{algorithm} {blob} {comment}".strip()


def ed25519_line(seed: int, comment: str = "") -> str:
    """Return the line of a key that differs from those of other seeds."""
    return line_of("ssh-ed25519", bytes([seed]) * 32, comment=comment)


def fingerprint_of(line: str) -> str:
    """Return its fingerprint."""
    return ssh_keys.parse(line).fingerprint

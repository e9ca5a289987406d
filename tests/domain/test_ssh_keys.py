"""SSH public keys: what is one, and a sentence for everything else."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from segtui.domain import ssh_keys
from segtui.errors import InvalidInput
from tests.support.public_keys import ed25519_line, line_of, string


def point(curve: ec.EllipticCurve) -> bytes:
    key = ec.derive_private_key(7, curve).public_key()
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


_POINT = point(ec.SECP256R1())


def number(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def rsa(bits: int, exponent: int = 65_537) -> str:
    return line_of("ssh-rsa", number(exponent), number((1 << (bits - 1)) | 1))


@pytest.mark.parametrize(
    "line",
    [
        ed25519_line(1, "alice@laptop"),
        rsa(2048),
        rsa(4096, 3),
        line_of("ecdsa-sha2-nistp256", b"nistp256", _POINT),
        line_of("ecdsa-sha2-nistp384", b"nistp384", point(ec.SECP384R1())),
        line_of("ecdsa-sha2-nistp521", b"nistp521", point(ec.SECP521R1())),
        line_of("sk-ssh-ed25519@openssh.com", b"\x02" * 32, b"ssh:"),
        line_of("sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", _POINT, b"ssh:"),
    ],
)
def test_keys_of_all_kinds_are_taken(line: str) -> None:
    key = ssh_keys.parse(f"  {line}\r\n")
    assert line.startswith(key.line)
    assert key.fingerprint.startswith("SHA256:")
    assert len(key.fingerprint) == 50


@pytest.mark.parametrize("kind", [("ed25519",), ("rsa", "-b", "2048"), ("ecdsa", "-b", "384")])
def test_the_fingerprint_is_that_of_openssh(tmp_path: Path, kind: tuple[str, ...]) -> None:
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-N", "", "-C", "me", "-f", path, "-t", *kind], check=True)
    listed = subprocess.run(["ssh-keygen", "-l", "-f", path], check=True, capture_output=True, text=True).stdout
    key = ssh_keys.parse(path.with_suffix(".pub").read_text())
    assert key.fingerprint == listed.split()[1]
    assert key.comment == "me"


_GOOD = ed25519_line(1)
_BLOB = _GOOD.split()[1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no key"),
        ("  \n", "no key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----", "private key"),
        ("PuTTY-User-Key-File-3: ssh-ed25519", "private key"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----", "ssh-keygen -i"),
        (f"{_GOOD}\n{ed25519_line(2)}", "one line"),
        (f"{_GOOD}\rcommand", "one line"),
        (f'command="/bin/sh" {_GOOD}', "begins with its type"),
        (f"no-pty,{_GOOD}", "begins with its type"),
        (f"ssh-dss {_BLOB}", "too weak"),
        (f"ssh-ed25519-cert-v01@openssh.com {_BLOB}", "certificate"),
        ("ssh-ed25519", "not whole"),
        ("ssh-ed25519 AAAA", "something else|not whole"),
        (f"ssh-ed25519 {_BLOB[:-4]}", "not whole"),
        (f"ssh-ed25519 {_BLOB[:20]} {_BLOB[20:]}", "not whole"),
        (f"ssh-ed25519 {_BLOB[:20]}*{_BLOB[21:]}", "not whole"),
        (f"ssh-rsa {_BLOB}", "something else"),
        (line_of("ssh-ed25519", b"\x01" * 31), "not whole"),
        (line_of("ssh-ed25519", b"\x01" * 32, b"more"), "not whole"),
        (rsa(1024), "2,048 bits"),
        (rsa(2048, 65_536), "not whole"),
        (line_of("ssh-rsa", b"\x00\x00\x03", number((1 << 2047) | 1)), "not whole"),
        (line_of("ecdsa-sha2-nistp256", b"nistp384", _POINT), "not whole"),
        (line_of("ecdsa-sha2-nistp256", b"nistp256", b"\x02" + b"\x01" * 64), "not whole"),
        (line_of("ecdsa-sha2-nistp256", b"nistp256", b"\x04" + b"\x07" * 64), "not whole"),  # not on the curve
        (line_of("ssh-rsa", number(65_537), number(1 << 2047)), "not whole"),
        (rsa(16_392), "not whole"),
        (line_of("sk-ssh-ed25519@openssh.com", b"\x02" * 32), "not whole"),
        (f"{_GOOD} {'x' * 9_000}", "at most"),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        ssh_keys.parse(text)
    assert caught.value.field == "key"
    assert "\n" not in str(caught.value)


def test_a_comment_is_harmless_and_short() -> None:
    key = ssh_keys.parse(f"{_GOOD} me\x1b[2J {'x' * 500}")
    assert "\x1b" not in key.comment
    assert len(key.comment) == ssh_keys.LONGEST_COMMENT


@given(st.text())
def test_any_text_is_a_key_or_a_sentence(text: str) -> None:
    assert _said(text)


@given(st.sampled_from(["ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256"]), st.binary(max_size=200))
def test_any_bytes_behind_a_type_are_a_key_or_a_sentence(algorithm: str, blob: bytes) -> None:
    assert _said(f"{algorithm} {base64.b64encode(string(algorithm.encode()) + blob).decode()}")


def test_without_the_package_of_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(InvalidInput, match=r"need the package cryptography: run `pip install '\.\[ssh\]'`") as caught:
        ssh_keys.parse(_GOOD)
    assert caught.value.field == "key"


def _said(text: str) -> str:
    try:
        return ssh_keys.parse(text).fingerprint
    except InvalidInput as error:
        return str(error)

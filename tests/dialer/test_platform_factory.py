"""The platform of the configuration: where its address and its token come from, and that the token is never shown."""

import logging
import os
import re
import traceback
from pathlib import Path

import pytest

from segtui import crash
from segtui.config import settings as config
from segtui.config.calling_platform import checked_address
from segtui.dialer.https_platform import HttpsPlatform
from segtui.dialer.platform import CallingError, NewCall
from segtui.dialer.platform_factory import open_platform, read_token
from segtui.errors import InvalidInput
from segtui.ssh import site_config
from segtui.ssh.environment import clean_environment
from tests.support.commands import Commands
from tests.support.raw_server import http, serving

TOKEN = "s3cret-T0ken/42+x=="


@pytest.fixture
def user(home: Path) -> Path:
    path = config.user_file()
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def site_file() -> Path:
    config.SITE_FILE.parent.mkdir(parents=True)
    return config.SITE_FILE


def token_file(folder: Path, text: str | bytes = f"{TOKEN}\n", mode: int = 0o600) -> Path:
    path = folder / "calling-token"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def test_the_environment_beats_the_user_beats_the_site(
    user: Path, site_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site_file.write_text('[calling]\nbase_url = "https://site.example.com/"\ntoken_file = "t"\ncalls_per_minute = 50\n')
    settings = config.load()
    assert settings.calling.base_url == "https://site.example.com"
    assert settings.calling.token_file == str(site_file.parent / "t")
    user.write_text('[calling]\nbase_url = "https://user.example.com/v1"\ncalls_per_second = 3\n')
    settings = config.load()
    assert settings.calling.base_url == "https://user.example.com/v1"
    monkeypatch.setenv("SEGTUI_CALLING_URL", "http://localhost:8000")
    monkeypatch.setenv("SEGTUI_CALLING_TOKEN", f" {TOKEN}\n")
    settings = config.load()
    assert {name: shown for name, shown in settings.shown.items() if name.startswith("calling.")} == {
        "calling.base_url": ("http://localhost:8000", "SEGTUI_CALLING_URL"),
        "calling.token": ("set", "SEGTUI_CALLING_TOKEN"),
        "calling.token_file": (str(site_file.parent / "t"), str(site_file)),
        "calling.calls_per_minute": (50, str(site_file)),
        "calling.calls_per_second": (3, str(user)),
    }
    with open_platform(settings) as platform:  # without a look at the file, which is not there
        assert repr(platform) == "HttpsPlatform('http://localhost:8000')"
    assert settings.location("calling.calls_per_second") == f"{user}, line 3"


def test_the_token_of_a_file_is_what_is_sent(user: Path, home: Path) -> None:
    token_file(user.parent)
    with serving(http(body=b'{"id": "c1"}')) as server:
        user.write_text(f'[calling]\nbase_url = "{server.url}"\ntoken_file = "calling-token"\n')
        with open_platform(config.load()) as platform:
            platform.start(NewCall("+16025550101", "a"))
    assert f"Bearer {TOKEN}\r\n".encode() in server.requests[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "No calling platform is configured: write its address as base_url under [calling]"),
        (
            '[calling]\nbase_url = "https://a.example.com"\n',
            "There is no token for the calling platform: name the file",
        ),
        ('[calling]\nbase_url = ""\n', "SEGTUI_CALLING_URL"),
        ('[calling]\nbase_url = "https://a.example.com"\ntoken_file = "none"\n', "none does not exist"),
    ],
)
def test_what_is_missing_is_a_sentence_with_what_to_set(user: Path, text: str, said: str) -> None:
    user.write_text(text)
    with pytest.raises(InvalidInput, match=re.escape(said)):
        open_platform(config.load())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'[calling]\n\ntoken = "{TOKEN}"\n', "line 3: the token does not belong here: write it into a file that"),
        (f'calling.token = "{TOKEN}"\n', "line 1: the token does not belong here"),
        (f'calling = "{TOKEN}"\n', "line 1: calling is the address and the rate limits of the calling platform: write"),
        ('[calling]\nbase_ur = "https://a.example.com"\n', "line 2: unknown key “base_ur” (did you mean base_url?)"),
        ("[calling]\nx = 1\n", "line 2: unknown key “x” (there are base_url, token_file, calls_per_minute, calls_per_"),
        ("[calling]\nbase_url = 3\n", "line 2: base_url is the web address of the calling platform: write it"),
        ('[calling]\ncalls_per_minute = "5"\n', "line 2: calls_per_minute is the number of requests that the"),
        ("[calling]\ncalls_per_second = 0\n", "line 2: calls_per_second is"),
        ("[calling]\ncalls_per_second = true\n", "line 2: calls_per_second is"),
        ('[calling]\nbase_url = "http://a.example.com"\n', "line 2: base_url has to begin with https://"),
        (f'[calling]\nbase_url = "https://me:{TOKEN[:7]}@a.example"\n', "line 2: base_url contains a user or"),
        ('[[calling]]\nbase_url = "https://a.example.com"\n', "line 1: calling is"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_a_sentence_with_the_place_and_without_the_token(user: Path, text: str, said: str) -> None:
    user.write_text(text)
    with pytest.raises(InvalidInput) as raised:
        config.load()
    assert f"{user}, {said}" in str(raised.value)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SEGTUI_CALLING_URL", "http://a.example.com", "SEGTUI_CALLING_URL: base_url has to begin with https://"),
        (
            "SEGTUI_CALLING_TOKEN",
            f"Bearer {TOKEN}",
            "SEGTUI_CALLING_TOKEN: a token of the calling platform is one word",
        ),
        ("SEGTUI_CALLING_TOKEN", f"{TOKEN}\u00e9", "SEGTUI_CALLING_TOKEN: a token"),
        ("SEGTUI_CALLING_TOKEN", f"{TOKEN}\r\nX: y", "SEGTUI_CALLING_TOKEN: a token"),
    ],
)
def test_a_wrong_variable_is_named(variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidInput) as raised:
        config.load()
    assert str(raised.value).startswith(said)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    "address",
    ["https://calls.example.com", "https://calls.example.com:8443/api/v2/", "HTTPS://CALLS.example.com", "https://10.0.0.3",
     "http://localhost", "http://LOCALHOST:80/x", "http://127.0.0.1:9/", "http://127.8.9.10", "http://[::1]:8080",
     "https://[2001:db8::1]/", "https://xn--bcher-kva.example"],
)  # fmt: skip
def test_an_address_is_https_or_this_machine(address: str) -> None:
    assert checked_address(address) == address.rstrip("/")
    HttpsPlatform(address, TOKEN).close()


@pytest.mark.parametrize(
    "address",
    ["http://calls.example.com", "http://10.0.0.3", "http://0.0.0.0", "http://127.0.0.1.example.com", "http://127.1",
     "http://2130706433", "http://localhost.example.com", "http://localhost@evil.example.com", "http://[::ffff:10.0.0.1]",
     "http://127.0.0.1\\@evil.example.com", "http://evil.example.com\\@127.0.0.1", "http://127.0.0.1#@evil.example.com/",
     "ftp://localhost", "//localhost", "localhost", "localhost:80", "https://", "https:///call", "https://:443", "",
     "https://me@a.example.com", "https://me:pw@a.example.com", "https://a.example.com?x=1", "https://a.example.com/?",
     "https://a.example.com/#x", "https://a.example.com:99999", "https://a.example.com:x", "https://a b.example.com",
     "https://bücher.example", "https://a..b", f"https://{'a' * 64}.com", "https://a.example.com\n", "https://[::1",
     "https://%31.example.com", "https://a.example.com\t/x", "https://a.example.com:0"],
)  # fmt: skip
def test_anything_else_is_refused_by_configuration_and_client_alike(address: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        HttpsPlatform(address, TOKEN)
    assert raised.value.field == "base_url"
    assert str(raised.value).startswith("base_url ")
    assert len(address) < 10 or address not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        (TOKEN, 0o640, "can be read by others than its owner: make it private with chmod 600"),
        (TOKEN, 0o604, "can be read by others"),
        (TOKEN, 0o620, "can be read by others"),
        ("", 0o600, "is empty"),
        (" \n\r\n", 0o600, "is empty"),
        (f"{TOKEN}\nmore\n", 0o600, "one word of at most 4,096"),
        (f"Bearer {TOKEN}", 0o600, "without “Bearer”"),
        (f"{TOKEN}\u00e9", 0o600, "one word"),
        (f"{TOKEN}\x00", 0o600, "one word"),
        (b"\xff\xfe" + TOKEN.encode("utf-16-le"), 0o600, "one word"),
        ("x" * 5000, 0o600, "one word"),
    ],
)  # fmt: skip
def test_a_token_file_that_is_not_right_is_a_sentence_without_its_text(
    tmp_path: Path, text: str | bytes, mode: int, said: str
) -> None:
    path = token_file(tmp_path, text, mode)
    with pytest.raises(InvalidInput) as raised:
        read_token(path)
    assert str(raised.value).startswith(f"token_file {path}")
    assert said in str(raised.value)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for path in (tmp_path, pipe, Path("/dev/null"), Path("a\0b")):
        with pytest.raises(InvalidInput, match=r"is not a file|cannot be read"):
            read_token(path)


def test_a_token_may_be_long_and_be_linked_to(tmp_path: Path) -> None:
    for text in ("x" * 4096, f"  {'y' * 4000} \r\n"):
        path = token_file(tmp_path, text)
        link = tmp_path / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(path)
        assert read_token(link) == text.strip()


def test_the_file_is_read_each_time_it_is_opened(user: Path) -> None:
    path = token_file(user.parent, "first")
    with serving(http(body=b'{"id": "c1"}')) as server:
        user.write_text(f'[calling]\nbase_url = "{server.url}"\ntoken_file = "calling-token"\n')
        settings = config.load()
        for token in ("first", "second"):
            path.write_text(token)
            with open_platform(settings) as platform:
                platform.start(NewCall("+16025550101", "a"))
    assert [re.findall(rb"Bearer (\w+)", request) for request in server.requests] == [[b"first"], [b"second"]]


def test_over_ssh_neither_the_environment_nor_a_users_file_has_a_say(
    user: Path, site_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "SEGTUI_CALLING_URL": "https://evil.example.com",
        "SEGTUI_CALLING_TOKEN": TOKEN,
        "HTTPS_PROXY": "http://evil",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    user.write_text('[calling]\nbase_url = "https://evil.example.com"\ntoken_file = "theirs"\ncalls_per_minute = 9\n')
    site_file.write_text('database = "site.db"\n[calling]\nbase_url = "https://site.example.com"\n')
    site_file.chmod(0o600)
    monkeypatch.setattr(site_config, "OWNER", os.getuid())
    settings = site_config.settings()
    assert settings.calling.base_url == "https://site.example.com"
    assert (settings.calling.token, settings.calling.token_file) == (None, None)
    assert settings.calling.calls_per_minute == 100
    assert not given.keys() & clean_environment(given).keys()
    with pytest.raises(InvalidInput, match="no token"):
        open_platform(settings)


def test_the_token_is_nowhere_to_be_read(
    user: Path, home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for logger in ("httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger)
    monkeypatch.setenv("SEGTUI_CALLING_TOKEN", TOKEN)
    settings = config.load()
    shown = [repr(settings), str(settings.shown), repr(settings.calling), str(vars(config))]
    shown += [Commands("unused.db")("config").out, Commands("unused.db")("config", "--json").out]
    answers = [http("401 No", TOKEN.encode()), http("400 No", TOKEN.encode()), http("500 No", TOKEN.encode())]
    with serving(*answers) as server, HttpsPlatform(server.url, TOKEN) as platform:
        shown += [repr(platform), str(platform)]
        for _ in answers:
            with pytest.raises(CallingError) as raised:
                platform.start(NewCall("+16025550101", "a"))
            crash.record(raised.value)
            shown += [str(raised.value), repr(raised.value)]
    assert caplog.text
    shown += [caplog.text, config.log_file().read_text()]
    assert not [text for text in shown if TOKEN in text]
    assert Commands("unused.db")("config", "--json").json["calling.token"] == {
        "value": "set",
        "from": "SEGTUI_CALLING_TOKEN",
    }


def test_where_the_token_is_to_come_from_is_shown(user: Path) -> None:
    user.write_text('[calling]\ntoken_file = "t"\n')
    shown = Commands("unused.db")("config", "--json").json
    assert shown["calling.token"] == {"value": "read from token_file", "from": "default"}
    assert shown["calling.token_file"] == {"value": str(user.parent / "t"), "from": str(user)}

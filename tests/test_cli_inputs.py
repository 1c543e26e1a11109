"""Whatever is named on the command line, the answer is one sentence with a hint and a code, never a trace."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from vicinage.cli import main
from vicinage.run import Plan
from vicinage.seal import box
from vicinage.seal.keys import Identity

HUGE = 64 * 1024**3
SENTENCE = re.compile(r"vicinage: \S.*\. \S.*\. \[[a-z]+(-[a-z]+)*\]\n\Z", re.DOTALL)


def junk(path: Path) -> None:
    """Bytes that are no text in any encoding that is read here."""
    path.write_bytes(bytes(range(255, 0, -1)) * 40)


def huge(path: Path) -> None:
    """A file that says it has 64 GiB, without taking them."""
    with path.open("wb") as file:
        file.truncate(HUGE)


MAKERS: dict[str, Callable[[Path], object]] = {
    "folder": Path.mkdir,
    "empty": Path.touch,
    "junk": junk,
    "huge": huge,
    "pipe": os.mkfifo,
    "dangling": lambda path: path.symlink_to("nowhere"),
    "loop": lambda path: path.symlink_to(path),
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with one of each kind, and a sealed clip with its key."""
    monkeypatch.chdir(tmp_path)
    for name, make in MAKERS.items():
        make(tmp_path / name)
    alice = Identity.generate()
    (tmp_path / "key.txt").write_text(alice.text + "\n")
    (tmp_path / "clip.age").write_bytes(box.seal_bytes(b"a clip", [alice.recipient]))
    return tmp_path


def said(command: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Exit code, what was printed, what was complained of."""
    code = main(command)
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize("name", ["nowhere", "pipe", "dangling", "loop"])
@pytest.mark.parametrize("command", ["verify", "audit"])
def test_what_is_neither_file_nor_folder_is_refused_without_waiting_for_it(
    command: str, name: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said([command, name], capsys)
    assert code == 2
    assert name in err
    assert SENTENCE.match(err)


@pytest.mark.parametrize("name", ["folder", "empty", "junk", "huge"])
@pytest.mark.parametrize("command", ["verify", "audit"])
def test_what_is_no_package_and_no_log_fails_the_check_in_words(
    command: str, name: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said([command, name, "--json"], capsys)
    told = json.loads(out)
    assert (code, told["ok"], err) == (1, False, "")
    assert len(told["lines"]) > 1


@pytest.mark.parametrize("name", MAKERS)
def test_a_policy_that_is_none_never_makes_a_check_hold(
    name: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("verify", "audit"):
        code, _, err = said([command, "folder", "--policy", name], capsys)
        assert code == (1 if name in ("empty", "junk") else 2)
        assert code == 1 or SENTENCE.match(err)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("command", ["record", "demo"])
def test_what_is_no_video_is_bad_input(
    command: str, name: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--out", "out"] if command == "demo" else []
    code, out, err = said([command, "--video", name, *more], capsys)
    assert (code, out) == (2, "")
    assert SENTENCE.match(err)


@pytest.mark.parametrize("out", ["key.txt", "folder/x"])
def test_the_demo_overwrites_nothing(out: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "folder/x").mkdir()
    (place / "folder/x/kept").touch()
    code, _, err = said(["demo", "--video", "junk", "--out", out], capsys)
    assert code == 2
    assert SENTENCE.match(err)
    assert (place / "key.txt").read_text().startswith("AGE-SECRET-KEY-1")
    assert [path.name for path in (place / "folder/x").iterdir()] == ["kept"]


@pytest.mark.parametrize("name", MAKERS)
def test_unseal_with_what_is_no_identity_is_bad_input(
    name: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(["unseal", "clip.age", "-i", name, "-o", "out"], capsys)
    assert code == 2
    assert SENTENCE.match(err)
    assert not (place / "out").exists()


@pytest.mark.parametrize("name", MAKERS)
def test_unseal_of_what_is_no_sealed_file_leaves_nothing(
    name: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in place.iterdir())
    code, _, err = said(["unseal", name, "-i", "key.txt", "-o", "out"], capsys)
    assert code == (1 if name in ("empty", "junk", "huge") else 2)
    assert SENTENCE.match(err)
    assert sorted(path.name for path in place.iterdir()) == before


@pytest.mark.parametrize("out", [".", "/", "folder", "nowhere/out", "key.txt/out"])
def test_unseal_into_no_place_for_a_file_is_bad_input(
    out: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(["unseal", "clip.age", "-i", "key.txt", "-o", out], capsys)
    assert code == 2
    assert SENTENCE.match(err)
    assert list((place / "folder").iterdir()) == []


def test_unseal_works_beside_what_an_unseal_that_was_killed_left(place: Path) -> None:
    (place / ".out.opening").write_bytes(b"half a cl")
    assert main(["unseal", "clip.age", "-i", "key.txt", "-o", "out"]) == 0
    assert (place / "out").read_bytes() == b"a clip"
    assert (place / ".out.opening").read_bytes() == b"half a cl", "another's file is not ours to remove"


def test_unseal_that_fails_leaves_an_older_file_of_that_name_as_it_was(place: Path) -> None:
    (place / "out").write_bytes(b"older")
    sealed = (place / "clip.age").read_bytes()
    (place / "clip.age").write_bytes(sealed[:-1])
    assert main(["unseal", "clip.age", "-i", "key.txt", "-o", "out"]) == 1
    assert (place / "out").read_bytes() == b"older"


@pytest.mark.parametrize(
    "code", ["", "x", "vicinage-pair-1.", "vicinage-pair-1.ü", "vicinage-pair-1." + "A" * 9000]
)
def test_what_is_no_pairing_code_pairs_nothing(
    code: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code, _, err = said(["hub", "pair", code, "--source", "junk", "--home", "hub"], capsys)
    assert exit_code == 2
    assert SENTENCE.match(err)
    assert not (place / "hub").exists()


@pytest.mark.parametrize("home", ["nowhere", "folder", "empty", "junk/below"])
def test_a_hub_without_a_camera_says_how_to_pair_one(
    home: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(["hub", "run", "--home", home], capsys)
    assert code == 1
    assert "hub pair" in err
    assert SENTENCE.match(err)


@pytest.mark.parametrize(
    "url", ["http://", "https://", "http://[bad", "http://127.0.0.1:x/", "http://127.0.0.1:9/"]
)
def test_an_address_with_no_log_fails_the_audit(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(["audit", url, "--json"], capsys)
    assert (code, json.loads(out)["ok"], err) == (1, False, "")


@pytest.mark.parametrize(
    "port", ["abc", "-1", "0", "65536", "99999999999999", "80 80", "８０００", "0x50", "1e3"]
)
def test_a_port_that_is_none_is_bad_input_before_anything_is_made(
    port: str, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VICINAGE_PORT", port)
    code, _, err = said(["run", "--bare", "--home", "state"], capsys)
    assert code == 2
    assert err.endswith("[port-not-one]\n")
    assert not (place / "state").exists()


@pytest.mark.parametrize("port", ["-1", "0", "65536"])
def test_a_port_on_the_command_line_is_read_as_strictly(
    port: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(["run", "--bare", "--home", "state", f"--port={port}"], capsys)
    assert (code, err.split()[-1]) == (2, "[port-not-one]")
    if port != "0":  # a witness may ask for any free one
        assert said(["witness", "--home", "state", f"--port={port}"], capsys)[0] == 2
    assert not (place / "state").exists()


@pytest.mark.parametrize("home", ["empty", "junk/below", "dangling/below", "loop", "/proc/vicinage"])
@pytest.mark.parametrize("command", ["run --bare --port 9", "witness --port 0"])
def test_a_home_that_cannot_be_a_folder_is_bad_input(
    command: str,
    home: str,
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)  # Ctrl-C stays with the tests
    if home == "dangling/below":
        (place / "nowhere").touch()
    code, _, err = said([*command.split(), "--home", home], capsys)
    assert code == 2
    assert SENTENCE.match(err)


@pytest.mark.parametrize("home", ["nowhere", "empty", "folder"])
def test_staff_needs_a_prepared_home_and_a_typed_password(
    home: str, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: (_ for _ in ()).throw(EOFError))
    code, _, err = said(["operator", "create", "olga@example.org", "--home", home], capsys)
    assert (code, err.split()[-1]) == (2, "[password-not-given]")
    answers = iter(["one password", "another one"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    code, _, err = said(["operator", "create", "olga@example.org", "--home", home], capsys)
    assert (code, err.split()[-1]) == (2, "[passwords-differ]")
    monkeypatch.setenv("VICINAGE_NEW_PASSWORD", "a password that is long")
    code, _, err = said(["operator", "create", "olga@example.org", "--home", home], capsys)
    assert (code, err.split()[-1]) == (1, "[run-not-prepared]")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "alice\n", "ALICE"])
def test_the_code_of_a_name_that_is_none_reads_no_other_file(
    name: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(["demo-code", name, "--home", "folder"], capsys)
    assert (code, out) == (1, "")
    assert err.split()[-1] == "[demo-nobody]"


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["hub"],
        ["operator"],
        ["hub", "pair"],
        ["record"],
        ["unseal", "clip.age"],
        ["witness", "--port", "1"],
        ["mirror", "http://127.0.0.1:9/"],
        ["monitor", "http://127.0.0.1:9/", "--home", "w", "--stale", "long"],
        ["run", "--port", "http"],
        ["operator", "create", "x@example.org", "--role", "god"],
    ],
)
def test_a_command_line_without_what_it_needs_exits_with_2(command: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["witness", "--home", "w"], "port-not-one"),
        (["mirror", "nowhere", "--home", "w", "--once"], "no-such-file"),
        (["mirror", "folder", "--home", "w", "--every", "0"], "every-not-seconds"),
        (["mirror", "folder", "--home", "w", "--once", "--serve", "http"], "port-not-one"),
        (["mirror", "folder", "--home", "w", "--once", "--policy", "nowhere"], "no-such-file"),
        (["monitor", "--home", "w", "--once"], "log-not-given"),
        (["monitor", "nowhere", "--home", "w", "--once"], "no-such-file"),
        (["monitor", "folder", "--home", "w", "--once", "--smtp", "mail:smtp"], "port-not-one"),
        (["monitor", "folder", "--home", "w", "--every", "nan"], "every-not-seconds"),
        (["audit", "folder", "--earlier", "nowhere"], "no-such-file"),
        (["audit", "folder", "--earlier", "huge"], "file-too-large"),
    ],
)
def test_what_those_outside_are_given_and_cannot_be_used_is_said_in_one_sentence(
    command: list[str], code: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code, _, err = said(command, capsys)
    assert (exit_code, f"[{code}]" in err) == (2, True), err
    assert SENTENCE.match(err)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["witness", "--home", "w", "--trust", "no key"], "note-vkey"),
        (["monitor", "folder", "--home", "w", "--once", "--webhook", "ftp://x/"], "wire-url"),
    ],
)
def test_a_key_or_an_address_that_is_none_is_refused(
    command: list[str], code: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code, _, err = said(command, capsys)
    assert (exit_code, f"[{code}]" in err) == (1, True), err


def test_an_empty_setting_is_no_setting(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, int]] = []

    def supervise(plan: Plan) -> int:
        asked.append((plan.home, plan.port))
        return 0

    monkeypatch.setattr("vicinage.run.supervise", supervise)
    monkeypatch.setenv("VICINAGE_HOME", "")
    monkeypatch.setenv("VICINAGE_PORT", "")
    assert main(["run", "--bare"]) == 0
    assert asked == [(place / ".state", 8000)]

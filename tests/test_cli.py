"""The console command says what is wrong in one sentence, and its exit code says of what kind it is."""

import json
from pathlib import Path

import pytest

from vicinage.cli import main
from vicinage.seal import box
from vicinage.seal.keys import Identity


@pytest.mark.parametrize(
    "command",
    [
        ["verify", "nowhere.zip"],
        ["audit", "nowhere"],
        ["record", "--video", "nowhere.mp4"],
        ["unseal", "nowhere.age", "-i", "nowhere.txt", "-o", "out"],
    ],
)
def test_a_missing_input_is_named_and_exits_with_2(
    command: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "nowhere" in said
    assert said.rstrip().endswith("[no-such-file]")


def test_a_wrong_command_line_exits_with_2() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2


def test_a_folder_that_is_no_package_fails_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False


def test_a_folder_that_is_no_log_fails_the_audit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(tmp_path)]) == 1
    assert "wrong" in capsys.readouterr().out


def test_unseal_opens_with_the_right_identity(tmp_path: Path) -> None:
    identity = Identity.generate()
    (tmp_path / "key.txt").write_text(identity.text + "\n")
    (tmp_path / "clip.age").write_bytes(box.seal_bytes(b"a clip", [identity.recipient]))
    given = [
        "unseal",
        str(tmp_path / "clip.age"),
        "-i",
        str(tmp_path / "key.txt"),
        "-o",
        str(tmp_path / "clip"),
    ]
    assert main(given) == 0
    assert (tmp_path / "clip").read_bytes() == b"a clip"


def test_unseal_with_another_identity_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key.txt").write_text(Identity.generate().text + "\n")
    sealed = box.seal_bytes(b"a clip", [Identity.generate().recipient])
    (tmp_path / "clip.age").write_bytes(sealed)
    given = [
        "unseal",
        str(tmp_path / "clip.age"),
        "-i",
        str(tmp_path / "key.txt"),
        "-o",
        str(tmp_path / "clip"),
    ]
    assert main(given) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.age", "key.txt"]
    assert "[" in capsys.readouterr().err


def test_the_code_of_somebody_unknown_names_who_is_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo-code", "nobody", "--home", str(tmp_path)]) == 1
    assert "[demo-nobody]" in capsys.readouterr().err


def test_staff_cannot_be_made_in_a_folder_that_was_never_prepared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VICINAGE_NEW_PASSWORD", "a password that is long")
    assert main(["operator", "create", "olga@example.org", "--home", str(tmp_path)]) == 1
    assert "[run-not-prepared]" in capsys.readouterr().err

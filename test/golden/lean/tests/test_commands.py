"""`python -m app`: what it lists, and how it refuses to start."""

import socket
from pathlib import Path

import pytest

from app.__main__ import main
from app.commands import migrate
from app.contracts import Unavailable
from app.settings import SettingsError
from app.telemetry import logs
from tests.support import MakeSettings, free_port


def test_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    files = Path("app/commands").glob("[a-z]*.py")
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[2:]]
    assert {name for name, _ in lines} == {file.stem.replace("_", "-") for file in files}
    assert main(["nonsense"]) == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "eighty"), ("token_ledger", "abacus"), ("metrics_port", "taken")],
)
def test_a_wrong_setting_is_one_line(
    make_settings: MakeSettings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
) -> None:
    monkeypatch.setattr(logs, "configure", lambda level: None)
    make_settings(port=free_port())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv(name.upper(), value.replace("taken", str(taken.getsockname()[1])))
        assert main(["serve"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{name.upper()}: ")


@pytest.mark.parametrize("name", ["port", "metrics_port"])
def test_a_developer_learns_which_port_is_taken(
    make_settings: MakeSettings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    monkeypatch.setattr(logs, "configure", lambda level: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        make_settings(**{"port": free_port(), "metrics_port": free_port(), name: port})
        assert main(["serve", "--reload"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{name.upper()}: ")
    assert str(port) in line


def test_a_server_that_stays_away_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(arguments: list[str]) -> None:
        raise Unavailable("store") from OSError("nobody there")

    monkeypatch.setattr(migrate, "run", run)
    assert main(["migrate"]) == 1
    assert capsys.readouterr().err == "store is unavailable: nobody there\n"


def test_a_level_nobody_knows() -> None:
    with pytest.raises(SettingsError, match="LOG_LEVEL"):
        logs.configure("LOUD")

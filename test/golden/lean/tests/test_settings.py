"""Every documented way to set something, and what happens to a wrong value."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from app import settings as settings_module
from app.settings import Csv, SecretStr, SettingsError, load
from tests.support import MakeSettings


def test_defaults_need_nothing(make_settings: MakeSettings) -> None:
    settings = make_settings()
    assert settings.environment == "local"
    assert settings.host == "127.0.0.1"
    assert settings.graceful_seconds > settings.max_stream_seconds
    assert settings.keep_alive_seconds > settings.graceful_seconds


def test_environment_wins_over_env_file_and_secret_file(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_settings()
    (tmp_path / "no.env").write_text("LOG_LEVEL=DEBUG\nMETRICS_PORT=1234\nSOMETHING_ELSE=1\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "metrics_port").write_text("4321\n")
    (tmp_path / "secrets" / "port").write_text("4322\n")
    (tmp_path / "mounted").mkdir()
    (tmp_path / "mounted" / "max_body_bytes").write_text("4323\n")
    monkeypatch.setenv("log_level", "ERROR")
    settings = load()
    assert settings.log_level == "ERROR"
    assert settings.metrics_port == 1234
    assert settings.port == 4322
    assert settings.max_body_bytes == 4323


def test_env_file_is_for_local_runs(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "no.env").write_text("LOG_LEVEL=DEBUG\n")
    assert make_settings().log_level == "DEBUG"
    assert make_settings(environment="production").log_level == "INFO"


def test_an_empty_variable_counts_as_absent(make_settings: MakeSettings) -> None:
    assert make_settings(max_body_bytes="").max_body_bytes > 0


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a,b", ("a", "b")),
        (" a , b ,", ("a", "b")),
        ("a", ("a",)),
        ("", ()),
        ("https://x", ("https://x",)),
    ],
)
def test_a_list_is_separated_by_commas(text: str, items: tuple[str, ...]) -> None:
    class Lists(BaseModel):
        origins: Csv

    assert Lists.model_validate({"origins": text}).origins == items


def test_an_error_names_every_setting_and_no_value(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsError) as caught:
        make_settings(port="eighty-hundred", rate_limit_per_minute="-1")
    lines = sorted(str(caught.value).splitlines())
    assert [line.partition(":")[0] for line in lines] == ["PORT", "RATE_LIMIT_PER_MINUTE"]
    assert "eighty" not in str(caught.value)


def test_settings_do_not_change(make_settings: MakeSettings) -> None:
    settings = make_settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_secrets_do_not_print() -> None:
    assert "hunter2" not in repr(SecretStr("hunter2"))


def test_no_secrets_folder_is_no_warning(make_settings: MakeSettings) -> None:
    assert make_settings()
    assert not any(folder.exists() for folder in settings_module.SECRETS_DIRS)

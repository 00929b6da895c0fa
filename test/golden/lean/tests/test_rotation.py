"""Secrets are replaced while the process runs, the way Kubernetes replaces the files of a folder."""

import time
from pathlib import Path

import pytest

from app import rotation
from app.rotation import Rotation
from app.settings import Settings, SettingsError, secrets_of
from tests.support import MakeSettings, mounted, sample, until


@pytest.fixture
def name(make_settings: MakeSettings) -> str:
    """Return the field of some secret that this service has and no test sets otherwise."""
    return min(name for name, value in secrets_of(make_settings()).items() if not value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder that a platform mounts."""
    return tmp_path / "mounted"


def accept(_: Settings) -> None:
    """Take everything."""


def value(settings: Settings, name: str) -> str:
    return secrets_of(settings)[name].get_secret_value()


def test_a_new_value_replaces_the_old_one(
    make_settings: MakeSettings, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted(folder, **{name: "one"})
    settings = make_settings()
    rotated = Rotation(settings, accept)
    before = sample("secrets_loaded_timestamp_seconds", name=name)
    assert before == pytest.approx(time.time(), abs=60)
    monkeypatch.setattr(time, "time", lambda: before + 100)
    rotated.refresh()
    assert value(settings, name) == "one"
    assert sample("secrets_loaded_timestamp_seconds", name=name) == before
    mounted(folder, **{name: "two"})
    assert value(settings, name) == "one"
    rotated.refresh()
    assert value(settings, name) == "two"
    assert sample("secrets_loaded_timestamp_seconds", name=name) == before + 100


def test_other_settings_stay_what_they_were(
    make_settings: MakeSettings, name: str, folder: Path
) -> None:
    mounted(folder, **{name: "one", "max_body_bytes": "1"})
    settings = make_settings()
    rotated = Rotation(settings, accept)
    mounted(folder, **{name: "two", "max_body_bytes": "2"})
    rotated.refresh()
    assert (value(settings, name), settings.max_body_bytes) == ("two", 1)


def test_a_variable_wins_over_a_file_later_too(
    make_settings: MakeSettings, name: str, folder: Path
) -> None:
    settings = make_settings(**{name: "variable"})
    rotated = Rotation(settings, accept)
    mounted(folder, **{name: "file"})
    rotated.refresh()
    assert value(settings, name) == "variable"


def test_a_file_that_is_gone_changes_nothing_but_an_empty_one_does(
    make_settings: MakeSettings, name: str, folder: Path
) -> None:
    mounted(folder, **{name: "one"})
    settings = make_settings()
    rotated = Rotation(settings, accept)
    mounted(folder, other="x")
    rotated.refresh()
    assert value(settings, name) == "one"
    # A store that keeps nothing empty holds a blank.
    mounted(folder, **{name: " "})
    rotated.refresh()
    assert value(settings, name) == ""
    mounted(folder, **{name: "two"})
    rotated.refresh()
    mounted(folder, **{name: ""})
    rotated.refresh()
    assert value(settings, name) == ""


def test_what_is_refused_is_not_taken_until_it_changes(
    make_settings: MakeSettings, name: str, folder: Path
) -> None:
    mounted(folder, **{name: "one"})
    settings = make_settings()
    asked: list[str] = []

    def choosy(current: Settings) -> None:
        asked.append(value(current, name))
        if asked[-1] == "wrong":
            raise SettingsError("no")

    rotated = Rotation(settings, choosy)
    loaded = sample("secrets_loaded_timestamp_seconds", name=name)
    mounted(folder, **{name: "wrong"})
    for _ in range(3):
        rotated.refresh()
    assert (asked, value(settings, name)) == (["wrong"], "one")
    assert sample("secrets_loaded_timestamp_seconds", name=name) == loaded
    mounted(folder, **{name: "two"})
    rotated.refresh()
    assert (asked, value(settings, name)) == (["wrong", "two"], "two")


def test_what_cannot_be_read_is_tried_again(
    make_settings: MakeSettings, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted(folder, **{name: "one"})
    settings = make_settings()
    rotated = Rotation(settings, accept)
    mounted(folder, **{name: "two"})

    def unreadable() -> Settings:
        raise PermissionError("not yours")

    with monkeypatch.context() as broken:
        broken.setattr(rotation, "load", unreadable)
        rotated.refresh()
    assert value(settings, name) == "one"
    rotated.refresh()
    assert value(settings, name) == "two"


async def test_it_looks_by_itself(
    make_settings: MakeSettings, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "EVERY", 0.01)
    settings = make_settings()

    async def renewed() -> bool:
        return value(settings, name) == "two"

    async with Rotation(settings, accept).watching():
        mounted(folder, **{name: "two"})
        await until(renewed)

"""Which class is picked, and in which order things are opened and closed."""

import pytest

from app import integrations
from app.contracts import Shared, Unavailable
from app.integrations import Integrations
from app.migrate import patiently
from app.settings import Settings, SettingsError
from tests.support import MakeSettings


def test_a_wrong_choice_names_the_setting_and_the_choices(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsError, match=r"RATE_LIMITER: 'abacus' is none of .*memory"):
        Integrations(make_settings(rate_limiter="abacus"))


EVENTS: list[str] = []


class Line:
    """A connection that two integrations share."""

    essential = False

    def __init__(self, settings: Settings) -> None:
        EVENTS.append("made line")

    async def open(self) -> None:
        EVENTS.append("open line")

    async def close(self) -> None:
        EVENTS.append("close line")

    async def ping(self) -> None:
        EVENTS.append("ping line")


class User:
    """An integration that uses it."""

    def __init__(self, settings: Settings, shared: Shared) -> None:
        self.line = shared.get(Line)

    async def open(self) -> None:
        EVENTS.append("open user")

    async def close(self) -> None:
        EVENTS.append("close user")

    async def migrate(self) -> None:
        EVENTS.append("migrate user")


async def test_connections_are_shared_and_opened_first(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    EVENTS.clear()
    here = (__name__, "User")
    monkeypatch.setattr(
        integrations, "CHOICES", {"ledger": {"memory": here}, "limiter": {"memory": here}}
    )
    parts = Integrations(make_settings(token_ledger="memory", rate_limiter="memory"))
    assert list(parts.pingable) == ["line"]
    assert [name for name, _ in parts.migratable] == ["memory", "memory"]
    async with parts.opened():
        EVENTS.append("work")
    assert " ".join(EVENTS) == (
        "made line open line open user open user work close user close user close line"
    )


async def test_migrations_wait_for_a_server_but_not_for_ever() -> None:
    tries = 0

    async def third_time_lucky() -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Unavailable("store")

    await patiently(third_time_lucky, wait=5)
    assert tries == 3
    tries = -1000
    with pytest.raises(Unavailable):
        await patiently(third_time_lucky, wait=0.1)

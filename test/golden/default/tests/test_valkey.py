"""Rate limit and token budget over several instances, against a real server."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import pytest

from app.contracts import Reservation, Unavailable
from app.integrations import SharedConnections
from app.integrations.memory import utc_today
from app.integrations.valkey import Valkey, ValkeyLedger, ValkeyRateLimiter
from app.settings import SecretStr, Settings, renew
from tests.support import MakeSettings, free_port, real_server

Role = TypeVar("Role", ValkeyLedger, ValkeyRateLimiter)


def server(make_settings: MakeSettings, **changes: int) -> Settings:
    """Settings of the server that TEST_VALKEY_URL names."""
    url = urlsplit(real_server("TEST_VALKEY_URL"))
    password = url.password or ""
    return make_settings(
        valkey_host=url.hostname, valkey_port=url.port, valkey_password=password, **changes
    )


@asynccontextmanager
async def opened(kind: type[Role], settings: Settings) -> AsyncIterator[Role]:
    """An instance of its own, with its own connections, as another process would have."""
    shared = SharedConnections(settings)
    role = kind(settings, shared)
    await shared.get(Valkey).open()
    await role.open()
    try:
        yield role
    finally:
        await role.close()
        await shared.get(Valkey).close()


def somebody() -> str:
    """A caller that no other run of these tests knows."""
    return secrets.token_hex(8)


async def test_instances_share_one_bucket(make_settings: MakeSettings) -> None:
    settings, caller = server(make_settings, rate_limit_per_minute=100), somebody()
    async with (
        opened(ValkeyRateLimiter, settings) as one,
        opened(ValkeyRateLimiter, settings) as other,
    ):
        waits = await asyncio.gather(*((one, other)[n % 2].take(caller) for n in range(150)))
        assert 100 <= waits.count(0.0) <= 102
        assert all(0 < wait <= 0.6 for wait in waits if wait)
        assert await one.take(somebody()) == 0.0


async def test_a_bucket_refills_at_its_rate(make_settings: MakeSettings) -> None:
    settings, caller = server(make_settings, rate_limit_per_minute=600), somebody()
    async with opened(ValkeyRateLimiter, settings) as limiter:
        while await limiter.take(caller) == 0.0:
            pass
        await asyncio.sleep(await limiter.take(caller))
        assert await limiter.take(caller) == 0.0


async def test_without_a_server_each_instance_limits_alone(make_settings: MakeSettings) -> None:
    settings = make_settings(valkey_port=free_port(), rate_limit_per_minute=10)
    async with opened(ValkeyRateLimiter, settings) as limiter:
        started = time.perf_counter()
        waits = [await limiter.take("a") for _ in range(11)]
        assert waits[:10] == [0.0] * 10
        assert waits[10] > 0
        assert time.perf_counter() - started < 2
        with pytest.raises(Unavailable):
            await limiter._valkey.ping()


async def test_lost_connections_are_replaced_unseen(make_settings: MakeSettings) -> None:
    settings = server(make_settings)
    async with (
        opened(ValkeyLedger, settings) as ledger,
        opened(ValkeyLedger, settings) as other,
    ):
        await asyncio.gather(*(ledger.ping() for _ in range(5)))
        await other._valkey.client.client_kill_filter(skipme=True)
        await asyncio.gather(*(ledger.ping() for _ in range(5)))


async def test_it_logs_in_as_a_user_whose_password_may_be_replaced(
    make_settings: MakeSettings,
) -> None:
    user = f"service-{somebody()}"
    async with opened(ValkeyLedger, server(make_settings)) as root:
        admin = root._valkey.client

        async def password(text: str) -> None:
            await admin.acl_setuser(
                user,
                enabled=True,
                passwords=[f"+{text}"],
                keys=["*"],
                categories=["+@all"],
                reset=True,
            )

        await password("one")
        try:
            settings = make_settings(valkey_user=user, valkey_password="one")
            async with opened(ValkeyLedger, settings) as ledger:
                assert await ledger._valkey.client.acl_whoami() == user
                await password("two")
                renew(settings, {"valkey_password": SecretStr("two")})
                await admin.client_kill_filter(skipme=True)
                await ledger.ping()
                assert await ledger._valkey.client.acl_whoami() == user
            async with opened(ValkeyLedger, make_settings(valkey_password="one")) as stranger:
                with pytest.raises(Unavailable):
                    await stranger.ping()
        finally:
            await admin.acl_deluser(user)


async def test_a_budget_is_hard_over_instances(make_settings: MakeSettings) -> None:
    settings, caller = server(make_settings, token_budget_per_day=1000), somebody()
    async with opened(ValkeyLedger, settings) as one, opened(ValkeyLedger, settings) as other:
        calls = ((one, other)[n % 2].reserve(caller, 30) for n in range(100))
        granted = [booked for booked in await asyncio.gather(*calls) if booked is not None]
        assert len(granted) == 33
        assert await one.reserve(somebody(), 1001) is None
        await asyncio.gather(*(other.settle(booked, 10) for booked in granted))
        assert await one.reserve(caller, 1000 - 33 * 10) is not None
        assert await one.reserve(caller, 1) is None
        await one.settle(Reservation(caller, utc_today() - timedelta(days=1), 100), 1)
        assert await one.reserve(caller, 1) is None


async def test_a_budget_is_not_given_away_while_nobody_counts(make_settings: MakeSettings) -> None:
    settings = make_settings(valkey_port=free_port())
    async with opened(ValkeyLedger, settings) as ledger:
        with pytest.raises(Unavailable):
            await ledger.reserve("a", 1)

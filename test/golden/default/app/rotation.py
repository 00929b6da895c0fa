"""Secrets that change while the process runs: their files are read again, nothing is restarted.

Kubernetes replaces all files of a mounted folder at once. Whoever needs a secret asks the settings
for it at the moment of use, so that the next connection or request has the new one; what is under
way ends with the old one. A secret that came as a variable cannot change.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterable

import structlog

from app import settings as source
from app.settings import SecretStr, Settings, SettingsError, load, renew, secrets_of
from app.telemetry import metrics

log = structlog.get_logger()

#: Seconds between two looks at the folders; kubelet takes a minute to bring a change here.
EVERY = 2.0

Stamp = tuple[int, int, int]


class Rotation:
    """Keeps the secrets of `settings` as their files say.

    `accept` sees the settings with new secrets first. If it raises SettingsError, none of them is
    taken: a typing error in the list of keys must not lock everybody out.
    """

    def __init__(self, settings: Settings, accept: Callable[[Settings], None]) -> None:
        self._settings = settings
        self._accept = accept
        self._seen = stamps()
        loaded(name for name, value in secrets_of(settings).items() if value.get_secret_value())

    def refresh(self) -> None:
        """Take over what has changed since the last look."""
        try:
            seen = stamps()
            if seen == self._seen:
                return
            changed = self._changed(seen)
            if changed:
                self._accept(self._settings.model_copy(update=changed))
        except OSError as error:
            # Not noted as seen: it is tried again.
            log.error("secrets_unreadable", reason=repr(error))
            return
        except (SettingsError, ValueError) as error:
            log.error("secrets_refused", reason=str(error))
            changed = {}
        # As of before the files were read: what changed meanwhile is noticed the next time.
        self._seen = seen
        renew(self._settings, changed)
        loaded(changed)
        if changed:
            log.info("secrets_loaded", names=sorted(changed))

    def _changed(self, names: Iterable[str]) -> dict[str, SecretStr]:
        # A file that is gone changes nothing: whoever wants a secret to be empty empties it.
        fresh, known = secrets_of(load()), secrets_of(self._settings)
        return {name: fresh[name] for name in names if name in known and fresh[name] != known[name]}

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Refresh in the background until the block ends."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            self.refresh()


def stamps() -> dict[str, Stamp]:
    """Tell the files of secrets apart from other versions of themselves, without reading them."""
    found: dict[str, Stamp] = {}
    for path in (path for one in source.SECRETS_DIRS if one.is_dir() for path in one.iterdir()):
        # A file may vanish before it is asked; then it is gone for us, too.
        with contextlib.suppress(FileNotFoundError):
            status = path.stat()
            found[path.name.lower()] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return found


def loaded(names: Iterable[str]) -> None:
    """Note when these secrets became what they are."""
    for name in names:
        metrics.secrets_loaded_timestamp_seconds.labels(name).set(time.time())

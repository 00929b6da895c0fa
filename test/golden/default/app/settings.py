"""Everything that can be set from outside, read once at start; secrets may be renewed later.

Sources, strongest first: environment variables, `.env` (only where ENVIRONMENT is local), one file
per setting in the folders of secrets. A setting is named like its field, in upper case.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

__all__ = ["Csv", "SecretStr", "Settings", "SettingsError", "load", "read", "renew", "secrets_of"]

ENV_FILE = Path(".env")
#: Single files are mounted into the first folder. A platform that mounts a whole folder needs the second one: inside of
#: a mount that is read-only it could not mount the tokens that it keeps below /run/secrets itself.
SECRETS_DIRS = (Path("/run/secrets"), Path("/etc/secrets"))


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(item.strip() for item in value.split(",") if item.strip())
    return value


# `a, b` in the environment is ("a", "b") here; pydantic-settings alone would demand JSON.
Csv = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


Kind = TypeVar("Kind", bound=BaseSettings)


class SettingsError(Exception):
    """The process cannot start like this: one line per setting that is wrong."""


class Settings(BaseSettings):
    """Frozen: what the process started with is what it runs with, but for `renew`."""

    # An empty variable counts as absent, so that a copied .env.example changes nothing.
    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    # Who may call: name:sha256hex, separated by commas; `python -m app new-key NAME` makes one
    api_keys: SecretStr = SecretStr("")
    # Region of the database, which its tokens name
    aws_region: str = "eu-central-1"
    # Name of the chat model
    chat_model: str = "gpt-5.4-mini"
    # Who answers; `echo` quotes the passages and needs no key
    chat_model_provider: str = "echo"
    # How the provider calls the limit of an answer; older servers say `max_tokens`
    chat_tokens_field: str = "max_completion_tokens"
    # Characters that a piece repeats from the one before; at most half of CHUNK_SIZE
    chunk_overlap: int = 150
    # Longest piece of a document, in characters
    chunk_size: int = 1000
    # Folder of the embedded vector store
    data_dir: str = ".data"
    # After SIGTERM: /readyz fails, requests are still served
    drain_seconds: int = 0
    # Key of the embedding provider if it is another one than LLM_API_KEY
    embedding_api_key: SecretStr = SecretStr("")
    # Address of the embedding provider if it is another one than LLM_BASE_URL
    embedding_base_url: str = ""
    # Texts in one embedding request
    embedding_batch_size: int = 64
    # Numbers in one vector; must be what the embedding model returns
    embedding_dimension: int = 512
    # Name of the embedding model; another model means a new, empty index
    embedding_model: str = "hashing"
    # Who turns text into vectors; `hashing` compares words and needs no key
    embedding_provider: str = "hashing"
    # Ask the provider for EMBEDDING_DIMENSION; false for models of one fixed length
    embedding_send_dimension: bool = True
    # Where this runs; `.env` is read only in `local`
    environment: str = "local"
    # After the drain: running requests may finish
    graceful_seconds: int = 80
    # Longest silence in a stream; shorter than the idle time-out of any proxy
    heartbeat_seconds: int = 15
    # Address to listen on; `::` means every IPv4 and IPv6 address
    host: str = "127.0.0.1"
    # How long an idle connection stays open; longer than the idle time-out of any proxy
    keep_alive_seconds: int = 105
    # Key of the model provider; empty for servers that want none
    llm_api_key: SecretStr = SecretStr("")
    # Address of the model provider, up to and including its version
    llm_base_url: str = "https://api.openai.com/v1"
    # Least severe level that is logged: DEBUG, INFO, WARNING, ERROR
    log_level: str = "INFO"
    # Longest answer of the chat model
    max_answer_tokens: int = 1024
    # Largest request body; more gets 413
    max_body_bytes: int = 10485760
    # Requests that one instance serves at once; more get 503
    max_concurrent_requests: int = 100
    # Longest text of one document
    max_document_characters: int = 2000000
    # Most pages of one PDF
    max_pdf_pages: int = 500
    # Longest streamed answer
    max_stream_seconds: int = 75
    # Port of /metrics, which is not for the public
    metrics_port: int = 9090
    # Port of the service
    port: int = 8000
    # How users log in: `password`, or who signs a token for each connection
    postgres_auth: str = "password"
    # Database of the service
    postgres_database: str = "app"
    # Host of PostgreSQL
    postgres_host: str = "127.0.0.1"
    # User that `python -m app migrate` logs in as; what it makes belongs to it
    postgres_migrator: str = "app"
    # Password of the database user
    postgres_password: SecretStr = SecretStr("")
    # Most connections of one instance; times instances, fewer than the server allows
    postgres_pool_max: int = 10
    # Connections that one instance keeps open
    postgres_pool_min: int = 1
    # Port of PostgreSQL
    postgres_port: int = 5432
    # How the server proves who it is: disable, prefer, require, verify-ca, verify-full
    postgres_sslmode: str = "prefer"
    # File of the authorities that may vouch for the server; needed from verify-ca on
    postgres_sslrootcert: str = ""
    # Longest statement; the server ends it after that
    postgres_statement_seconds: int = 15
    # Database user
    postgres_user: str = "app"
    # Who counts requests; `memory` counts those of one instance
    rate_limiter: str = "memory"
    # Requests of one caller per minute; 0 means no limit
    rate_limit_per_minute: int = 120
    # How long a failing dependency keeps an instance that was ready from becoming unready
    ready_hold_seconds: int = 30
    # Model tokens of one caller per day (UTC); 0 means no limit
    token_budget_per_day: int = 1000000
    # Who keeps token budgets; `memory` forgets them at a restart
    token_ledger: str = "memory"
    # Host of Valkey
    valkey_host: str = "127.0.0.1"
    # Password of Valkey
    valkey_password: SecretStr = SecretStr("")
    # Port of Valkey
    valkey_port: int = 6379
    # Whether the connection is encrypted
    valkey_tls: bool = False
    # User of Valkey
    valkey_user: str = "default"
    # Where vectors are kept; `embedded` is a file under DATA_DIR
    vector_store: str = "embedded"

    @field_validator("*")
    @classmethod
    def _not_negative(cls, value: object) -> object:
        if isinstance(value, int | float) and value < 0:
            raise ValueError("must not be negative")
        return value


def load() -> Settings:
    """Read the settings of this process; SettingsError names every one that is wrong."""
    return read(Settings)


def read(kind: type[Kind]) -> Kind:
    """Read settings of some kind from the sources."""
    local = os.environ.get("ENVIRONMENT", "local") == "local"
    try:
        return kind(
            _env_file=ENV_FILE if local else None,
            # A folder that is not there would be a warning on every laptop.
            _secrets_dir=[folder for folder in SECRETS_DIRS if folder.is_dir()],
        )
    except ValidationError as error:
        # Never the value: it may be a secret.
        wrong = error.errors(include_input=False, include_url=False)
        lines = [f"{'.'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in wrong]
        raise SettingsError("\n".join(lines)) from None


def secrets_of(settings: Settings) -> dict[str, SecretStr]:
    """Return the secrets by field."""
    return {name: value for name, value in settings if isinstance(value, SecretStr)}


def renew(settings: Settings, secrets: Mapping[str, SecretStr]) -> None:
    """Replace secrets, all at once. Everybody who asks for one at the moment of use gets it."""
    vars(settings).update(secrets)

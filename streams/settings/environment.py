"""The environment and the files of a secrets folder, read into one model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr
from pydantic_settings import (
    BaseSettings,
    NestedSecretsSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from streams.settings.board import Board
from streams.settings.kafka import Kafka
from streams.settings.work import Context, Intake, Knowledge, Notify, Postgres, Relay, Sweep

_PREFIX = "HANDOFF_"


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **named: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment, then the files of CREDENTIALS_DIRECTORY, as systemd and Docker name it."""
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        kept = (*sources, *(source for name, source in named.items() if name != "file_secret_settings"))
        if folder is None:
            return kept
        files = NestedSecretsSettingsSource(
            named["file_secret_settings"],
            secrets_dir=folder,
            secrets_prefix=_PREFIX,
            secrets_nested_delimiter="__",
        )
        return (*kept, files)

    kafka: Kafka = Kafka()
    postgres: Postgres = Postgres()
    intake: Intake = Intake()
    sweep: Sweep = Sweep()
    relay: Relay = Relay()
    context: Context = Context()
    notify: Notify = Notify()
    knowledge: Knowledge = Knowledge()
    board: Board = Board()
    templates: Path | None = None
    """A folder of kinds instead of the packaged handoff_templates."""
    data: Path = Path(".handoff")
    """Where the embedded servers keep their files."""
    source: str = "handoff-orchestrator"
    """The CloudEvents source of what we emit."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "json", "console"] = "auto"


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        ValueError: a value is wrong, or a name that begins with HANDOFF_ is not known.
    """
    known = {name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(_PREFIX) and not name.startswith(f"{_PREFIX}TEST_"):
            part = name.removeprefix(_PREFIX).split("__")[0]
            if part.upper() not in known:
                raise ValueError(f"{name} is not a setting; known: {', '.join(sorted(known))}")
    return Settings()


def read_secret(name: str) -> SecretStr | None:
    """Return what the environment holds under `name`, or else a file of CREDENTIALS_DIRECTORY with that name.

    For what other files name but do not hold. None when there is neither.
    """
    value = os.environ.get(name)
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if value is None and folder is not None and (file := Path(folder) / name).is_file():
        value = file.read_text(encoding="utf-8")
    return SecretStr(value.strip()) if value and value.strip() else None

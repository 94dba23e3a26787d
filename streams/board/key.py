"""What signs the board's cookies."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from streams.settings import Settings

_FILE: Final = "board.key"
_BYTES: Final = 32


def key_of(settings: Settings) -> bytes:
    """Return the key of the settings, or else the one in the data folder, which is made when it is missing.

    Who has signed in stays signed in when the board starts again.
    """
    given = settings.board.secret_key
    if given is not None:
        return given.get_secret_value().encode()
    settings.data.mkdir(parents=True, exist_ok=True)
    return _kept(settings.data / _FILE)


def _kept(file: Path) -> bytes:
    # Made aside and linked, so that of two boards that start at once both get a whole key, and the same one.
    with suppress(FileNotFoundError):
        return file.read_bytes()
    part = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as new:
        new.write(secrets.token_hex(_BYTES).encode())
    with suppress(FileExistsError):
        os.link(part, file)
    part.unlink()
    return file.read_bytes()

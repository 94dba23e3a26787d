"""What every group of settings is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A group of settings: immutable, and an unknown name is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

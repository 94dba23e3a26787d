"""Where pages are shown, and to whom: see `orchestrator.board.access.options`."""

from __future__ import annotations

from orchestrator.board.access.options import Options as Board

__all__ = ["Board"]

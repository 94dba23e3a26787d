"""How often is too often, counted in memory."""

from __future__ import annotations

from math import ceil
from typing import Final, Literal

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from orchestrator.board.access.options import Rates
from orchestrator.board.access.refusals import TooMany
from orchestrator.wall_clock import WallClock

What = Literal["writes", "sign_ins", "bad_tokens"]
_LONGEST_KEY: Final = 200


class RateLimits:
    """Counts what somebody does; each board counts for itself."""

    def __init__(self, rates: Rates, clock: WallClock) -> None:
        self._limits: dict[str, RateLimitItem] = {
            what: parse(rate) for what, rate in rates.model_dump().items()
        }
        self._counter = MovingWindowRateLimiter(MemoryStorage())
        self._clock = clock

    async def count(self, what: What, who: str) -> None:
        """Count one.

        Raises:
            TooMany: it is one too many, and is not counted.
        """
        if not await self._counter.hit(self._limits[what], what, who[:_LONGEST_KEY]):
            raise await self._too_many(what, who)

    async def require_fewer(self, what: What, who: str) -> None:
        """Make sure that one more would not be too many.

        Raises:
            TooMany: it would.
        """
        if not await self._counter.test(self._limits[what], what, who[:_LONGEST_KEY]):
            raise await self._too_many(what, who)

    async def _too_many(self, what: What, who: str) -> TooMany:
        limit = self._limits[what]
        window = await self._counter.get_window_stats(limit, what, who[:_LONGEST_KEY])
        left = ceil(window.reset_time - self._clock.now().timestamp())
        return TooMany(min(max(left, 1), limit.get_expiry()))

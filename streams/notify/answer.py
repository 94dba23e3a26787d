"""What an endpoint answered to one attempt, and what follows from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum, StrEnum
from http import HTTPStatus
from http.client import responses
from typing import Final

_SECONDS: Final = re.compile(r"[0-9]{1,9}")


class Verdict(Enum):
    """What an answer means for the notification."""

    TAKEN = "taken"
    LATER = "later"
    """Another attempt may succeed."""
    NEVER = "never"


class Reason(StrEnum):
    """Why a notification was given up; these words are stable."""

    REFUSED = "refused"
    """A 4xx: the endpoint does not want it, nor will it later."""
    GONE = "gone"
    """410: the endpoint wants nothing any more."""
    REDIRECTED = "redirected"
    """A 3xx; redirects are not followed, since the address was checked and the next one was not."""
    TOO_MANY_ATTEMPTS = "too-many-attempts"
    TOO_LATE = "too-late"
    """Tried for as long as it may be."""
    UNREADABLE = "unreadable"
    """The record is no notification."""
    NOT_RENDERED = "not-rendered"
    """Our own code failed on it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, or its absence."""

    status: int | None
    """None when there was none."""
    text: str = ""
    """The beginning of what it said, or what went wrong; it may repeat what a customer wrote."""
    retry_after: timedelta | None = None

    @property
    def verdict(self) -> Verdict:
        """What follows."""
        match self.status:
            case None | 408 | 429:
                return Verdict.LATER
            case status if 200 <= status < 300:
                return Verdict.TAKEN
            case status if 300 <= status < 500:
                return Verdict.NEVER
        return Verdict.LATER

    @property
    def reason(self) -> Reason:
        """Why it is given up at once; only for the verdict NEVER."""
        if self.status == HTTPStatus.GONE:
            return Reason.GONE
        return Reason.REFUSED if (self.status or 0) >= HTTPStatus.BAD_REQUEST else Reason.REDIRECTED

    def __str__(self) -> str:
        if self.status is None:
            return self.text
        name = f"{self.status} {responses.get(self.status, '')}".rstrip()
        return f"{name}: {self.text}" if self.text else name


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """Return how long a Retry-After asks to wait, in seconds or until a date; None where it says nothing."""
    text = (header or "").strip()
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    # A date without a zone is one of UTC, as HTTP has no others.
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta(0))

"""Seven days of work, made up the same way each time: most in time, some of it late, some of it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from orchestrator.domain import commands as c
from orchestrator.domain.model import Channel, Priority, Reason, Sentiment, Severity
from tests.board.cast import turns
from tests.board.people import AGENTS, customer, person
from tests.board.story import Story, a_request, an_escalation

DAYS: Final = 7
CUSTOMERS: Final = 180
_BY_HOUR: Final = (1, 1, 1, 1, 1, 2, 4, 7, 10, 11, 10, 8, 7, 9, 10, 9, 7, 5, 4, 3, 2, 2, 1, 1)
"""How much comes in at each hour of the day, UTC."""
_REASONS: Final = {
    "billing": ("double-charge", "invoice", "refund", "vat", "credit"),
    "engineering": ("defect", "outage", "data-loss"),
    "": ("bug", "question", "how-to", "second-opinion", "too-complex"),
}
_COMPLAINTS: Final = (
    ("The reset mail never arrives", "Two addresses tried; neither gets the reset mail."),
    ("Charts stay empty after the import", "The import says done, but no chart has data."),
    ("Second payment for one invoice", "The card shows two payments for one invoice."),
    ("Wants to change the billing address", "New address from next month; VAT number stays."),
    ("Every second API call is answered with 403", "Since the update every second call gets 403."),
    ("Seats were added, but not all can log in", "25 seats bought; 20 can log in."),
    ("Export stops at 90 %", "The nightly export stops at 90 % with no message."),
    ("Asks what the new plan includes", "Wants to compare growth and scale before renewing."),
    ("Phone calls drop after two minutes", "Calls over the integration drop after two minutes."),
    ("Credit for last week's outage", "Four hours of outage; asks for a credit note."),
)


class Path(NamedTuple):
    """A way that work takes: how much of it, and how long people need, in minutes."""

    weight: int
    frm: str
    to: str
    over: Channel | None
    onto: Channel | None
    accept: float
    resolve: float


_PATHS: Final = (
    Path(8, "bot", "chat", Channel.BOT, Channel.CHAT, 0.9, 25),
    Path(5, "chat", "phone", Channel.CHAT, Channel.PHONE, 4, 40),
    Path(4, "chat", "email", Channel.CHAT, Channel.EMAIL, 25, 150),
    Path(6, "tier-1", "tier-2", Channel.CHAT, None, 14, 120),
    Path(5, "tier-1", "billing", Channel.PHONE, None, 28, 160),
    Path(3, "chat", "billing", Channel.CHAT, None, 28, 160),
    Path(4, "tier-2", "engineering", None, None, 32, 420),
    Path(2, "success", "retention", Channel.EMAIL, None, 30, 300),
    Path(2, "email", "tier-2", Channel.EMAIL, None, 14, 200),
)


def history(now: datetime, *, days: int = DAYS, a_day: int = 48, seed: int = 5) -> Iterator[Story]:
    """Return what came in until now; the last three hours are as busy as a floor can be."""
    random = Random(seed)
    first = (now - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    for hour in range(days * 24):
        begins = first + timedelta(hours=hour)
        is_weekend = begins.weekday() >= 5
        expected = a_day * _BY_HOUR[begins.hour] / sum(_BY_HOUR) * (0.3 if is_weekend else 1)
        for _ in range(int(expected + random.random())):
            minute = timedelta(minutes=random.uniform(0, 60))
            yield from _case(random, now, (now - begins - minute) / timedelta(minutes=1))
    for _ in range(34):
        yield from _case(random, now, 180 * random.random() ** 2 + 1)


def _case(random: Random, now: datetime, ago: float) -> Iterator[Story]:
    """Tell of one case, which may be handed over more than once."""
    if ago <= 0:
        return
    number = random.randrange(10**8)
    path = random.choices(_PATHS, [path.weight for path in _PATHS])[0]
    case, who = f"C-{number:08}", customer(random.randrange(CUSTOMERS))
    for again in range(3):
        story = Story(f"{case}-{again}", now, ago, _request(random, case, who, path, now, ago))
        back_at = _work(random, story, path)
        yield story
        if back_at is None or back_at < 2:
            return
        ago = back_at - random.uniform(1, 10)
        if ago < 1:
            return


def _request(random: Random, case: str, who: Any, path: Path, now: datetime, ago: float) -> c.RequestHandoff:
    text, summary = random.choice(_COMPLAINTS)
    code = random.choice(_REASONS.get(path.to, _REASONS[""]))
    more: dict[str, Any] = {
        "priority": random.choices(tuple(Priority), (2, 6, 3, 1))[0],
        "done_so_far": ("Checked the account", "Asked for a screenshot"),
        "sentiment": Sentiment(score=round(random.uniform(-0.9, 0.6), 1), label="noted"),
        "turns": turns(now, ago, who.name or ""),
        "by": random.randrange(3),
        "over": path.over,
        "onto": path.onto,
    }
    make: Callable[..., c.RequestHandoff] = a_request
    if path.to == "engineering":
        incident = f"INC-{random.randrange(40, 60)}"
        more |= {
            "severity": random.choice(tuple(Severity)),
            "incident": incident,
            "logs": "12:00:00 ERROR 403",
        }
    elif random.random() < 0.06:
        make = an_escalation
    if path.to in ("email", "phone") and random.random() < 0.85:
        more["checklist"] = {"address-confirmed": True, "number-confirmed": True}
    return make(case, who, path.frm, path.to, (code, text), summary, **more)


def _work(random: Random, story: Story, path: Path) -> float | None:
    """Let people answer, and return how many minutes ago the case went back; None when it did not."""
    team, at = path.to, story.ago
    if path.to == "email" and not story.command.checklist:
        at -= random.uniform(2, 12)
        story.then(at, c.TickItem, story.command.actor, item="address-confirmed")
    # What nobody accepts for longer is offered to another team, and none of these would have it any more.
    longest = 9.0 if story.command.is_escalation else 55.0
    who = person(team, random.randrange(len(AGENTS[team])))
    at -= min(path.accept * random.lognormvariate(-0.3, 0.75), longest)
    fate = random.random()
    if fate < 0.02:
        story.then(
            at - 2 * path.accept - 40, c.Withdraw, story.command.actor, reason=Reason(text="It took too long")
        )
        return None
    if fate < 0.08:
        code = random.choice(("no-capacity", "wrong-team", "incomplete", "no-capacity"))
        story.then(at, c.Decline, who, reason=Reason(code=code))
        return at
    story.then(at, c.Accept, who)
    if random.random() < 0.1:
        story.then(at - 1, c.Ask, who, question="Which browser was it?")
        if random.random() < 0.8:
            story.then(
                at - random.uniform(3, 20), c.Answer, story.command.actor, answer="The newest Firefox."
            )
    at -= path.accept * random.lognormvariate(-0.2, 0.6)
    story.then(at, c.Contact, who)
    if fate < 0.14:
        at -= path.resolve * random.random() / 2
        story.then(at, c.Return, who, reason=Reason(code=random.choice(("wrong-team", "customer-gone"))))
        return at
    if fate < 0.30:
        at -= random.uniform(2, 20)
        story.then(at, c.Pause, who, reason=Reason(code="waits-for-customer"))
        at -= random.uniform(20, 240)
        story.then(at, c.Resume, who)
    at -= path.resolve * random.lognormvariate(-0.3, 0.6)
    story.then(
        at, c.Complete, who, disposition=random.choice(("solved", "solved", "workaround", "no-answer"))
    )
    return None

"""A customer, and an agent, who write code into every field that takes text."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from orchestrator.domain import commands as c
from orchestrator.domain.model import Customer, Priority, Reason, Sentiment, Severity, Turn
from tests.board.people import person
from tests.board.story import Story, a_request, an_escalation

MARK: Final = "xss-was-here"
"""What code of theirs would leave behind: `window[MARK]`, an element of this id, a dialog that says so."""
SCRIPT: Final = f"<script>window['{MARK}']=1;alert('{MARK}')</script>"
IMAGE: Final = f"""<img src=x id="{MARK}" onerror="window['{MARK}']=1;alert('{MARK}')">"""
BREAKOUT: Final = f"""'"></textarea></title></style></details><svg onload=alert('{MARK}')>{{{{7*7}}}}"""
LINK: Final = f"[click](javascript:alert('{MARK}')) javascript:alert('{MARK}')"
FORMULA: Final = f"""=HYPERLINK("http://evil.example","{MARK}")"""
EVERYTHING: Final = f"{SCRIPT} {IMAGE} {BREAKOUT} {LINK}"

CUSTOMER: Final = Customer(
    id=f"{IMAGE}"[:200], account_id=f"acct-{SCRIPT}"[:200], name=EVERYTHING, tier=BREAKOUT, language="en"
)


def hostile(now: datetime) -> dict[str, Story]:
    """Return their stories by name: one that is offered, one that is accepted, and one that was declined."""
    return {story.name: story for story in _stories(now)}


def _stories(now: datetime) -> tuple[Story, ...]:
    turns = (
        Turn(id=SCRIPT, speaker="customer", name=IMAGE, text=EVERYTHING),
        Turn(id=IMAGE, speaker="agent", name=BREAKOUT, text=LINK),
    )
    words = {
        "turns": turns,
        "done_so_far": (SCRIPT, IMAGE, BREAKOUT, LINK, FORMULA),
        "links": {SCRIPT: f"javascript:alert('{MARK}')", "data": f"data:text/html,{SCRIPT}"},
        "sentiment": Sentiment(score=-1, label=IMAGE),
        "priority": Priority.URGENT,
        "logs": EVERYTHING,
    }
    # A code of theirs leads to no kind of its own, so that it stands wherever codes do.
    offered = an_escalation(
        f"C-{IMAGE}", CUSTOMER, "tier-1", "tier-2", (SCRIPT, EVERYTHING), EVERYTHING, incident=IMAGE,
        severity=Severity.SEV1, kind="escalation", **words,
    )  # fmt: skip
    answered = a_request("=C-2001", CUSTOMER, "chat", "billing", (FORMULA, IMAGE), EVERYTHING, **words)
    refused = a_request("C-2002", CUSTOMER, "chat", "billing", (BREAKOUT, LINK), SCRIPT, **words)
    agent = person("billing", "Hugo Martin").model_copy(update={"name": IMAGE, "id": "hugo<script>"})
    sender = person("chat", "Tom Becker").model_copy(update={"name": SCRIPT})
    return (
        Story("hostile-offered", now, 7, offered),
        Story("hostile-accepted", now, 40, answered)
        .then(35, c.Accept, agent)
        .then(33, c.Ask, agent, question=EVERYTHING)
        .then(30, c.Answer, sender, answer=EVERYTHING)
        .then(28, c.Ask, agent, question=IMAGE)
        .then(20, c.Pause, agent, reason=Reason(code=IMAGE, text=EVERYTHING)),
        Story("hostile-declined", now, 60, refused).then(
            50, c.Decline, agent, reason=Reason(code=SCRIPT, text=EVERYTHING)
        ),
    )

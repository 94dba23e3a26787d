"""Conversations to summarise, written and drawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from hypothesis import strategies as st

from handoff_templates.folder import HOME
from handoff_templates.problems import Problems
from handoff_templates.sentiment_file import FILE, lexicon_of
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Turn
from orchestrator.domain.summary.lexicon import Lexicon
from tests.builders import T0, a_request

Speaker = Literal["customer", "agent", "bot", "system"]


def turns(*said: tuple[Speaker, str], at: datetime | None = T0) -> tuple[Turn, ...]:
    """Return turns `t1`, `t2`, ... in order."""
    return tuple(Turn(id=f"t{n}", at=at, speaker=who, text=text) for n, (who, text) in enumerate(said, 1))


def a_talk(*said: tuple[Speaker, str], **over: Any) -> RequestHandoff:
    """Return a request with this conversation and no summary of the sender."""
    return a_request(**({"summary": None, "reason": {"code": "x"}, "turns": turns(*said)} | over))


def the_lexicon() -> Lexicon:
    """Return the lexicon of the package."""
    problems = Problems()
    lexicon = lexicon_of((HOME / FILE).read_text(encoding="utf-8"), problems)
    assert problems.sorted() == []
    return lexicon


CHARGED_TWICE: tuple[tuple[Speaker, str], ...] = (
    ("customer", "Hi there!"),
    ("bot", "Hello! How can I help you today?"),
    ("customer", "I was charged twice for invoice 4417. The second charge came on 3 March."),
    ("bot", "Which invoice is it about?"),
    ("customer", "Invoice 4417, as I said. I want to speak to a manager, this is the third time I write."),
    (
        "agent",
        "Thank you for waiting. I can see both charges, one came from a retry of our payment provider.",
    ),
    ("agent", "I have asked billing to refund the second charge."),
)

_SENTENCES = st.sampled_from(
    (
        "The export of the report stops at 90 % every time.",
        "I was charged twice for invoice 4417!",
        "Since v2.1 the app shows e.g. a blank page, i.e. nothing works",
        "Could you please check the delivery log of our mail server?",
        "Our renewal is on 3 March and the whole team waits for the report",
        "Hello",
        "Thank you for waiting.",
        "Die Rechnung vom 3. März wurde doppelt abgebucht.",
        "See https://status.example.com/incidents/42?x=1 for the incident.",
        "I want to speak to a manager.",
        "…",
        "!!!",
        "and then it asked me to log in again and I did and it failed, so I tried the other address, " * 4,
    )
)
TURNS = st.lists(
    st.tuples(
        st.sampled_from(("customer", "agent", "bot", "system")),
        st.one_of(
            st.lists(_SENTENCES, min_size=1, max_size=5).map(" ".join),
            st.lists(_SENTENCES, min_size=1, max_size=5).map("\n".join),
            st.text(max_size=80),
        ),
    ),
    max_size=30,
).map(lambda said: turns(*said))

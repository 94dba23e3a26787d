"""Why the desk says no, in words for people: by the stable code, as its own message is for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from orchestrator.domain.sentence import Sentence

REASONS: Final[Mapping[str, Sentence]] = {
    "already-answered": Sentence("this question has an answer by now"),
    "already-contacted": Sentence("the customer was contacted already"),
    "already-paused": Sentence("it is paused already"),
    "clock-cannot-be-armed": Sentence(
        "a clock of this handoff cannot run by the rules in force: tell whoever keeps them"
    ),
    "illegal-transition": Sentence(
        "it is not where this can be done: open the handoff to see where it stands"
    ),
    "items-unfinished": Sentence("items of the checklist are not done yet: tick them first"),
    "needs-a-person": Sentence("the team that it would go to is automated, with no team of people behind it"),
    "nothing-asked": Sentence("nothing is asked that this could answer"),
    "nothing-breached": Sentence("nothing is breached any more"),
    "nothing-to-pause": Sentence("your team owes nothing that could be paused"),
    "not-a-lead": Sentence("a lead acknowledges what is breached"),
    "not-paused": Sentence("it is not paused"),
    "packet-held": Sentence("its packet is held: the sending team still owes items"),
    "pause-ends-before-it-starts": Sentence(
        "the pause would end before it begins: give a later end, or none"
    ),
    "pause-not-allowed": Sentence(
        "nothing that your team owes stands still for this reason: choose one that the rules name"
    ),
    "unknown-handoff": Sentence("nobody has requested this handoff"),
    "unknown-item": Sentence("the checklist has no such item: load the page again"),
    "unknown-team": Sentence("the rules have no such team"),
    "wrong-team": Sentence("this is for another team to do"),
}
"""Code -> what people are told. What is not among them answers no press of a button."""

"""Everything that can be wrong in the ladder of a clock, with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.handoff_templates.sets import CLOCK, a_set, replace, told, write

H = "to-billing/handoff.yaml"

ONE_CHANGE = {
    "unknown key of a ladder": (
        "      loops: 2",
        "      loop: 2",
        "12:7: unknown key of a ladder 'loop'; did you mean 'loops'?",
    ),
    "ladder that is no mapping": (
        "      loops: 2\n      every: 1h\n      steps:\n",
        "",
        "12:9: a ladder is not a mapping; write lines of 'key: value'",
    ),
    "no loops": ("loops: 2", "loops: 0", "12:14: 'loops' is not a whole number from 1 to 100; write one"),
    "loops of no length": (
        "      every: 1h\n",
        "",
        "12:14: a ladder of 2 loops has no 'every'; say how long one lasts",
    ),
    "two ends": (
        "      every: 1h\n",
        "      every: 1h\n      ends_after: 2h\n",
        "14:19: 'every' already says when a round ends; remove 'ends_after'",
    ),
    "rung after the end of a round": (
        "every: 1h",
        "every: 20m",
        (
            "17:19: a step 20m after the breach is a rung after the ladder's end, 20m after it; "
            "make it earlier, or the ladder longer"
        ),
    ),
    "rung after the end of the ladder": (
        "      loops: 2\n      every: 1h\n",
        "      ends_after: 15m\n",
        (
            "16:19: a step 20m after the breach is a rung after the ladder's end, 15m after it; "
            "make it earlier, or the ladder longer"
        ),
    ),
    "steps out of order": (
        "after: 10m",
        "after: 30m",
        "17:19: a step 20m after the breach comes behind one 30m after it; put the steps in the order of",
    ),
    "step at a negative time": (
        "after: 10m",
        "after: -10m",
        "16:19: the after '-10m' is negative; write a duration above zero, such as 15m",
    ),
    "step without time": ("after: 10m, ", "", "16:11: a step has no 'after'; add it"),
    "step that does nothing": (", do: reoffer", "", "16:11: a step has no 'do'; add it"),
    "step that does something unknown": (
        "do: reoffer",
        "do: re-offer",
        "16:28: unknown step 're-offer'; did you mean 'reoffer'?",
    ),
    "unknown key of a step": (
        "do: reoffer",
        "do: reoffer, until: 1h",
        "16:37: unknown key of a step 'until'; use one of: after, do, name, to",
    ),
    "step that notifies nobody": (", to: lead", "", "15:11: a step that notifies has no 'to'; add it"),
    "step that notifies somebody unknown": (
        "to: lead",
        "to: leads",
        "15:39: unknown person to notify 'leads'; did you mean 'lead'?",
    ),
    "step that has nobody to notify": (
        "do: reoffer",
        "do: reoffer, to: lead",
        "16:41: a step that does 'reoffer' has nobody to notify; remove 'to'",
    ),
    "re-offer on a clock of what is not offered": (
        "[offered]",
        "[requested]",
        "16:28: 'reoffer' needs a clock that starts on 'offered'; use another step, or remove it",
    ),
    "two steps of one name": (
        "do: reoffer",
        "do: notify, to: lead",
        "16:19: the rung 'lead' is already on line 15; give the step a 'name' of its own",
    ),
    "step with the name of a warning": (
        "do: reoffer",
        "do: reoffer, name: 50%",
        "16:19: the rung '50%' is already on line 10; give the step a 'name' of its own",
    ),
    "step with the name of a step of the next round": (
        "do: reoffer",
        "do: reoffer, name: 'lead #2'",
        "15:19: the rung 'lead #2' is already on line 16; give the step a 'name' of its own",
    ),
    "step named breach": (
        "do: reoffer",
        "do: reoffer, name: breach",
        "16:19: a rung is named 'breach', which every clock has; give it another name",
    ),
    "ladder without steps": (
        (
            "      steps:\n        - {after: 0m, do: notify, to: lead}\n        - {after: 10m, do: reoffer}\n"
            "        - {after: 20m, do: raise-priority}\n"
        ),
        "      steps: []\n",
        "14:14: a ladder has no steps; write one, or remove the ladder",
    ),
}


@pytest.mark.parametrize(("old", "new", "problem"), ONE_CHANGE.values(), ids=ONE_CHANGE.keys())
def test_a_change_of_a_ladder(tmp_path: Path, old: str, new: str, problem: str) -> None:
    write(a_set(tmp_path), H, CLOCK)
    assert told(tmp_path) == []
    replace(tmp_path, H, old, new)
    found = told(tmp_path)
    assert any(line.startswith(f"{H}:{problem}") for line in found), found

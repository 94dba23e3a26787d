"""Reads the ladder of a clock: what is done, step by step, after its breach."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from handoff_templates import durations
from handoff_templates.form import Form, sequence
from handoff_templates.problems import Place, Problems
from handoff_templates.rung_rows import RungNames
from handoff_templates.yaml_source import Value
from orchestrator.domain.clocks.occasions import Occasion
from orchestrator.domain.clocks.spec import Rung

_KEYS = ("loops", "every", "ends_after", "steps")
_STEP_KEYS = ("after", "do", "to", "name")
_EFFECTS = {"notify": None, "reoffer": "re-offer", "raise-priority": "priority"}
"""What a step does -> its name; one that notifies has the name of whom it notifies."""
_TO = ("lead", "manager")
_MOST_LOOPS = 100


class _Step(NamedTuple):
    rung: Rung
    after: timedelta
    place: Place


def read_ladder(
    value: Value, starts: Collection[Occasion] | None, names: RungNames, problems: Problems
) -> tuple[Rung, ...]:
    """Return the rungs after the breach, round by round.

    `starts` are the occasions on which the clock starts; None when they are not known here.
    """
    form = Form.open(value, _KEYS, "a ladder", problems)
    loops = form.whole("loops", 1, 1, _MOST_LOOPS)
    every, ends_after = form.duration("every"), form.duration("ends_after")
    if loops > 1 and form.value("every") is None:
        problems.add(form.at("loops"), f"a ladder of {loops} loops has no 'every'; say how long one lasts")
    if form.value("every") is not None and form.value("ends_after") is not None:
        problems.add(form.at("ends_after"), "'every' already says when a round ends; remove 'ends_after'")
    listed = form.required("steps", "a ladder")
    if listed is not None and listed.data == []:
        problems.add(listed.place, "a ladder has no steps; write one, or remove the ladder")
    steps: list[_Step] = []
    for item in sequence(listed, "steps", problems) if listed is not None else ():
        step = _step(item, every or ends_after, starts, problems)
        if step is None:
            continue
        if steps and step.after < steps[-1].after:
            problems.add(
                step.place,
                f"a step {durations.write(step.after)} after the breach comes behind one "
                f"{durations.write(steps[-1].after)} after it; put the steps in the order of time",
            )
        steps.append(step)
    return tuple(
        _in_round(step, number, every or timedelta())
        for number in range(1, loops + 1)
        for step in steps
        if names.take(_name_in_round(step, number), step.place, "give the step a 'name' of its own")
    )


def _step(
    item: Value, end: timedelta | None, starts: Collection[Occasion] | None, problems: Problems
) -> _Step | None:
    form = Form.open(item, _STEP_KEYS, "a step", problems)
    form.required("after", "a step")
    form.required("do", "a step")
    after = form.duration("after", is_zero_allowed=True)
    effect, to = form.name("do", "step", _EFFECTS), form.name("to", "person to notify", _TO)
    if effect == "notify":
        form.required("to", "a step that notifies")
    elif effect is not None and form.value("to") is not None:
        problems.add(form.at("to"), f"a step that does {effect!r} has nobody to notify; remove 'to'")
    if effect == "reoffer" and starts is not None and Occasion.OFFERED not in starts:
        problems.add(
            form.at("do"), "'reoffer' needs a clock that starts on 'offered'; use another step, or remove it"
        )
    if after is not None and end is not None and after >= end:
        problems.add(
            form.at("after"),
            f"a step {durations.write(after)} after the breach is a rung after the ladder's end, "
            f"{durations.write(end)} after it; make it earlier, or the ladder longer",
        )
    name = form.text("name")
    if effect is None or after is None or (effect == "notify" and to is None):
        return None
    called = name or _EFFECTS[effect] or to
    rung = Rung.model_validate(
        {"name": called, "effect": effect, "before": -after, "to": to if effect == "notify" else None}
    )
    return _Step(rung, after, form.at("after"))


def _name_in_round(step: _Step, number: int) -> str:
    return step.rung.name if number == 1 else f"{step.rung.name} #{number}"


def _in_round(step: _Step, number: int, every: timedelta) -> Rung:
    """Return the rung of a step in one round; each round begins `every` after the one before."""
    return step.rung.model_copy(
        update={
            "name": _name_in_round(step, number),
            "before": -(step.after + (number - 1) * every),
            "loop": number,
        }
    )

"""Prints the rungs of a clock: where each stands, and how its instant is computed."""

from __future__ import annotations

from datetime import datetime, timedelta

from orchestrator.domain.explanation.explained_clock import ClockStory, Firing, RungState, RungStory
from streams.cli.moments import instant, length, spans, whole
from streams.cli.page import Page

_STYLES = {
    RungState.FIRED: "bold",
    RungState.NEXT: "bold",
    RungState.DUE: "bold red",
    RungState.NEVER: "dim",
    RungState.DROPPED: "dim",
}
_SECOND = timedelta(seconds=1)


def print_rungs(clock: ClockStory, page: Page, zone: str, now: datetime) -> None:
    """Print the rungs in the order in which they are reached, and the steps that nobody could take."""
    for rung in clock.rungs:
        style = "bold red" if rung.name == "breach" and rung.state is RungState.FIRED else ""
        said = f"{_does(rung)}{_stands(rung, zone, now)}"
        page.row(rung.name, said, indent=4, style=style or _STYLES.get(rung.state, ""))
        page.row("", _computed(rung, clock, zone), indent=4, style="dim")
    for skipped in clock.skipped:
        page.row("skipped", skipped, indent=4)


def _does(rung: RungStory) -> str:
    match rung.effect:
        case "notify":
            done = f"tells the {rung.to}"
        case "reoffer":
            done = "offers it to another team"
        case "raise-priority":
            done = "raises the priority"
        case _:
            return ""
    return f"{done}{f', round {rung.loop}' if rung.loop > 1 else ''}: "


def _stands(rung: RungStory, zone: str, now: datetime) -> str:
    at = instant(rung.instant, zone) if rung.instant else ""
    standing = [firing for firing in rung.firings if firing.withdrawn is None]
    taken_back = [firing for firing in rung.firings if firing.withdrawn is not None]
    match rung.state:
        case RungState.FIRED:
            said = _fired(standing[-1], zone)
            if rung.instant != standing[-1].at:
                said += f"; by what is known now it is {at}" if at else ", and has no instant now"
        case RungState.DROPPED:
            said = f"dropped: {at} was past when the start came to light"
        case RungState.BEFORE:
            said = "fired in an earlier run"
        case RungState.NEXT:
            assert rung.instant is not None
            said = f"next, {at}, in {length(whole([rung.instant - now])[0])}"
        case RungState.DUE:
            said = f"due since {at}, and not noticed yet"
        case RungState.TO_COME:
            said = f"to come, {at}"
        case RungState.HELD:
            said = "has no instant while the clock stands still"
        case RungState.NEVER:
            said = f"never came: the clock had ended before {at}"
        case RungState.WITHDRAWN:
            said = "does not stand"
    return "; ".join(
        [said, *(f"{_fired(each, zone)}, and was taken back: {each.withdrawn}" for each in taken_back)]
    )


def _fired(firing: Firing, zone: str) -> str:
    late = firing.noticed_at - firing.at
    noticed = f", noticed {length(late)} later" if late >= _SECOND else ""
    return f"fired {instant(firing.at, zone)}{noticed}"


def _computed(rung: RungStory, clock: ClockStory, zone: str) -> str:
    budget, offset = length(clock.budget), length(rung.offset)
    if rung.share is not None:
        said = f"the whole {budget}" if rung.share == 1 else f"{rung.share * 100:g}% of {budget} = {offset}"
    elif not rung.before:
        said = f"at {budget}"
    else:
        when = "before" if rung.before > timedelta() else "after"
        said = f"{length(abs(rung.before))} {when} {budget}"
    if rung.moved_up:
        said += f", moved up by {length(rung.moved_up)}"
    if not said.endswith((offset, f"the whole {budget}")):
        said += f" = {offset}"
    if clock.carried and rung.offset > clock.carried:
        said += f", {length(whole([clock.carried])[0])} of it carried"
    if not rung.spans:
        return said
    is_open = clock.calendars[-1].name == "elapsed" and len(clock.calendars) == 1
    return f"{said}{'' if is_open else ' of working time'}: {spans(rung.spans, zone)}"

"""Prints the explanation of a case's clocks for a person: why each of them is where it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from orchestrator.domain.explanation.explained import (
    Condition,
    Custody,
    Explanation,
    HandoffStory,
    Matched,
    NoRun,
)
from orchestrator.domain.explanation.explained_clock import ClockStory, Happening, Moved, Still
from streams.cli.moments import instant, length, stretch, whole
from streams.cli.page import Page
from streams.cli.rung_story import print_rungs

_OCCASIONS = {
    "case-opened": "the case was opened",
    "requested": "the handoff was requested",
    "items-missing": "an item of the checklist was missing",
    "items-complete": "the checklist was complete",
    "offered": "offered",
    "contacted": "the customer was contacted",
    "handed-on": "handed on",
}
_BASIS = {
    "stated": "as the sender stated it",
    "stale": "chosen, since what is known is stale",
    "unknown": "chosen, since none is known for sure",
    "unpaid": "chosen, since the account is unpaid",
}


def print_explanation(explanation: Explanation, page: Page) -> None:
    """Print who held the case, and each handoff with its clocks."""
    now = explanation.now
    page.heading(f"case {explanation.case_id}, as of {instant(now)}")
    _print_custody(explanation.custody, page, now)
    for handoff in explanation.handoffs:
        page.blank()
        _print_handoff(handoff, page)
        for clock in handoff.clocks:
            page.blank()
            _print_clock(clock, page, now)
        if handoff.without_run:
            page.blank()
        for each in handoff.without_run:
            page.row(each.kind, _without_run(each))


def _print_custody(custody: Custody, page: Page, now: datetime) -> None:
    page.blank()
    if not custody.holds:
        page.row("held by", "its sending team all the time: no handoff moved the case")
        return
    page.heading("held by")
    cells = whole([each for hold in custody.holds for each in (hold.working, hold.waiting, hold.paused)])
    rows: list[tuple[str, ...]] = []
    until: datetime | None = None
    for n, hold in enumerate(custody.holds):
        if until is not None and until < hold.since:
            rows.append((instant(until), "nobody", f"completed for {length(hold.since - until)}"))
        did = zip(("worked", "waited for acceptance", "paused"), cells[3 * n : 3 * n + 3], strict=True)
        rows.append(
            (instant(hold.since), hold.team, ", ".join(f"{word} {length(t)}" for word, t in did if t))
        )
        until = hold.until
    rows.append((instant(until or now), *(("nobody", "completed") if until else ("", "now"))))
    page.columns(rows)
    page.blank()
    _print_shares(custody, cells, page)


def _print_shares(custody: Custody, cells: list[timedelta], page: Page) -> None:
    """Print the sums of what is printed above, so that a reader who adds it up gets the same."""
    sums: dict[str, list[timedelta]] = {}
    for n, hold in enumerate(custody.holds):
        row = sums.setdefault(hold.team, [timedelta()] * 3)
        sums[hold.team] = [a + b for a, b in zip(row, cells[3 * n : 3 * n + 3], strict=True)]
    rows: list[tuple[str, ...]] = [("team", "working", "waiting", "paused", "together")]
    rows += [(team, *map(length, row), length(sum(row, timedelta()))) for team, row in sums.items()]
    nobody = whole([custody.nobody])[0]
    if nobody:
        rows.append(("nobody", "", "", "", length(nobody)))
    in_all = [sum((row[n] for row in sums.values()), timedelta()) for n in range(3)]
    rows.append(("the whole", *map(length, in_all), length(sum(in_all, nobody))))
    page.columns(rows, right_from=1)


def _print_handoff(handoff: HandoffStory, page: Page) -> None:
    side = ", beside the sender's own work" if handoff.is_side else ""
    page.heading(f"handoff {handoff.id}")
    page.row("from, to", f"{handoff.sending_team} to {handoff.receiving_team}, {handoff.status}{side}")
    page.row("kind", _matched(handoff.kind, "no kind before it matched", "named in the request"))
    page.row("policy", _matched(handoff.clock_policy, "no clock policy matched", "stamped on it"))
    for each in handoff.clock_policy.passed_over:
        page.row("", f"not {each.name}: {_condition(each.why)}")
    tier = handoff.entitlement
    note = f" ({tier.note})" if tier.note else ""
    page.row("customer", f"tier {tier.tier or 'none'}, {_BASIS[tier.basis]}{note}")
    for note in handoff.routing_notes:
        page.row("routing", note)
    page.row("rules", f"{handoff.rules_version}, since {instant(handoff.requested_at)}")
    for step in handoff.rules_steps:
        what = "its calendars only" if step.calendars_only else f"policy {step.clock_policy}"
        by = f" by {step.by}" if step.by else ""
        page.row("", f"{step.version}, {what}, since {instant(step.at)}{by}: {step.reason}")


def _matched(matched: Matched, otherwise: str, named: str) -> str:
    if not matched.conditions:
        return f"{matched.name}: {otherwise}"
    if not all(each.holds for each in matched.conditions):
        return f"{matched.name}: {named}"
    return f"{matched.name}, the first that matches: {', '.join(map(_condition, matched.conditions))}"


def _condition(condition: Condition) -> str:
    met = condition.met or "none"
    if not condition.holds:
        return f"{condition.what} is {met}, not {' or '.join(condition.wanted)}"
    one_of = f" (one of {', '.join(condition.wanted)})" if condition.wanted != (condition.met,) else ""
    return f"{condition.what} is {met}{one_of}"


def _print_clock(clock: ClockStory, page: Page, now: datetime) -> None:
    zone = clock.calendars[-1].zone
    run = f", run {clock.generation}" if clock.generation > 1 else ""
    owed = "all teams together" if clock.is_shared else clock.team
    page.heading(f"{clock.kind}{run}, owed by {owed}: {_state(clock)}", indent=2)
    for calendar in clock.calendars:
        since = f"from {instant(calendar.since, zone)} on: " if calendar.since else ""
        place = f" ({calendar.zone})" if calendar.name != "elapsed" else ""
        page.row("calendar", f"{since}{calendar.name}{place}: {calendar.week}", indent=4)
        for exception in calendar.exceptions:
            page.row("", exception, indent=4)
    page.row("started", _happening(clock.started, zone), indent=4)
    if clock.carried:
        page.row("carried", f"{length(clock.carried)} were used in earlier runs", indent=4)
    for still in clock.stood_still:
        page.row("stood still", _still(still, zone), indent=4)
    for seen in clock.acknowledged:
        note = f": {seen.note}" if seen.note else ""
        page.row(
            "no ladder", f"{stretch(seen.since, seen.until, zone)}, acknowledged by {seen.by}{note}", indent=4
        )
    for moved in clock.moved:
        if moved.due_before != moved.due_after or moved.what != "reprojected":
            page.row(_MOVED[moved.what], _moved(moved, zone), indent=4)
    if clock.used_by:
        used = zip(clock.used_by, whole([each.consumed for each in clock.used_by]), strict=True)
        page.row("used by", ", ".join(f"{u.team or 'nobody'} {length(t)}" for u, t in used), indent=4)
    if clock.ended is not None:
        page.row("ended", _happening(clock.ended, zone), indent=4)
    print_rungs(clock, page, zone, now)


_MOVED = {"reprojected": "moved", "breach-withdrawn": "no breach", "met-late-delivery": "met in time"}


def _moved(moved: Moved, zone: str) -> str:
    before, after = (instant(at, zone) if at else "" for at in (moved.due_before, moved.due_after))
    due = f"due {after}" if after else "no due instant"
    return f"{due} instead of {before}: {moved.why}" if before != after and before else f"{due}: {moved.why}"


def _state(clock: ClockStory) -> str:
    used = whole([clock.consumed])[0]
    left = clock.budget - used
    rest = f"{length(left)} left" if left >= timedelta() else f"{length(-left)} over"
    return f"{_where(clock)}, {length(used)} of {length(clock.budget)} used, {rest}"


def _where(clock: ClockStory) -> str:
    is_late = clock.state == "breached"
    if clock.is_shared and clock.ended is not None and clock.ended.what == "handed-on":
        return "goes on with the next handoff"
    if clock.outcome == "met":
        return "met late" if is_late else "met"
    if clock.outcome == "cancelled":
        return "breached, then lapsed" if is_late else "lapsed"
    is_still = bool(clock.stood_still) and clock.stood_still[-1].until is None
    if is_still:
        return "breached, stands still" if is_late else "stands still"
    return "breached" if is_late else "running"


def _happening(happening: Happening, zone: str) -> str:
    what = _OCCASIONS.get(happening.what, happening.what.value)
    detail = f" {happening.detail}" if (happening.detail or "").startswith("to ") else ""
    by = f", by {happening.by}" if happening.by else ""
    note = f": {happening.detail}" if happening.detail and not detail else ""
    automatic = ", automatic and so not the team's action" if happening.is_automatic else ""
    return f"{instant(happening.at, zone)}, {what}{detail}{by}{automatic}{note}"


def _still(still: Still, zone: str) -> str:
    why = f"{still.why}, by {still.by}" if still.by else still.why
    working = length(whole([still.working])[0])
    lasted = f"{length(whole([still.lasted])[0])}, {working} of it working time"
    if still.until is None:
        until = f", till {instant(still.resumes_at, zone)} at the latest" if still.resumes_at else ""
        return f"since {instant(still.since, zone)}{until}: {lasted}; {why}"
    ended = {"itself": "as long as it may", "end": "until the clock ended"}.get(
        still.ended_by or "", f"until {still.ended_by}"
    )
    return f"{stretch(still.since, still.until, zone)}: {lasted}; {why}; {ended}"


def _without_run(each: NoRun) -> str:
    started = instant(each.started_at) if each.started_at else ""
    match each.why:
        case "waits":
            return f"has not started; it does when {' or '.join(each.starts)}"
        case "not-in-the-rules":
            ended = f" to {instant(each.ended_at)}" if each.ended_at else ""
            return f"ran from {started}{ended}, and is not in the rules of now"
        case "undone":
            return f"was told of as started {started}; by what came to light later it never ran"

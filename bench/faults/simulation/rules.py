"""The rules of the simulated desks: teams in five zones, every sort of clock, and a second version."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Final

from orchestrator.domain.calendars.calendar import BusinessCalendar, Closure, Week, Window
from orchestrator.domain.checklist import ChecklistItem, Stage
from orchestrator.domain.clocks.occasions import Occasion as O
from orchestrator.domain.clocks.spec import BREACH_RUNG, ClockSpec, Rung
from orchestrator.domain.model import Priority
from orchestrator.domain.policy import ClockPolicy, Kind, KindMatch, PolicyMatch, Routing, Rules, Team

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
WAITS, VENDOR, LUNCH = "waits-for-customer", "waits-for-vendor", "lunch"
"""Why a team may pause; not every clock stands still for each."""
LIMITED: Final = "engineering"
BEFORE_ITEMS: Final = ("verified", "summarised")
OLD, NEW = "rules-1", "rules-2"

_BACK = (O.DECLINED, O.RETURNED, O.WITHDRAWN)
_OVER = (O.HANDED_ON, O.COMPLETED)


def _week(weekdays: str, weekend: str = "") -> Week:
    working, off = (tuple(map(_window, text.split())) for text in (weekdays, weekend))
    return Week(mon=working, tue=working, wed=working, thu=working, fri=working, sat=off, sun=off)


def _window(text: str) -> Window:
    return Window.model_validate(text)


def _calendars(version: str) -> dict[str, BusinessCalendar]:
    """Return hours that cross the nights in which clocks change; the new version moves most of them."""
    later = version == NEW
    outage = Closure.model_validate({"since": "2026-10-26T10:00", "until": "2026-10-26T11:20"})
    found = [
        BusinessCalendar(
            name="berlin",
            zone="Europe/Berlin",
            week=_week("08:00-12:30 13:30-18:00" if not later else "09:00-12:00 12:30-19:00", "01:30-04:00"),
            closures=(outage,) if later else (),
        ),
        BusinessCalendar(
            name="new-york",
            zone="America/New_York",
            week=_week("09:00-17:00 22:00-06:00", "22:00-06:00" if not later else "20:00-07:00"),
        ),
        BusinessCalendar(
            name="kolkata",
            zone="Asia/Kolkata",
            week=_week("06:30-15:30 18:00-23:00"),
            holidays=(date(2026, 10, 26),) if later else (date(2026, 3, 30),),
        ),
        BusinessCalendar(
            name="lord-howe",
            zone="Australia/Lord_Howe",
            week=_week("00:00-03:00 07:15-20:45", "00:30-05:00" if not later else "01:45-05:00"),
        ),
        BusinessCalendar(name="st-johns", zone="America/St_Johns", week=_week("00:00-24:00", "00:00-24:00")),
    ]
    return {calendar.name: calendar for calendar in found}


def _teams() -> dict[str, Team]:
    rows = (
        # id, calendar, lead, manager, fallback
        ("chat", "elapsed", True, True, "tier-1"),
        ("tier-1", "berlin", True, False, "tier-2"),
        ("tier-2", "new-york", True, True, "billing"),
        ("billing", "lord-howe", False, True, "engineering"),
        ("engineering", "st-johns", True, False, None),
        ("phone", "kolkata", False, False, "chat"),
    )
    return {
        id: Team(
            id=id,
            name=id,
            calendar=calendar,
            lead=f"lead-{id}" if lead else None,
            manager=f"manager-{id}" if manager else None,
            fallback=fallback,
            most_open=3 if id == LIMITED else None,
        )
        for id, calendar, lead, manager, fallback in rows
    }


TEAMS: Final = tuple(_teams())
CHECKLIST: Final = (
    *(ChecklistItem(id=item, stage=Stage.BEFORE, text=item) for item in BEFORE_ITEMS),
    ChecklistItem(id="mood", stage=Stage.BEFORE, text="mood", required=False),
    ChecklistItem(id="told", stage=Stage.DURING, text="told"),
    ChecklistItem(id="read", stage=Stage.AFTER, text="read"),
)


def _step(name: str, after: int, effect: str, to: str | None = None, loop: int = 1) -> Rung:
    return Rung.model_validate(
        {"name": name, "effect": effect, "before": -after * MINUTE, "to": to, "loop": loop}
    )


def _rounds(every: int, *steps: tuple[str, int, str, str | None]) -> tuple[Rung, ...]:
    return tuple(
        _step(f"{name}-{loop}", after + (loop - 1) * every, effect, to, loop)
        for loop in (1, 2)
        for name, after, effect, to in steps
    )


_HALF = Rung(name="half", share=0.5)
_NEARLY = Rung(name="80%", share=0.8)
_LAST = Rung(name="last", before=10 * MINUTE)


def _clocks(accept: int, resolve: int, *, is_new: bool) -> tuple[ClockSpec, ...]:
    ladder = _rounds(
        90,
        ("lead", 0, "notify", "lead"),
        ("again", 20, "reoffer", None),
        ("manager", 30, "notify", "manager"),
        ("priority", 45, "raise-priority", None),
    )
    team, receiving = {"calendar": "team"}, {"owes": "receiving"}
    specs = (
        {
            "kind": "notes",
            "owes": "sending",
            "budget": 25 * MINUTE,
            "starts": (O.REQUESTED, O.ITEMS_MISSING),
            "stops": (O.ITEMS_COMPLETE,),
            "cancels": (*_BACK, *_OVER),
            "rungs": (_HALF, BREACH_RUNG),
            "longest_pause": 40 * MINUTE,
        },
        {
            "kind": "accept",
            **receiving,
            **team,
            "budget": accept * MINUTE,
            "starts": (O.OFFERED,),
            "stops": (O.ACCEPTED, O.DECLINED),
            "cancels": (O.RETURNED, O.WITHDRAWN, *_OVER),
            "rungs": (_HALF, _LAST, BREACH_RUNG, *ladder),
            "acknowledged_for": 35 * MINUTE,
        },
        {
            "kind": "first_contact",
            **receiving,
            **team,
            "budget": 75 * MINUTE,
            "starts": (O.ACCEPTED,),
            "stops": (O.CONTACTED,),
            "cancels": (*_BACK, *_OVER),
            "reopening": "first",
            "rungs": (_NEARLY, BREACH_RUNG, _step("lead", 15, "notify", "lead")),
            "longest_pause": HOUR,
        },
        {
            # The new rules lose a clock, and have another one instead.
            "kind": "update" if is_new else "next_reply",
            **receiving,
            "budget": 90 * MINUTE,
            "starts": (O.ACCEPTED, O.REOPENED),
            "resets": (O.CONTACTED,),
            "cancels": (*_BACK, *_OVER),
            "pauses": (WAITS,),
        },
        {
            "kind": "resolve",
            **receiving,
            **team,
            "budget": resolve * MINUTE,
            "starts": (O.ACCEPTED, O.REOPENED),
            "stops": _OVER,
            "cancels": _BACK,
            "reopening": "total",
            "pauses": (WAITS, VENDOR),
            "longest_pause": 3 * HOUR,
            "rungs": (_HALF, _NEARLY, BREACH_RUNG, _step("manager", 0, "notify", "manager")),
        },
        {
            "kind": "customer",
            "owes": "all",
            "budget": 9 * HOUR,
            "starts": (O.CASE_OPENED, O.REOPENED),
            "stops": (O.COMPLETED,),
            "cancels": (O.WITHDRAWN, O.HANDED_ON),
            "reopening": "total",
            "pauses": (WAITS,),
            "longest_pause": 4 * HOUR,
            "rungs": (_HALF, BREACH_RUNG, _step("lead", 30, "notify", "lead")),
        },
    )
    return tuple(ClockSpec.model_validate(spec) for spec in specs)


@cache
def rules(version: str) -> Rules:
    """Return one of the two versions: the new one has other hours and other budgets."""
    is_new = version == NEW
    clocks = _clocks(40, 150, is_new=True) if is_new else _clocks(60, 240, is_new=False)
    urgent = ClockPolicy(
        name="urgent",
        match=PolicyMatch(priorities=(Priority.URGENT, Priority.HIGH)),
        clocks=_clocks(20, 100, is_new=True) if is_new else _clocks(30, 120, is_new=False),
    )
    side = Kind(
        name="side",
        title="Side",
        match=KindMatch(is_escalation=True),
        sender_keeps_case=True,
        checklist=CHECKLIST,
        clocks=clocks[:2],
    )
    moves = Kind(name="moves", title="Moves", checklist=CHECKLIST, clocks=clocks, policies=(urgent,))
    waits = moves.model_copy(
        update={
            "name": "waits",
            "match": KindMatch(sending_teams=("chat", "phone", "tier-2")),
            # The new rules hold nothing back any more.
            "when_incomplete": "send" if is_new else "hold",
        }
    )
    return Rules(
        version=version,
        kinds={"side": side, "waits": waits, "moves": moves},
        teams=_teams(),
        calendars=_calendars(version),
        routing=Routing(hop_limit=4),
    )

"""A kind that holds its packets says until when, and for what; what fills an item in can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from handoff_templates import load
from tests.unit.handoff_templates.sets import a_set, replace, told, write

H = "to-billing/handoff.yaml"
HOLD = "title: To billing\nwhen_incomplete: hold\n"


def holding(folder: Path) -> Path:
    """Write a set whose kind holds: its `notes` may be paused, but not for ever."""
    replace(a_set(folder), H, "title: To billing\n", HOLD)
    replace(folder, H, "    budget: 15m\n", "    budget: 15m\n    longest_pause: 4h\n")
    return folder


def test_a_kind_may_hold_and_refuse(tmp_path: Path) -> None:
    replace(holding(tmp_path), H, HOLD, f"{HOLD}when_unfinished: refuse\n")
    kind = load(tmp_path).rules.kinds["to-billing"]
    assert (kind.when_incomplete, kind.when_unfinished, kind.holds) == ("hold", "refuse", True)


def test_a_kind_sends_and_warns_when_it_says_nothing(tmp_path: Path) -> None:
    kind = load(a_set(tmp_path)).rules.kinds["to-billing"]
    assert (kind.when_incomplete, kind.when_unfinished, kind.holds) == ("send", "warn", False)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "      filled_by: account_id\n",
            "      filled_by: account_id\n      required: false\n",
            (
                "2:18: 'when_incomplete: hold' needs a required item of 'before' to wait for; add one, "
                "or write 'send'"
            ),
        ),
        (
            "    longest_pause: 4h\n",
            "",
            (
                "2:18: 'when_incomplete: hold' would wait for ever while the clock 'notes' is paused; "
                "give that a 'longest_pause', or write 'send'"
            ),
        ),
        (
            "    longest_pause: 4h\n",
            "    longest_pause: 4h\n    starts: [items-missing]\n",
            (
                "2:18: 'when_incomplete: hold' waits from the request on, but the clock 'notes' starts "
                "later; add 'requested' to 'starts', or write 'send'"
            ),
        ),
        (
            "    owes: sending\n",
            "    owes: receiving\n",
            (
                "2:18: 'when_incomplete: hold' waits for the sender, but the clock 'notes' is not its; "
                "write 'owes: sending', or write 'send'"
            ),
        ),
        ("  notes:\n", "  remarks:\n    starts: [requested]\n    stops: [items-complete]\n", None),
        (
            "      - {name: late, at: 90%}\n",
            (
                "      - {name: late, at: 90%}\npolicies:\n  - name: hasty\n    match: {tiers: [gold]}\n"
                "    clocks: {notes: null}\n"
            ),
            (
                "2:18: 'when_incomplete: hold' needs the clock 'notes' of the policy 'hasty', which says how "
                "long a packet waits; add it, or write 'send'"
            ),
        ),
        (
            "when_incomplete: hold",
            "when_incomplete: wait",
            "2:18: unknown answer to 'when_incomplete' 'wait'; use one of: hold, send",
        ),
        (
            "when_incomplete: hold",
            "when_unfinished: warm",
            "2:18: unknown answer to 'when_unfinished' 'warm'; did you mean 'warn'?",
        ),
    ],
)
def test_a_kind_that_could_hold_for_nothing_or_for_ever_is_refused(
    tmp_path: Path, old: str, new: str, problem: str | None
) -> None:
    replace(holding(tmp_path), H, old, new)
    wanted = problem or (
        "2:18: 'when_incomplete: hold' needs the clock 'notes', which says how long a packet waits; add it, "
        "or write 'send'"
    )
    assert told(tmp_path) == [f"{H}:{wanted}"]


def test_notes_that_never_pause_need_no_longest_pause(tmp_path: Path) -> None:
    replace(holding(tmp_path), H, "longest_pause: 4h", "pauses: never")
    assert told(tmp_path) == []


@pytest.mark.parametrize(
    "written",
    [
        "account.identity_verified",
        "account.known_by_voice is true",
        "billing.payment_state is known",
        "contract.tier is not free",
    ],
)
def test_an_item_may_ask_for_the_context(tmp_path: Path, written: str) -> None:
    replace(a_set(tmp_path), H, "filled_by: account_id", f"filled_by: {written}")
    own = "account.known_by_voice: {label: Known by voice, type: flag}"
    write(tmp_path, "context.yaml", f"fields: [account.name]\nown_fields:\n  {own}\n")
    item = load(tmp_path).rules.kinds["to-billing"].checklist[0]
    assert item.condition is not None
    assert item.filled_by == written


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "biling.payment_state",
            "unknown field 'biling.payment_state'; did you mean 'billing.payment_state'?",
        ),
        ("account.known_by_voice", "unknown field 'account.known_by_voice'; "),
        ("issue.status is known", "unknown field 'issue.status'; did you mean 'account.status'?"),
        (
            "billing.payment_state is",
            "'billing.payment_state is' is no condition on a field of the context; ",
        ),
        ("billing payment", "'billing payment' is no condition on a field of the context; write 'subject."),
        ("billing.payment_state is not known", "'billing.payment_state is not known' cannot be asked: "),
    ],
)
def test_an_item_that_asks_for_what_there_is_not_is_refused(
    tmp_path: Path, written: str, problem: str
) -> None:
    replace(a_set(tmp_path), H, "filled_by: account_id", f"filled_by: {written}")
    [found] = told(tmp_path)
    assert found.startswith(f"{H}:11:18: {problem}")


def test_nothing_fills_in_what_the_receiver_has_to_see_to(tmp_path: Path) -> None:
    replace(a_set(tmp_path), H, "      required: false\n", "      filled_by: summary\n")
    [found] = told(tmp_path)
    assert found.startswith(f"{H}:15:18: nothing fills an item of 'after' in")


def test_of_the_packaged_kinds_the_one_where_nobody_waits_holds() -> None:
    assert [name for name, kind in load().rules.kinds.items() if kind.holds] == ["chat-to-email"]

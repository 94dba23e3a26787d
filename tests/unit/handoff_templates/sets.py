"""Small sets of templates on disk, and changes to them that are wrong."""

from __future__ import annotations

from pathlib import Path

from handoff_templates import check

TEAMS = """\
chat:
  name: Chat Support
  channels: [chat]
billing:
  name: Billing & Co
"""

HANDOFF = """\
title: To billing
order: 10
match:
  receiving_teams: [billing]
receiving_team: billing
next_step: Look at the invoice.
checklist:
  before:
    - id: account-named
      text: The account is named
      filled_by: account_id
  after:
    - id: told
      text: Tell the customer
      required: false
clocks:
  notes:
    owes: sending
    budget: 15m
    warn: [50%, 80%]
  accept:
    owes: receiving
    budget: 1h30m
    warn:
      - 10m before
      - {name: late, at: 90%}
"""

CLOCKS = """\
notes:
  starts: [requested, items-missing]
  stops: [items-complete]
  cancels: [withdrawn, completed]
accept:
  starts: [offered]
  stops: [accepted, declined]
  cancels: [withdrawn, completed]
"""

CLOCK = """\
title: To billing
clocks:
  accept:
    owes: receiving
    budget: 30m
    starts: [offered]
    stops: [accepted]
    cancels: [withdrawn]
    resets: [reopened]
    warn: [50%]
    ladder:
      loops: 2
      every: 1h
      steps:
        - {after: 0m, do: notify, to: lead}
        - {after: 10m, do: reoffer}
        - {after: 20m, do: raise-priority}
"""
"""A handoff.yaml with one clock that says much."""

TEXTS = {
    "packet.md.j2": "Case {{ request.case_id|code }}: {{ title }}\n",
    "opening_line.txt.j2": "Hello{% if customer.name %} {{ customer.name }}{% endif %}.\n",
    "customer_note.txt.j2": "{{ receiver.team|team }} helps you.\n",
}


def a_set(folder: Path, **texts: str) -> Path:
    """Write a set with one kind, `to-billing`, into `folder`; a keyword such as `packet` replaces a text.

    It has a `_shared` of its own, which spares each test the reading of the packaged one. What its clocks
    owe is written in the kind.
    """
    write(folder, "teams.yaml", TEAMS)
    write(folder, "to-billing/handoff.yaml", HANDOFF)
    write(folder, "_shared/packet.md.j2", "")
    write(folder, "_shared/clocks.yaml", CLOCKS)
    for name, text in TEXTS.items():
        write(folder, f"to-billing/{name}", texts.get(name.partition(".")[0], text))
    return folder


def write(folder: Path, path: str, text: str) -> None:
    """Write a file of a set."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def replace(folder: Path, path: str, old: str, new: str) -> None:
    """Change a file of a set, once."""
    text = (folder / path).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is in {path} {text.count(old)} times"
    write(folder, path, text.replace(old, new))


def told(folder: Path) -> list[str]:
    """Return each problem of a set as a person reads it."""
    return [str(problem) for problem in check(folder)]

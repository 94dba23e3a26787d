"""Who works on the floor, and whose cases they have."""

from __future__ import annotations

from typing import Final

from orchestrator.domain.model import Actor, Customer

AGENTS: Final = {
    "bot": ("Virtual Assistant",),
    "chat": ("Sarah Okafor", "Tom Becker", "Mei Lin"),
    "phone": ("Marco Rossi", "Priya Nair"),
    "email": ("Kavya Rao", "Jonas Weber"),
    "tier-1": ("Omar Haddad", "Lucía Romero", "Dev Patel"),
    "tier-2": ("Ana Diaz", "Ben Cole", "Linus Berg"),
    "billing": ("Petra Novak", "Hugo Martin"),
    "engineering": ("Grace Kim", "Ivan Petrov"),
    "retention": ("Ruth Adler", "Sam Ortiz"),
    "success": ("Nadia Haas", "Leo Silva"),
}
"""Team -> the people who work in it."""


def person(team: str, name: str | int = 0) -> Actor:
    """Return somebody of a team, by name or by number; nobody but the assistant works in an automated one."""
    named = name if isinstance(name, str) else AGENTS[team][name % len(AGENTS[team])]
    return Actor(kind="bot" if team == "bot" else "agent", id=id_of(named), name=named, team=team)


def lead(team: str, name: str) -> Actor:
    """Return a team's lead."""
    return Actor(kind="lead", id=f"lead-{team}", name=name, team=team)


def id_of(name: str) -> str:
    """Return the id under which a person signs in: `ana.diaz`."""
    return name.lower().replace(" ", ".").replace("í", "i")


def customer(number: int) -> Customer:
    """Return customer number `number` of all who ever call; their account has the same number."""
    first = _FIRST[number % len(_FIRST)]
    last = _LAST[(number * 7 + number // len(_FIRST)) % len(_LAST)]
    return Customer(
        id=f"customer-{number}",
        account_id=f"account-{number}",
        name=f"{first} {last}",
        tier=("standard", "silver", "gold", "enterprise")[number * 5 % 7 % 4],
        language="de" if number % 9 == 4 else "en",
    )


_FIRST = (
    *("Alan", "Amara", "Björn", "Chloé", "Dmitri", "Elena", "Farid", "Grace", "Hana", "Isaac", "Jürgen"),
    *("Keiko", "Lars", "Maria", "Nikhil", "Olga", "Pedro", "Quinn", "Rosa", "Siobhán", "Tariq", "Uma"),
)
_LAST = (
    *("Adeyemi", "Bauer", "Castillo", "Dubois", "Eriksen", "Fischer", "García", "Hopper", "Ito"),
    *("Johansson", "Kowalski", "Lindqvist", "Moreau", "Nakamura", "O'Brien", "Papadopoulos", "Reyes"),
    *("Schneider", "Turing", "Vogel", "Wójcik", "Yılmaz", "Zhang"),
)

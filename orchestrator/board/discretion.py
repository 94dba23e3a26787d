"""Whose case it is, for those who may know."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.board.access.viewer import BetweenTeams, Role, Viewer
from orchestrator.board.live.card import Card


def knows_customer(viewer: Viewer, it: BetweenTeams) -> bool:
    """Whether they may read whose case it is: those of its teams and auditors may, ops may not."""
    return viewer.has(Role.AUDITOR) or viewer.is_of(it.sending_team) or viewer.is_of(it.receiving_team)


def nameless(card: Card) -> Card:
    """Return the card without its customer."""
    return replace(card, customer="", customer_id="", account_id=None)


def as_seen(card: Card, viewer: Viewer) -> Card:
    """Return the card as this viewer may read it."""
    return card if knows_customer(viewer, card) else nameless(card)

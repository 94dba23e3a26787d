"""Sessions stand until they expire or are ended, and nobody else can make one."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from orchestrator.board.access.sessions import Sessions, Signer, TooManyTeams
from orchestrator.board.access.spent import Spent
from orchestrator.board.access.viewer import Role, Viewer
from tests import builders as b

KEY = b"k" * 32
ANA = Viewer("ana", "Ana", frozenset({Role.AGENT}), frozenset({"billing"}), home="billing")


def test_a_session_says_who_signed_in() -> None:
    sessions = Sessions(KEY, timedelta(hours=1))
    _, cookie = sessions.begin(ANA, b.T0)
    read = sessions.read(cookie, b.T0)
    assert read is not None
    assert read.as_viewer() == ANA


def test_a_session_ends_to_the_second() -> None:
    sessions = Sessions(KEY, timedelta(hours=1))
    _, cookie = sessions.begin(ANA, b.T0)
    assert sessions.read(cookie, b.T0 + timedelta(seconds=3_599)) is not None
    assert sessions.read(cookie, b.T0 + timedelta(seconds=3_600)) is None


def test_a_session_with_a_token_ends_with_the_token() -> None:
    sessions = Sessions(KEY, timedelta(hours=1))
    session, _ = sessions.begin_with_token(uuid4(), b.T0 + b.MINUTE, b.T0)
    assert session.expires_at == b.T0 + b.MINUTE


def test_a_copy_of_an_ended_session_is_worth_nothing() -> None:
    sessions = Sessions(KEY, timedelta(hours=1))
    session, cookie = sessions.begin(ANA, b.T0)
    sessions.end(session, b.T0)
    assert sessions.read(cookie, b.T0) is None
    _, another = sessions.begin(ANA, b.T0)
    assert sessions.read(another, b.T0) is not None


def test_each_sign_in_is_a_session_of_its_own() -> None:
    sessions = Sessions(KEY, timedelta(hours=1))
    assert sessions.begin(ANA, b.T0)[0].id != sessions.begin(ANA, b.T0)[0].id


@pytest.mark.parametrize("cookie", [None, "", "x", "e30.x", "a.b.c", "\udcff", "é"])
def test_what_we_did_not_sign_is_nothing(cookie: str | None) -> None:
    assert Sessions(KEY, timedelta(hours=1)).read(cookie, b.T0) is None


def test_a_changed_cookie_is_nothing() -> None:
    sessions = Sessions(KEY, timedelta(hours=1))
    _, cookie = sessions.begin(ANA, b.T0)
    for at in range(0, len(cookie), 7):
        changed = cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at + 1 :]
        assert sessions.read(changed, b.T0) is None


def test_another_key_or_another_purpose_signs_no_session() -> None:
    session, cookie = Sessions(b"j" * 32, timedelta(hours=1)).begin(ANA, b.T0)
    sessions = Sessions(KEY, timedelta(hours=1))
    assert sessions.read(cookie, b.T0) is None
    assert sessions.read(Signer(KEY, "you").sign(session.model_dump_json()), b.T0) is None
    assert sessions.read(Signer(KEY, "session").sign("{}"), b.T0) is None
    assert sessions.read(Signer(KEY, "session").sign(session.model_dump_json()), b.T0) == session


def test_more_teams_than_a_cookie_holds_are_said() -> None:
    many = frozenset(f"team-{number}-{uuid4()}" for number in range(300))
    with pytest.raises(TooManyTeams, match="300 teams"):
        Sessions(KEY, timedelta(hours=1)).begin(Viewer("a", "A", frozenset(Role), many), b.T0)


def test_what_counts_once_is_forgotten_when_it_would_not_count_any_more() -> None:
    spent = Spent()
    assert spent.spend("a", b.T0 + b.MINUTE, b.T0)
    assert not spent.spend("a", b.T0 + b.MINUTE, b.T0)
    assert spent.spend("b", b.T0 + b.HOUR, b.T0 + b.MINUTE)
    assert "a" not in spent

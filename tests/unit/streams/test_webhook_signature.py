"""Signatures are those of Standard Webhooks, also while one secret replaces another."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from streams.notify.signature import headers, read_secrets
from tests.unit.streams.webhook_builders import SECRET

ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1_614_265_330, UTC)
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""Of the example that the specification's libraries are tested with."""


def test_the_published_example() -> None:
    assert headers(ID, AT, BODY, read_secrets(SECRET)) == {
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_two_secrets_are_two_signatures() -> None:
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    signed = headers(ID, AT, BODY, read_secrets(f" {other}  {SECRET}\n"))["webhook-signature"].split(" ")
    assert len(signed) == 2
    assert signed[1] == SIGNATURE


def test_each_attempt_has_a_signature_of_its_own() -> None:
    later = headers(ID, datetime.fromtimestamp(1_614_265_331, UTC), BODY, read_secrets(SECRET))
    assert later["webhook-id"] == ID
    assert later["webhook-signature"] != SIGNATURE


def test_without_a_secret_the_id_is_still_there() -> None:
    assert headers(ID, AT, BODY, ()) == {"webhook-id": ID, "webhook-timestamp": "1614265330"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "does not begin with whsec_"),
        ("whsec_not base64", "is not base64"),
        ("whsec_@@@@", "is not base64"),
        ("whsec_" + base64.b64encode(b"x" * 23).decode(), "has 23 bytes, not 24 to 64"),
        ("whsec_" + base64.b64encode(b"x" * 65).decode(), "has 65 bytes, not 24 to 64"),
        (f"{SECRET} whsec_", "has 0 bytes"),
    ],
)
def test_what_is_no_secret_is_not_shown(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        read_secrets(text)
    assert not text or text not in str(caught.value)

"""Texts with secrets, texts with none, and numbers made to pass every check."""

from __future__ import annotations

from hypothesis import strategies as st

HARMLESS = (
    "I paid the invoice on Friday, but the app still says past due.",
    "Order 2026-000123, invoice 4417, ticket #99812345, tracking 00340434161094015902",
    "2026-03-02T09:00:00.123456+01:00 INFO took 1709370000000 ms",
    "2026-03-02 09:00:00 2026-03-02 10.30.15 02.03.2026 3/2/2026",
    "version 1.2.3, build 20260302.4, node 18.19.1, 10.0.12.255",
    "trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7",
    "id 123e4567-e89b-12d3-a456-426614174000",
    "share 0.4567890123456789 of 4.111111111111111",
    "my password is wrong, the password reset mail never arrives, password expired",
    "**my password is wrong** (_the password is expired_).",
    "Mein Passwort ist abgelaufen, das Passwort ist nicht gültig.",
    "the password is apparently wrong and I forgot my pin",
    "tokens: 128000, the token expired at 2026-03-02, a token budget of 200000",
    "the key: press Enter; the secret is out; basic authentication is on",
    "Asia, SG. and sk-mobile-checkout-page-for-tablets are fine",
    "see https://crm.example:8443/cases/4417?tab=notes and https://chat.example/rooms/1",
    "pass: 12, fail: 3; pin it to the board; shipping 1234 parcels; spin 360 times",
    "ISBN 978-3-16-148410-0, IMEI 490154203237518, EAN 4006381333931",
    "the amount is 1,234,567.89 EUR or 1.234.567,89",
    "IBAN and card are on file, CVV was never asked for",
    "password: ********, token=<token>, pwd=${PWD}",
    "DE12 is a bus line, GB82 another; NO12 too",
)

CARDS = (
    "4111111111111111",
    "4012 8888 8888 1881",
    "5555-5555-5555-4444",
    "2223 0031 2200 3222",
    "3782-822463-10005",
    "371449635398431",
    "6011 1111 1111 1117",
    "30569309025904",
    "3530111333300000",
    "6200000000000005",
    "4222222222222",
    "4111.1111.1111.1111",
    "4111 - 1111 - 1111 - 1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "4111\u00a01111\u00a01111\u00a01111",
    "\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11",
)

IBANS = (
    "DE89370400440532013000",
    "DE89 3704 0044 0532 0130 00",
    "de89 3704 0044 0532 0130 00",
    "GB82 WEST 1234 5698 7654 32",
    "FR14 2004 1010 0505 0001 3M02 606",
    "NL91ABNA0417164300",
    "NO9386011117947",
    "MT84MALT011000012345MTLCAST001S",
    "CH93 0076 2011 6238 5295 7",
    "AT61 1904 3002 3457 3201",
)

# Put together here, so that no scanner of this repository takes them for real ones.
TOKENS = (
    "ghp_" + "a1B2c3D4e5F6g7H8i9J0",
    "github_pat_" + "11ABCDEFG0abcdefghij_k1",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "sk-" + "proj-a1b2c3d4e5f6g7h8i9j0",
    "xoxb-" + "123456789012-abcdefghijkl",
    "glpat-" + "x1y2z3a4b5c6d7e8f9g0",
    "AKIA" + "IOSFODNN7EXAMPLE",
    "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTYifQ." + "c2lnbmF0dXJl-_1",
    "SG." + "a1b2c3d4e5f6g7h8.i9j0k1l2m3",
)


@st.composite
def cards(draw: st.DrawFn) -> str:
    """Draw a card number of some brand, in one piece or grouped as people group it."""
    begins, length, sizes = draw(
        st.sampled_from(
            [
                ("4", 16, (4, 4, 4, 4)),
                ("51", 16, (4, 4, 4, 4)),
                ("2720", 16, (4, 4, 4, 4)),
                ("34", 15, (4, 6, 5)),
                ("6011", 16, (4, 4, 4, 4)),
                ("36", 14, (4, 6, 4)),
            ]
        )
    )
    free = length - len(begins) - 1
    body = begins + draw(st.text("0123456789", min_size=free, max_size=free))
    digits = body + check_digit(body)
    separator = draw(st.sampled_from(["", " ", "-", "\u00a0", " - "]))
    groups = []
    for size in sizes:
        groups.append(digits[:size])
        digits = digits[size:]
    return separator.join(groups)


def check_digit(body: str) -> str:
    """Return the digit that makes `body` pass Luhn."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


@st.composite
def german_ibans(draw: st.DrawFn) -> str:
    """Draw a German IBAN, grouped or not."""
    account = draw(st.text("0123456789", min_size=18, max_size=18))
    check = 98 - int(f"{account}131400") % 97
    iban = f"DE{check:02}{account}"
    if draw(st.booleans()):
        return " ".join(iban[n : n + 4] for n in range(0, len(iban), 4))
    return iban


# Words and small numbers that nobody can take for a secret.
_PLAIN_WORDS = (
    "the invoice 4417 was charged twice on 3 March; I can't log in since v2.1 (see #12) – Müller & Co. "
    "called at 09:30, order 2026-000123 is late! Warum? schon wieder 90 % … a/b"
)
PLAIN = st.lists(st.sampled_from(_PLAIN_WORDS.split()), max_size=40).map(" ".join)

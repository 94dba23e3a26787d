from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.redaction import secrets
from tests.unit.domain.properties import PROPERTY
from tests.unit.domain.redaction.samples import (
    CARDS,
    HARMLESS,
    IBANS,
    PLAIN,
    TOKENS,
    cards,
    german_ibans,
)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays_the_very_same_text(text: str) -> None:
    assert secrets.clean(text) == (text, ())
    assert secrets.clean(text)[0] is text


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_is_removed_however_it_is_written(card: str) -> None:
    for before, after in (
        ("", ""),
        ("my card is ", ", valid 03/27"),
        ("(", ")"),
        ("12 ", " 123"),
        ("VISA", "x"),
    ):
        assert secrets.clean(f"{before}{card}{after}") == (f"{before}[card removed]{after}", ("card",))


@pytest.mark.parametrize("card", CARDS)
def test_a_number_that_fails_the_check_digit_is_no_card(card: str) -> None:
    wrong = card[:-1] + str((int(card[-1]) + 1) % 10)
    assert secrets.clean(wrong) == (wrong, ())


def test_the_number_of_a_phone_is_no_card() -> None:
    # Luhn holds for it by chance, and it begins as a Visa of 13 digits does.
    assert secrets.clean("call +4915123456784 now") == ("call +4915123456784 now", ())


@pytest.mark.parametrize("iban", IBANS)
def test_an_iban_is_removed_and_the_words_around_it_stay(iban: str) -> None:
    assert secrets.clean(f"to {iban} please") == ("to [IBAN removed] please", ("IBAN",))
    assert secrets.clean(f"IBAN:{iban}.") == ("IBAN:[IBAN removed].", ("IBAN",))


@pytest.mark.parametrize("iban", IBANS)
def test_an_iban_with_a_wrong_digit_stays(iban: str) -> None:
    wrong = iban[:3] + str((int(iban[3]) + 1) % 10) + iban[4:]
    assert "IBAN" not in secrets.clean(wrong)[1]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_known_by_its_form(token: str) -> None:
    cleaned, removed = secrets.clean(f"I used {token}. It fails.")
    assert token not in cleaned
    assert cleaned == "I used [token removed]. It fails."
    assert removed == ("token",)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("password: hunter2", "password: [password removed]"),
        ("my password is x", "my password is [password removed]"),
        ("pwd=x&user=ada", "pwd=[password removed]"),
        (
            "The password for my account is Summer24! and",
            "The password for my account is [password removed] and",
        ),
        ("Mein Passwort ist Sommer2024!, danke", "Mein Passwort ist [password removed], danke"),
        ("Kennwort lautet geheim.", "Kennwort lautet [password removed]."),
        ("Password:\n  hunter2\nThanks", "Password:\n  [password removed]\nThanks"),
        ('{"password": "a b", "user": "x"}', '{"password": "[password removed]", "user": "x"}'),
        ("my password Sommer2024 is refused", "my password [password removed] is refused"),
        ("DB_PASSWORD=abc", "DB_PASSWORD=[password removed]"),
        ("DB_PASS=abc", "DB_PASS=[password removed]"),
        ("mot de passe : soleil", "mot de passe : [password removed]"),
        ("password is password: geheim", "password is password: [password removed]"),
        ("My PIN is 1234.", "My PIN is [code removed]."),
        ("CVV: 123 and security code 4567", "CVV: [code removed] and security code [code removed]"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [token removed]"),
        ("Bearer 0123456789abcdef0123", "Bearer [token removed]"),
        ("api_key=abcdefghij", "api_key=[token removed]"),
        ("X-Api-Key: 9f8e7d6c5b4a3928", "X-Api-Key: [token removed]"),
        ("the access token is 9f8e7d6c5b4a39281706", "the access token is [token removed]"),
        ("secret 9f8e7d6c5b4a39281706 leaked", "secret [token removed] leaked"),
        ("JSESSIONID=0a1b2c3d4e5f", "JSESSIONID=[token removed]"),
        ("https://ada:pa55@host.example/x", "https://[token removed]@host.example/x"),
        ("?sig=dGhpcyBpcyBhIHRlc3Q%3D&x=1", "?sig=[token removed]&x=1"),
    ],
)
def test_what_a_word_announces_is_removed(text: str, cleaned: str) -> None:
    assert secrets.clean(text)[0] == cleaned


def test_a_private_key_is_removed_whole_even_when_it_is_cut_off() -> None:
    begins, ends = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    assert secrets.clean(f"key:\n{begins}\nMIIE\n{ends}\nafter")[0] == "key:\n[private key removed]\nafter"
    assert secrets.clean(f"key:\n{begins}\nMIIE\nmore")[0] == "key:\n[private key removed]"


def test_several_secrets_of_one_text_are_told_in_their_order() -> None:
    text = "card 4111111111111111, password: x, IBAN DE89370400440532013000"
    assert secrets.clean(text) == (
        "card [card removed], password: [password removed], IBAN [IBAN removed]",
        ("card", "password", "IBAN"),
    )


@PROPERTY
@given(PLAIN)
def test_plain_words_come_back_as_the_same_object(text: str) -> None:
    assert secrets.clean(text)[0] is text


@PROPERTY
@given(PLAIN, cards(), PLAIN, german_ibans(), PLAIN)
def test_no_card_and_no_iban_ever_survives(a: str, card: str, b: str, iban: str, c: str) -> None:
    cleaned, removed = secrets.clean(f"{a} {card}; {b} {iban}; {c}")
    assert card not in cleaned
    assert iban not in cleaned
    assert {"card", "IBAN"} <= set(removed)
    assert cleaned.endswith(f"; {c}")


@PROPERTY
@given(PLAIN, cards(), st.sampled_from(TOKENS), st.sampled_from(["password: ", "my pwd is "]))
def test_what_was_cleaned_holds_nothing_more(text: str, card: str, token: str, word: str) -> None:
    cleaned, _ = secrets.clean(f"{text} {card} {token} {word}Hunter2 {text}")
    assert secrets.clean(cleaned) == (cleaned, ())


@PROPERTY
@given(st.text(max_size=300))
def test_any_text_at_all_can_be_cleaned(text: str) -> None:
    cleaned, removed = secrets.clean(text)
    assert (cleaned is text) == (not removed)


def test_a_number_that_makes_a_card_by_chance_does_not_hide_the_real_one() -> None:
    # Both groups of sixteen digits pass every check.
    assert secrets.clean("4417 2720 1542 4397 0001")[0] == "[card removed]"

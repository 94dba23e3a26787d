"""Every colour can be read on every ground that it stands on: computed from the tokens themselves."""

from __future__ import annotations

import re

import pytest

from orchestrator.board.look.static_files import DIRECTORY

TEXT, GRAPHICS = 4.5, 3.0
GROUNDS = ("paper", "sheet", "well")
TINTED = ("bad", "warn", "ok", "info", "idle")
SETS = ("light", "dark", "contrast light", "contrast dark")
PAIRS = [
    *[(colour, ground, TEXT) for colour in ("ink", "soft", "accent") for ground in GROUNDS],
    *[(colour, ground, TEXT) for colour in TINTED for ground in GROUNDS],
    *[(colour, f"{colour}-tint", TEXT) for colour in (*TINTED, "accent")],
    *[(colour, f"{tint}-tint", TEXT) for colour in ("ink", "soft", "accent") for tint in (*TINTED, "accent")],
    # A mark of one kind stands in a row that is tinted by another.
    *[(colour, f"{tint}-tint", TEXT) for colour in TINTED for tint in ("bad", "warn")],
    ("on-accent", "accent", TEXT),
    *[("edge", ground, GRAPHICS) for ground in ("paper", "sheet")],
    *[("focus", ground, GRAPHICS) for ground in (*GROUNDS, "accent-tint", "bad-tint", "warn-tint")],
    *[(f"series-{n}", ground, GRAPHICS) for n in range(1, 7) for ground in GROUNDS],
]


def tokens(name: str) -> dict[str, str]:
    """The colours of a set: name -> #rrggbb."""
    sheets = ["tokens.css"] + (["contrast.css"] if name.startswith("contrast") else [])
    side = 1 if name.endswith("dark") else 0
    found: dict[str, str] = {}
    for sheet in sheets:
        text = (DIRECTORY / sheet).read_text()
        pairs = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", text)
        found |= {token: values[side] for token, *values in pairs}
    return found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_contrast_that_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("name", SETS)
def test_every_colour_can_be_told_from_its_ground(name: str) -> None:
    colours = tokens(name)
    poor = [
        f"{front} on {ground}: {contrast(colours[front], colours[ground]):.2f} < {least}"
        for front, ground, least in PAIRS
        if contrast(colours[front], colours[ground]) < least
    ]
    assert not poor


@pytest.mark.parametrize("name", ["contrast light", "contrast dark"])
def test_high_contrast_is_seven_to_one_for_words(name: str) -> None:
    colours = tokens(name)
    for front in ("ink", "soft", "accent", *TINTED):
        assert contrast(colours[front], colours["sheet"]) >= 7, front


def test_no_sheet_but_the_tokens_has_a_colour_of_its_own() -> None:
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(")
    for path in DIRECTORY.glob("*.css"):
        if path.name in ("tokens.css", "contrast.css"):
            continue
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        values = re.findall(r":\s*([^;{}]+);", text)
        assert not [value for value in values if colour.search(value)], path.name


def test_every_token_that_a_sheet_or_a_script_uses_is_there() -> None:
    declared = set(re.findall(r"(--[\w-]+)\s*:", "".join(p.read_text() for p in DIRECTORY.glob("*.css"))))
    for path in DIRECTORY.glob("*.css"):
        used = set(re.findall(r"var\((--[\w-]+)", path.read_text()))
        # A drawing of the map brings its own.
        assert {each for each in used - declared if not each.startswith("--map-")} == set(), path.name

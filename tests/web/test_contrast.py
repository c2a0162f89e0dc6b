"""What is written in a colour of ours can be read on every ground of ours (WCAG 2, AA), in the light and in the dark."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "frontend/src/style/tokens.css"
GROUNDS = ("panel", "page", "sunken", "accent-wash", "good-wash", "soon-wash", "late-wash", "paused-wash")
INKS = ("ink", "ink-soft", "ink-faint", "accent", "accent-deep", "good", "soon", "late", "paused")


def colours_of(theme: str) -> dict[str, str]:
    light, dark = TOKENS.read_text().split('[data-bs-theme="dark"]')[:2]
    return dict(re.findall(r"--rs-([\w-]+): #(\w{6});", light if theme == "light" else dark))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_ink_can_be_read_on_every_ground(theme):
    colours = colours_of(theme)
    pairs = {(ink, ground): round(contrast(colours[ink], colours[ground]), 2) for ink in INKS for ground in GROUNDS}
    assert {pair: found for pair, found in pairs.items() if found < 4.5} == {}

"""The program's themes: short names for Textual's, and one of high contrast."""

from __future__ import annotations

from textual.theme import Theme

__all__ = ["HIGH_CONTRAST", "theme_called"]

HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#ffff00",
    secondary="#00ffff",
    accent="#00ffff",
    warning="#ffd000",
    error="#ff6060",
    success="#40ff40",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    boost="#303030",
    dark=True,
    variables={
        "text-muted": "#e0e0e0",
        "text-disabled": "#b0b0b0",
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "border": "#ffff00",
        "footer-key-foreground": "#ffff00",
    },
)

SHORT = {"dark": "textual-dark", "light": "textual-light", "terminal": "ansi-dark"}


def theme_called(name: str) -> str:
    """The theme that a user means by a name."""
    return SHORT.get(name, name)

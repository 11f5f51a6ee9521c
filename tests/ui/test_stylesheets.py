"""The styles that the tests remember from one program to the next are those that Textual finds."""

from __future__ import annotations

from typing import Any

from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

from tests.ui.driving import Program
from tests.ui.stylesheets import RememberingStylesheet

_Plain = Stylesheet  # before the tests' own takes its name


def _styles(program: Program) -> dict[DOMNode, tuple[dict[str, Any], dict[str, Any]]]:
    nodes = program.app.screen.walk_children(with_self=True)
    return {
        node: (
            dict(node.styles.base._rules),
            {name: dict(styles.base._rules) for name, styles in node._component_styles.items()},
        )
        for node in nodes
    }


async def test_what_is_remembered_is_what_textual_finds(program: Program) -> None:
    for keys in ((), ("2",), ("s",), ("tab",), ("escape", "?"), ("escape", "ctrl+p")):
        await program.press(*keys)
        ours = program.app.stylesheet
        assert isinstance(ours, RememberingStylesheet)
        ours.update(program.app.screen)  # of this moment, as the plain one: the swarm goes on
        remembered = _styles(program)
        plain = _Plain(variables=ours._variables)
        plain.source = ours.source
        plain.parse()
        plain.update(program.app.screen)
        found = _styles(program)
        for node, styles in found.items():
            assert remembered[node] == styles, node
        assert len(found) > 10

"""A stylesheet that remembers across apps what it has parsed and which rules fell to which place in the tree.

Half of what an app's start costs, and much of a dialog's, is Textual parsing the same style sheets and matching the
same selectors again. A program does that once; the tests do it a thousand times in one process.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation
from textual.dom import DOMNode

__all__ = ["RememberingStylesheet"]

_Flags = tuple[bool, bool, bool, bool]
_Named = tuple[type[DOMNode], frozenset[str]]
_Concerning = tuple[tuple[int, ...], tuple[str, ...]]

_parsed: dict[tuple[object, ...], list[RuleSet]] = {}
"""By all that parsing depends on. The rules of one text are so the same objects in each app."""

_concerning: dict[tuple[int, ...], dict[_Named, _Concerning]] = {}
"""By all rules of a program (as numbers, which last as the rules do), and by the names under which they find a node."""

_styles: dict[tuple[object, ...], tuple[_Flags, RulesMap | None]] = {}
"""What the rules made of a node, by the rules that could concern it and all that their selectors look at."""


class RememberingStylesheet(Stylesheet):
    """As Textual's, with the same results."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._of: list[RuleSet] | None = None
        self._concerning: dict[_Named, _Concerning] = {}
        self._found: RulesMap | None = None
        self._missed: tuple[DOMNode, tuple[object, ...]] | None = None
        self._parts: WeakKeyDictionary[DOMNode, tuple[object, ...]] = WeakKeyDictionary()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        variables = frozenset(self._variables.items())
        key = (css, read_from, is_default_rules, tie_breaker, scope, variables)
        if key not in _parsed:
            _parsed[key] = super()._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)
        return _parsed[key]

    def apply(
        self, node: DOMNode, *, animate: bool = False, cache: dict[tuple[Any, ...], RulesMap] | None = None
    ) -> None:
        key = self._key(node)
        if key not in _styles:
            self._missed, self._found = (node, key), None
            super().apply(node, animate=animate, cache=None)
            self._missed = None
            return
        flags, rules = _styles[key]
        node._has_hover_style, node._has_focus_within, node._has_order_style, node._has_odd_or_even = flags
        if rules is not None:
            if animate or node.styles.base._rules != rules:
                super().replace_rules(node, rules, animate=animate)
            else:
                node.notify_style_update()
        self._apply_to_components(node, key)

    def replace_rules(self, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:  # type: ignore[override]
        self._found = rules
        super().replace_rules(node, rules, animate=animate)

    def _process_component_classes(self, node: DOMNode) -> None:
        assert self._missed is not None
        missed, key = self._missed
        assert missed is node
        flags = (node._has_hover_style, node._has_focus_within, node._has_order_style, node._has_odd_or_even)
        _styles[key] = (flags, self._found)
        self._apply_to_components(node, key)

    def _apply_to_components(self, node: DOMNode, key: tuple[object, ...]) -> None:
        """Set the styles of a widget's parts, unless they were set for the same key before."""
        components = node._component_styles
        if components and self._parts.get(node) == key:
            return
        super()._process_component_classes(node)
        if components:
            self._parts[node] = key

    def _key(self, node: DOMNode) -> tuple[object, ...]:
        """All that decides which rules hold for a node and for its parts."""
        concerning, pseudo_classes = self._concerning_rules(node)
        path = []
        for each in node.css_path_nodes:
            checks = each._PSEUDO_CLASSES
            states = [name in checks and bool(checks[name](each)) for name in pseudo_classes]  # type: ignore[arg-type]
            path.append((type(each), each._id, frozenset(each._classes), *states))
        return (concerning, *path)

    def _concerning_rules(self, node: DOMNode) -> _Concerning:
        """The rules (as numbers) whose last selector names the node or a part of it, and the pseudo classes in them."""
        rules, by_name = self.rules, self.rules_map
        if self._of is not rules:
            self._of = rules
            self._concerning = _concerning.setdefault(tuple(map(id, rules)), {})
        names = frozenset(node._selector_names)
        of = (type(node), names)
        if of not in self._concerning:
            parts = [DOMNode(classes=component)._selector_names for component in node._get_component_classes()]
            found = {id(rule) for name in names.union(*parts) & by_name.keys() for rule in by_name[name]}
            order = [rule for rule in rules if id(rule) in found]
            pseudo_classes = sorted(set().union(*(rule.pseudo_classes for rule in order)))
            self._concerning[of] = (tuple(id(rule) for rule in order), tuple(pseudo_classes))
        return self._concerning[of]

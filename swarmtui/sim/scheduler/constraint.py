"""Placement constraints. Rules: swarmkit manager/constraint/constraint.go."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from swarmtui.sim.objects.objects import Node

NODE_LABEL, ENGINE_LABEL = "node.labels.", "engine.labels."

_KEY = re.compile(r"[a-z_][a-z0-9\-_.]+", re.IGNORECASE)
_VALUE = re.compile(r"[a-z0-9:\-_\s.*()?+\[\]\\^$|/]+", re.IGNORECASE)


class ConstraintError(ValueError):
    """A constraint that cannot be read; its text is swarmkit's."""


class Constraint:
    """One `key == value` or `key != value`."""

    __slots__ = ("equal", "key", "value")

    def __init__(self, key: str, equal: bool, value: str) -> None:
        self.key, self.equal, self.value = key, equal, value

    def met_by(self, node: Node) -> bool:
        """Whether a node satisfies it."""
        if self.key.lower() == "node.ip":
            return self._address_matches(node.addr)
        actual = _value(self.key, node)
        return actual is not None and (actual.casefold() == self.value.casefold()) is self.equal

    def _address_matches(self, address: str) -> bool:
        """`node.ip` is compared as an address, or with a network; a value that is neither matches nothing."""
        try:
            network = ipaddress.ip_network(self.value, strict=False)
            within = ipaddress.ip_address(address) in network
        except ValueError:
            return False
        return within is self.equal


def _value(key: str, node: Node) -> str | None:
    """What a node has for a key; None for a key that no rule knows, which nothing satisfies."""
    small = key.lower()
    if small.startswith(NODE_LABEL) and len(key) > len(NODE_LABEL):
        return node.labels.get(key[len(NODE_LABEL) :], "")
    if small.startswith(ENGINE_LABEL) and len(key) > len(ENGINE_LABEL):
        return node.machine.engine_labels.get(key[len(ENGINE_LABEL) :], "")
    if small == "node.id":
        return node.id
    if small == "node.hostname":
        return node.machine.hostname
    if small == "node.role":
        return node.role
    if small == "node.platform.os":
        return node.machine.os
    if small == "node.platform.arch":
        return node.machine.architecture
    return None


def parse(expressions: list[str]) -> list[Constraint]:
    """Read constraints; ConstraintError, worded as swarmkit does, for one that cannot be read."""
    return [_parse_one(each) for each in expressions]


def _parse_one(expression: str) -> Constraint:
    for operator in ("==", "!="):
        key, found, value = expression.partition(operator)
        if not found:
            continue
        key, value = key.strip(), value.strip()
        if not _KEY.fullmatch(key):
            raise ConstraintError(f"key '{key}' is invalid")
        if not _VALUE.fullmatch(value):
            raise ConstraintError(f"value '{value}' is invalid")
        return Constraint(key, operator == "==", value)
    raise ConstraintError("constraint expected one operator from ==, !=")


def all_met(constraints: list[Constraint], node: Node) -> bool:
    """Whether a node satisfies every one of them."""
    return all(each.met_by(node) for each in constraints)

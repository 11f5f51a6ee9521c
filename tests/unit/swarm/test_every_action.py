"""What holds for every action there is, and for every one to come."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swarmtui.swarm.actions.action import Action, SpecChange
from swarmtui.swarm.files.rotation import ReplaceReference
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.roles import Promote
from swarmtui.swarm.services.scale import ScaleService
from tests.unit.swarm.all_actions import ALL_ACTIONS
from tests.unit.swarm.builders import node, service
from tests.unit.swarm.examples import EXAMPLES

SPEC_CHANGES: list[tuple[SpecChange, tuple[str, ...]]] = [
    (action, path)
    for action, path in EXAMPLES
    if isinstance(action, SpecChange) and path and not isinstance(action, ReplaceReference)
]
"""Those whose field is one value. A reference is an entry in a list: test_rotation.py has the property for it."""


def test_no_two_actions_have_one_name() -> None:
    assert len({action.name for action in ALL_ACTIONS}) == len(ALL_ACTIONS)


def test_every_action_is_an_example_here() -> None:
    shown = {type(action) for action, _ in EXAMPLES}
    assert shown == set(ALL_ACTIONS), "add an example to tests/unit/swarm/examples/"


@pytest.mark.parametrize("kind", ALL_ACTIONS)
def test_every_action_can_say_what_it_is(kind: type[Action]) -> None:
    assert kind.name
    assert kind.verb
    assert inspect.getdoc(kind)
    assert not issubclass(kind, SpecChange) or kind.field


@pytest.mark.parametrize(("action", "path"), EXAMPLES)
def test_an_action_never_changes(action: Action, path: tuple[str, ...]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        action.target = action.target


# ------------------------------------------------------------------------------------------------ the property

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
unknown_fields = st.dictionaries(st.text(max_size=5).map(lambda name: f"x{name}"), json_values, max_size=4)


@st.composite
def raw_specs(draw: st.DrawFn, path: tuple[str, ...]) -> dict[str, Any]:
    """A spec with unknown fields at every level of the path; the path may be null or missing from some point on."""
    spec: dict[str, Any] = dict(draw(unknown_fields))
    level = spec
    for place, key in enumerate(path):
        choice = draw(st.sampled_from(("there", "there", "null", "missing")))
        if choice == "missing":
            level.pop(key, None)
            break
        if choice == "null":
            level[key] = None
            break
        last = place == len(path) - 1
        if last:
            level[key] = draw(st.integers(0, 9))
            break
        below: dict[str, Any] = dict(draw(unknown_fields))
        level[key] = below
        level = below
    return spec


def _without(spec: Any, path: tuple[str, ...]) -> Any:
    """The spec less the field at the path; the objects on the way to it count as there."""
    if not path:
        return spec
    key, *below = path
    rest = {name: value for name, value in spec.items() if name != key}
    if not below:
        return rest
    part = spec.get(key)
    return {**rest, key: _without(part if isinstance(part, dict) else {}, tuple(below))}


@pytest.mark.parametrize(("action", "path"), SPEC_CHANGES, ids=lambda value: getattr(value, "name", None))
@settings(max_examples=30)  # of each of the many actions, which share most of the code
@given(data=st.data())
def test_only_the_named_field_changes(action: SpecChange, path: tuple[str, ...], data: st.DataObject) -> None:
    spec = data.draw(raw_specs(path))
    before = copy.deepcopy(spec)
    changed = action.change(spec)
    assert spec == before
    assert _without(changed, path) == _without(before, path)
    assert action.is_made(changed)


@pytest.mark.parametrize(("action", "path"), SPEC_CHANGES, ids=lambda value: getattr(value, "name", None))
def test_a_fresh_spec_has_the_value_that_was_seen(action: SpecChange, path: tuple[str, ...]) -> None:
    own: dict[str, Any] | None = getattr(action, "spec", None)
    fresh: dict[str, Any] = own or {
        "Availability": action.seen,
        "Role": action.seen,
        "Mode": {path[1]: {path[2]: 2}} if len(path) == 3 else {"Replicated": {}},
    }
    assert action.value(fresh) == action.seen


# ------------------------------------------------------------------------------------------------ names


@given(name=st.text(max_size=20))
def test_a_command_line_is_one_command_whatever_the_name(name: str) -> None:
    for action in (
        ScaleService.of(service(name, 1, id="the-id"), 3),
        SetAvailability.of(node(name, id="the-id"), "drain"),
        Promote.of(node(name, id="the-id")),
    ):
        words = shlex.split(action.docker_command)
        last = words[-1].removesuffix("=3") if isinstance(action, ScaleService) else words[-1]
        assert words[0] == "docker"
        assert last in (name, "the-id")
        assert not last.startswith("-")
        assert action.docker_command.isprintable()


@pytest.mark.parametrize("name", ["a; rm -rf /", "$(reboot)", "it's", "[/x]", "two words", "--force", "\x1b[2J", ""])
def test_odd_names(name: str) -> None:
    action = SetAvailability.of(node(name, id="the-id"), "drain")
    words = shlex.split(action.docker_command)
    assert len(words) == 6
    assert words[-1] in (name, "the-id")

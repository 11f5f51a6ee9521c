"""Sets that are edited as lines: changing one entry changes no other, and two people's changes go together."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.errors import Contested, NotPossible
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.services.container.files import SetSecrets
from swarmtui.swarm.services.container.mounts import SetMounts
from swarmtui.swarm.services.container.networks import SetNetworks
from swarmtui.swarm.services.lines_change import LinesChange, SetEnvironment, SetServiceLabels
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.ports import SetPorts
from swarmtui.swarm.services.service_settings import SetResources, SetUpdatePolicy
from swarmtui.swarm.specs.fields import field_of, with_field
from swarmtui.swarm.specs.merge import merge
from tests.unit.swarm.builders import cluster, node
from tests.unit.swarm.shared_builders import secret, with_shared

Json = Any

texts = st.text(alphabet="ab=,:/ \n", max_size=5)
odd = st.sampled_from([None, 7, 2.5, True, {"x": 1}, ["y"], {"Published": "80"}, {}])
variables = st.lists(st.builds("{}={}".format, st.sampled_from("ABC"), texts) | texts | odd, max_size=6)
labels = st.dictionaries(texts, texts | odd, max_size=6)
port = st.fixed_dictionaries(
    {"TargetPort": st.sampled_from([0, 80, 81, 99999])},
    optional={
        "PublishedPort": st.sampled_from([0, 8080, 8081]),
        "Protocol": st.sampled_from(["tcp", "udp", "icmp"]),
        "PublishMode": st.sampled_from(["ingress", "host", "odd"]),
        "Name": st.just("kept"),
    },
)
ports = st.lists(port | odd, max_size=5)
placements = st.fixed_dictionaries(
    {},
    optional={
        "Constraints": st.lists(st.sampled_from(["node.role==worker", "a == b", "spread=x", ""]) | odd, max_size=4),
        "Preferences": st.lists(
            st.just({"Spread": {"SpreadDescriptor": "node.labels.zone"}, "New": 1}) | odd, max_size=3
        ),
        "MaxReplicas": st.sampled_from([None, 0, 3, -1, "2"]),
        "Platforms": st.just([{"OS": "linux"}]),
    },
)

mount: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {"Type": st.sampled_from(["volume", "bind", "tmpfs", "odd"]), "Target": st.sampled_from(["/a", "/b", "b"])},
    optional={
        "Source": st.sampled_from(["data", "/srv", ""]),
        "ReadOnly": st.sampled_from([True, False, None]),
        "BindOptions": st.sampled_from([None, {}, {"Propagation": "rshared"}, {"New": 1}]),
        "VolumeOptions": st.sampled_from([None, {"DriverConfig": {}}, {"Labels": {"a": "b"}}, 7]),
    },
)
mounts = st.lists(mount | odd, max_size=5)

file: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {"Name": st.sampled_from(["key", "k", "/etc/k"])},
    optional={
        "UID": st.sampled_from(["0", "7", "root", 7]),
        "GID": st.sampled_from(["0", "8"]),
        "Mode": st.sampled_from([0o444, 0o400, 0, "0400", None]),
    },
)
reference: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {"SecretID": st.just("id"), "SecretName": st.sampled_from(["key", "other", "key", 7]), "File": file},
    optional={"New": st.just(1)},
)
PLAIN_FILE = {"Name": "plain", "UID": "0", "GID": "0", "Mode": 0o400}
plain = st.just({"SecretID": "id", "SecretName": "key", "File": PLAIN_FILE})
references = st.builds(lambda first, rest: [first, *rest], plain | reference, st.lists(reference | odd, max_size=3))

attachments = st.lists(
    st.fixed_dictionaries(
        {"Target": st.sampled_from(["id-a", "id-b", "x,y=", 7])},
        optional={
            "Aliases": st.sampled_from([None, ["www"], ["a,b", "c"], [7], "www"]),
            "DriverOpts": st.sampled_from([None, {"a": "b"}, {"a": 7}]),
        },
    )
    | odd,
    max_size=4,
)

SHARED = with_shared(cluster(), [secret("fresh")])

SETS: list[tuple[type[LinesChange], st.SearchStrategy[Json], str]] = [
    (SetEnvironment, variables, "NEW=1"),
    (SetServiceLabels, labels, "new=1"),
    (SetPorts, ports, "9000:90"),
    (SetSecrets, references, "source=fresh,target=new"),
    (SetNetworks, attachments, "name=new,alias=www"),
    (SetMounts, mounts, "new:/new"),
    (SetPlacement, placements, "node.labels.new==1"),
]


def raw_with(kind: type[LinesChange], value: Json) -> dict[str, Any]:
    return {"ID": "the-id", "Version": {"Index": 1}, "Spec": with_field({"Name": "web"}, kind.path, value)}


def raw_entries(kind: type[LinesChange], spec: Any) -> list[Json]:
    return [entry for _, entry in kind.entries_of(spec)]


@pytest.mark.parametrize(("kind", "sets", "new"), SETS, ids=lambda value: getattr(value, "name", ""))
@given(data=st.data())
def test_adding_one_entry_leaves_all_others_the_very_same(
    kind: type[LinesChange], sets: st.SearchStrategy[Json], new: str, data: st.DataObject
) -> None:
    raw = raw_with(kind, data.draw(sets))
    seen = copy.deepcopy(raw)
    action = kind.of(raw, [*kind.lines_of(raw["Spec"]), new], SHARED)
    before, after = raw_entries(kind, raw["Spec"]), raw_entries(kind, action.after)
    assert raw == seen
    assert len(after) == len(before) + 1
    for entry in before:
        after.remove(entry)
    assert kind.entries_of(action.after) != kind.entries_of(raw["Spec"])
    assert _rest(kind, action.after) == _rest(kind, raw["Spec"])


@pytest.mark.parametrize(("kind", "sets", "new"), SETS, ids=lambda value: getattr(value, "name", ""))
@given(data=st.data())
def test_removing_one_entry_leaves_all_others_in_their_places(
    kind: type[LinesChange], sets: st.SearchStrategy[Json], new: str, data: st.DataObject
) -> None:
    raw = raw_with(kind, data.draw(sets.filter(lambda value: bool(kind.lines_of(raw_with(kind, value)["Spec"])))))
    lines = list(kind.lines_of(raw["Spec"]))
    gone = lines.pop(data.draw(st.integers(0, len(lines) - 1)))
    action = kind.of(raw, lines)
    before = kind.entries_of(raw["Spec"])
    place = next(place for place, (line, _) in reversed(list(enumerate(before))) if line == gone)
    left = [entry for _, entry in [*before[:place], *before[place + 1 :]]]
    assert raw_entries(kind, action.after) == left
    assert _rest(kind, action.after) == _rest(kind, raw["Spec"])


def _rest(kind: type[LinesChange], spec: Any) -> Json:
    """What is beside the set, at and around its place."""
    part = field_of(spec, *kind.path)
    if isinstance(part, dict) and kind is SetPlacement:
        return {key: value for key, value in part.items() if key not in ("Constraints", "Preferences", "MaxReplicas")}
    return {key: value for key, value in spec.items() if key != kind.path[0]}


# ------------------------------------------------------------------------------------------------ what was reported


def test_a_label_with_an_equals_sign_in_its_key_stays_when_another_changes() -> None:
    raw = raw_with(SetServiceLabels, {"traefik.enable=true": "", "team": "dev", "note": "two\nlines"})
    lines = [line.replace("team=dev", "team=ops") for line in SetServiceLabels.lines_of(raw["Spec"])]
    action = SetServiceLabels.of(raw, lines)
    assert list(action.after["Labels"].items()) == [
        ("traefik.enable=true", ""),
        ("team", "ops"),
        ("note", "two\nlines"),
    ]
    assert SetServiceLabels.kept_of(raw["Spec"]) == ("traefik.enable=true",)


def test_a_variable_that_is_there_twice_is_in_nobodys_way() -> None:
    raw = raw_with(SetEnvironment, ["A=1", "A=2", "B=1"])
    action = SetEnvironment.of(raw, ["A=1", "A=2", "B=2"])
    assert field_of(action.after, *SetEnvironment.path) == ["A=1", "A=2", "B=2"]
    assert action.docker_command.startswith("# docker changes a variable that is listed twice as one. Engine API: POST")
    with pytest.raises(NotPossible, match="B is listed twice"):
        SetEnvironment.of(raw, ["A=1", "A=2", "B=1", "B=3"])


# ------------------------------------------------------------------------------------------------ two people


def test_what_another_added_meanwhile_stays() -> None:
    raw = raw_with(SetEnvironment, ["A=1"])
    action = SetEnvironment.of(raw, ["A=1", "X=1"])
    theirs = raw_with(SetEnvironment, ["A=1", "Y=2"])["Spec"]
    assert action.contested(theirs) == ()
    assert field_of(action.change(theirs), *SetEnvironment.path) == ["A=1", "Y=2", "X=1"]


def test_only_an_entry_that_both_changed_is_a_conflict_and_anyway_overrides_that_alone() -> None:
    raw = raw_with(SetServiceLabels, {"team": "dev", "zone": "a", "stay": "1"})
    action = SetServiceLabels.of(raw, ["team=ops", "zone=a", "stay=1"])
    theirs = raw_with(SetServiceLabels, {"team": "web", "zone": "b", "stay": "1", "new": "n"})["Spec"]
    assert action.contested(theirs) == (Contested("team", "dev", "web", "ops"),)
    made = action.upon(7, theirs)
    assert made.target.version == 7
    assert made.after["Labels"] == {"team": "ops", "zone": "b", "stay": "1", "new": "n"}
    assert made.contested(theirs) == ()
    undone = made.undo
    assert isinstance(undone, SetServiceLabels)
    assert undone.after["Labels"] == theirs["Labels"]


def test_a_contested_password_is_told_apart_and_never_shown() -> None:
    raw = raw_with(SetEnvironment, ["DB_PASSWORD=one"])
    action = SetEnvironment.of(raw, ["DB_PASSWORD=two"])
    (contested,) = action.contested(raw_with(SetEnvironment, ["DB_PASSWORD=three"])["Spec"])
    shown = [contested.seen, contested.theirs, contested.ours]
    assert len(set(shown)) == 3
    assert not any(word in text for word in ("one", "two", "three") for text in shown)


def test_a_form_takes_part_in_a_merge_field_by_field() -> None:
    raw = {"ID": "i", "Spec": {"Name": "web", "TaskTemplate": {"Resources": {"Limits": {"Pids": 10}}}}}
    action = SetResources.of(raw, ("", "512m", "10", "", ""))
    theirs = {"Name": "web", "TaskTemplate": {"Resources": {"Limits": {"Pids": 20}}}}
    assert action.contested(theirs) == ()
    assert action.change(theirs)["TaskTemplate"]["Resources"]["Limits"] == {"Pids": 20, "MemoryBytes": 512 << 20}
    other = {"Name": "web", "TaskTemplate": {"Resources": {"Limits": {"MemoryBytes": 1 << 30}}}}
    (contested,) = action.contested(other)
    assert (contested.what, contested.seen, contested.theirs, contested.ours) == (
        "memory limit",
        "not set",
        "1 GiB",
        "512 MiB",
    )


def test_an_update_policy_that_another_made_meanwhile_keeps_what_was_not_touched_here() -> None:
    action = SetUpdatePolicy.of({"ID": "i", "Spec": {"Name": "web"}}, ("1", "10s", "stop-first", "pause", "5s", "0"))
    theirs = {"Name": "web", "UpdateConfig": {"Parallelism": 4, "Order": "start-first"}}
    after = action.change(theirs)["UpdateConfig"]
    assert (after["Parallelism"], after["Order"], after["Delay"]) == (4, "start-first", 10_000_000_000)


def test_a_whole_spec_is_merged_with_what_another_did() -> None:
    target = Target(Kind.SERVICE, "i", "web", 1)
    before = {"Name": "web", "Labels": {"a": "1"}, "Mode": {"Replicated": {"Replicas": 1}}}
    action = EditSpec.of(target, before, {**before, "Labels": {"a": "1", "mine": "2"}})
    theirs = {**before, "Mode": {"Replicated": {"Replicas": 3}}}
    assert action.contested(theirs) == ()
    assert action.change(theirs) == {**theirs, "Labels": {"a": "1", "mine": "2"}}
    scaled = EditSpec.of(target, before, {**before, "Mode": {"Replicated": {"Replicas": 5}}})
    (contested,) = scaled.contested(theirs)
    assert (contested.what, contested.theirs, contested.ours) == ("Mode.Replicated.Replicas", "3", "5")
    (mode,) = scaled.contested({**before, "Mode": {"Global": {}}})
    assert mode.what == "Mode"


def test_a_nodes_labels_are_merged_entry_by_entry() -> None:
    action = SetNodeLabels.of(node("a", labels={"disk": "ssd", "room": "1"}), {"disk": "ssd", "room": "2"})
    theirs = {"Role": "worker", "Labels": {"disk": "hdd", "room": "1", "odd=key": "x"}}
    assert action.contested(theirs) == ()
    assert action.change(theirs)["Labels"] == {"disk": "hdd", "room": "2", "odd=key": "x"}


# ------------------------------------------------------------------------------------------------ the merge itself

names = st.sampled_from("ABCD")
values = st.sampled_from("12")
sets: dict[str, Callable[[dict[str, str]], Json]] = {
    "Env": lambda entries: [f"{name}={value}" for name, value in entries.items()],
    "Labels": lambda entries: dict(entries),
    "Mounts": lambda entries: [{"Target": name, "Source": value} for name, value in entries.items()],
}


@pytest.mark.parametrize("key", sets)
@given(
    seen=st.dictionaries(names, values),
    ours=st.dictionaries(names, values),
    theirs=st.dictionaries(names, values),
)
def test_a_merge_has_both_changes_and_clashes_only_where_both_changed(
    key: str, seen: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> None:
    seen, ours, theirs = (dict(sorted(each.items())) for each in (seen, ours, theirs))  # order is another test's
    make = sets[key]
    merged = merge(make(seen), make(ours), make(theirs), (key,))
    wanted: dict[str, str] = {}
    clashing = set()
    for name in {*seen, *ours, *theirs}:
        was, our, their = seen.get(name), ours.get(name), theirs.get(name)
        value = their if our == was else our
        if value is not None:
            wanted[name] = value
        if len({was, our, their}) == 3 or (our != was and their not in (was, our)):
            clashing.add(name)
    if key == "Labels":
        assert (merged.value or {}) == wanted
    else:
        assert sorted(merged.value or [], key=str) == sorted(make(wanted), key=str)
    assert {clash.path[-1] for clash in merged.clashes} == clashing


def test_an_order_of_ours_and_entries_of_theirs_are_not_put_together() -> None:
    seen, ours, theirs = ["A=1", "B=1"], ["B=1", "A=1"], ["A=2", "B=1"]
    assert merge(seen, ours, seen, ("Env",)).value == ours
    (clash,) = merge(seen, ours, theirs, ("Env",)).clashes
    assert (clash.path, clash.theirs, clash.ours) == (("Env",), theirs, ours)

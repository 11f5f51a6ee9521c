"""Generic resources: what an engine's users declare a node to have, named things or a number of them.

Source: swarmkit api/genericresource. A task reserves a number; of named things it is given so many, by their names.
"""

from __future__ import annotations

from swarmtui.sim.objects.spec import JSON

Stock = dict[str, "int | list[str]"]
"""What there is of each kind: a number, or names."""
Assigned = tuple[tuple[str, "int | str"], ...]
"""What a task was given: a number of a kind, or a name, each with its kind."""


def stock(declared: list[JSON]) -> Stock:
    """What a node has, from its description."""
    found: Stock = {}
    for each in declared:
        if (named := each.get("NamedResourceSpec")) is not None:
            names = found.setdefault(named["Kind"], [])
            if isinstance(names, list):
                names.append(named["Value"])
        else:
            discrete = each["DiscreteResourceSpec"]
            found[discrete["Kind"]] = discrete["Value"]
    return found


def has_enough(available: Stock, wanted: JSON) -> bool:
    """Whether a node has so much left. A task cannot ask for a name: no node has enough of that."""
    discrete = wanted.get("DiscreteResourceSpec")
    if discrete is None:
        return False
    there = available.get(discrete["Kind"])
    if there is None:
        return False
    amount: int = discrete.get("Value", 0)
    return amount <= (len(there) if isinstance(there, list) else there)


def has_all(available: Stock, assigned: Assigned) -> bool:
    """Whether a node still has what a task was given."""
    for kind, value in assigned:
        there = available.get(kind)
        if isinstance(value, str):
            if not isinstance(there, list) or value not in there:
                return False
        elif there is None or isinstance(there, list) or there < value:
            return False
    return True


def claim(available: Stock, reserved: list[JSON]) -> Assigned:
    """Take what a task reserves; what is used up is no longer listed."""
    given: list[tuple[str, int | str]] = []
    for each in reserved:
        discrete = each.get("DiscreteResourceSpec") or {}
        kind, amount = discrete.get("Kind", ""), discrete.get("Value", 0)
        there = available.get(kind)
        if isinstance(there, list):
            given += [(kind, name) for name in there[:amount]]
        elif there is not None and 0 < amount <= there:
            given.append((kind, amount))
    consume(available, tuple(given))
    return tuple(given)


def consume(available: Stock, assigned: Assigned) -> None:
    """Take what a task was given already."""
    for kind, value in assigned:
        there = available.get(kind)
        if isinstance(there, list):
            there = [name for name in there if name != value]
        elif there is not None and isinstance(value, int):
            there = max(there - value, 0)
        if there:
            available[kind] = there
        else:
            available.pop(kind, None)


def reclaim(available: Stock, assigned: Assigned) -> None:
    """Give back what a task had."""
    for kind, value in assigned:
        there = available.get(kind)
        if isinstance(value, str):
            available[kind] = [*(there if isinstance(there, list) else ()), value]
        elif not isinstance(there, list):
            available[kind] = (there or 0) + value


def shown(assigned: Assigned) -> list[JSON]:
    """As a task's JSON tells of it."""
    return [
        {f"{'Named' if isinstance(value, str) else 'Discrete'}ResourceSpec": {"Kind": kind, "Value": value}}
        for kind, value in assigned
    ]


def variables(assigned: Assigned) -> list[str]:
    """The environment variables by which a container hears of what it was given."""
    values: dict[str, list[str]] = {}
    for kind, value in assigned:
        values.setdefault(kind, []).append(str(value))
    return [f"DOCKER_RESOURCE_{kind}".upper() + f"={','.join(names)}" for kind, names in values.items()]

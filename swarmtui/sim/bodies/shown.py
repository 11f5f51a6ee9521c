"""Values of the API's types as an engine shows them: in the order of the struct, without what is empty."""

from __future__ import annotations

from typing import Any

from swarmtui.sim.bodies import schema
from swarmtui.sim.bodies.schema import NEWEST, Array, Map, Pointer, Scalar, Struct, Type, Version

JSON = dict[str, Any]


def shown(name: str, value: JSON, known: Version = NEWEST) -> JSON:
    """A value as Go encodes the struct of that name: fields that are empty are left out, unless Go always has them.

    Args:
        known: the engine's own API version; it has no fields that came later.
    """
    return _struct(schema.struct(name), value, known)


def _struct(type: Struct, value: JSON, known: Version) -> JSON:
    result: JSON = {}
    for each in type.fields.values():
        given = value.get(each.name)
        wanted = each.always or isinstance(each.type, Struct) or _is_something(each.type, given)
        if wanted and each.since <= known:
            result[each.name] = _value(each.type, given, known)
    return result


def _is_something(type: Type, value: object) -> bool:
    return value is not None if isinstance(type, Pointer) else bool(value)


def _value(type: Type, value: Any, known: Version) -> Any:
    if isinstance(type, Pointer):
        return None if value is None else _value(type.to, value, known)
    if isinstance(type, Struct):
        return _struct(type, value or {}, known)
    if isinstance(type, Array):
        return [_value(type.of, each, known) for each in value] if value is not None else None
    if isinstance(type, Map):
        return {key: _value(type.of, each, known) for key, each in value.items()} if value is not None else None
    if isinstance(type, Scalar) and value is None:
        return {"string": "", "bool": False}.get(type.kind, 0)
    return value

"""A request's body as the engine's decoder takes it in: Go's `encoding/json`, for the types of the Engine API.

Keys are matched without regard to case, the last of two alike wins, unknown ones are dropped. `null` leaves a field as
if it were not there. A value of a wrong type is refused with Go's sentence, the first one in the text; so nothing gets
further into the simulator than what the types allow.

Source: Go's `encoding/json/decode.go`; the engines of the lab (20.10) judge (tests/lab/test_bodies.py).
"""

from __future__ import annotations

import base64
import math
import re
import struct as binary
from typing import Any

from swarmtui.sim.bodies import schema
from swarmtui.sim.bodies.base64_faults import fault
from swarmtui.sim.bodies.schema import NEWEST, Array, Bytes, Map, Pointer, Scalar, Struct, Type, Version, Words
from swarmtui.sim.bodies.syntax import Members, Number, SyntaxFault, parsed

JSON = dict[str, Any]


class BodyFault(Exception):
    """A body that the engine refuses; the sentence is Go's."""


def decoded(data: bytes, name: str, version: Version = NEWEST, known: Version = NEWEST) -> JSON:
    """A body as a struct of the table (`types`), under the names that the struct's fields have.

    Args:
        version: the client's API version: fields that came later are read and dropped.
        known: the engine's own: fields that came later are unknown to it, whatever is in them.

    Raises:
        BodyFault: it is empty, no JSON, or of a wrong type.
    """
    text = data.decode(errors="replace")
    if not text.strip(" \t\r\n"):
        raise BodyFault("got EOF while reading request body")
    try:
        value = parsed(text)
    except SyntaxFault as error:
        raise BodyFault(str(error)) from None
    reading = _Reading(version, known)
    found = reading.read(schema.struct(name), value, {})
    if reading.fault:
        raise BodyFault(reading.fault)
    assert isinstance(found, dict)
    return found


def kind(value: object) -> str:
    """What Go calls a JSON value of this kind."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (Number, int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    if value is None:
        return "null"
    return "object" if isinstance(value, (Members, dict)) else "array"


class _Reading:
    """One body that is read; the first fault counts, and the rest is read all the same, as Go does."""

    def __init__(self, version: Version, known: Version) -> None:
        self.fault = ""
        self._version = version
        self._known = known
        self._struct: Struct | None = None
        self._path: list[str] = []

    def read(self, type: Type, value: object, old: Any = None) -> Any:
        """A value of a type; `old` is what the field holds already, None where it is empty."""
        if isinstance(type, Pointer):
            return None if value is None else self.read(type.to, value, old)
        if value is None:
            return None if isinstance(type, (Array, Map, Bytes)) else old
        if isinstance(type, Struct):
            return self._members(type, value, old)
        if isinstance(type, Map):
            return self._map(type, value, old)
        if isinstance(type, Array):
            return self._array(type, value, old)
        if isinstance(type, Bytes):
            return self._bytes(type, value)
        assert isinstance(type, Scalar)
        return self._scalar(type, value)

    def _members(self, type: Struct, value: object, old: JSON | None) -> JSON:
        result = dict(old or {})
        if not isinstance(value, Members):
            self._mismatch(type, kind(value))
            return result
        outer = self._struct
        for key, each in value:
            field = type.named(key)
            if field is None or field.since > self._known:
                continue
            self._struct = type
            self._path.append(field.path if self._known >= _WHOLE_PATHS else field.name)
            found = self.read(field.type, each, result.get(field.name))
            self._path.pop()
            if found is None or field.since > self._version:
                result.pop(field.name, None)
            else:
                result[field.name] = found
        self._struct = outer
        return result

    def _map(self, type: Map, value: object, old: JSON | None) -> JSON:
        result = dict(old or {})
        if not isinstance(value, Members):
            self._mismatch(type, kind(value))
            return result
        for key, each in value:
            result[_text(key)] = self._element(type.of, each)
        return result

    def _array(self, type: Array, value: object, old: list[Any] | None) -> list[Any]:
        """A list; elements of one that is given twice are read into those that are there already."""
        if isinstance(type, Words) and kind(value) == "string":
            return [self._element(type.of, value)]
        if isinstance(value, Members) or not isinstance(value, list):
            self._mismatch(type, kind(value))
            return []
        there = old or []
        return [
            self._element(type.of, each, there[number] if number < len(there) else None)
            for number, each in enumerate(value)
        ]

    def _element(self, type: Type, value: object, old: Any = None) -> Any:
        """A value of a list or a map: there is no leaving it out, so null is an empty one."""
        found = self.read(type, value, old)
        return _empty(type) if found is None else found

    def _bytes(self, type: Bytes, value: object) -> str | None:
        if isinstance(value, (str, list)) and not isinstance(value, (Members, Number)):
            if isinstance(value, list):
                of = Scalar("uint8", "uint", 8)
                numbers = [self._element(of, each) for each in value]
                return base64.b64encode(bytes(numbers)).decode()
            wrong = fault(value)
            if wrong is None:
                return base64.b64encode(base64.b64decode(value)).decode()
            self.fault = self.fault or f"illegal base64 data at input byte {wrong}"
            return None
        self._mismatch(type, kind(value))
        return None

    def _scalar(self, type: Scalar, value: object) -> Any:
        if isinstance(value, Number) and type.kind in ("int", "uint", "float"):
            return self._number(type, value)
        if kind(value) == type.kind:
            return _text(value) if isinstance(value, str) else value
        self._mismatch(type, kind(value))
        return None

    def _number(self, type: Scalar, value: Number) -> int | float | None:
        if type.kind == "float":
            rounded = _single(float(value))
            if rounded is not None:
                return rounded
        elif _WHOLE.fullmatch(value):
            signed = type.kind == "int"
            lowest = -(1 << (type.bits - 1)) if signed else 0
            number = int(value)
            if (signed or not value.startswith("-")) and lowest <= number < lowest + (1 << type.bits):
                return number
        self._mismatch(type, f"number {value}")
        return None

    def _mismatch(self, type: Type, given: str) -> None:
        if self.fault:
            return
        where = f"Go value of type {type.text}"
        if self._struct is not None:
            where = f"Go struct field {self._struct.name}.{'.'.join(self._path)} of type {type.text}"
        self.fault = f"json: cannot unmarshal {given} into {where}"


_WHOLE_PATHS: Version = (1, 51)
"""The API version of engines from which on Go (1.24) names embedded structs, too."""
_WHOLE = re.compile(r"-?\d{1,20}")
_LONE = re.compile("[\ud800-\udfff]")


def _text(value: str) -> str:
    """A string without halves of a pair, which Go replaces."""
    return _LONE.sub("\ufffd", value)


def _single(value: float) -> float | None:
    """A number as the nearest one that 32 bits hold, written with as few digits as tell it from others."""
    try:
        rounded: float = binary.unpack("f", binary.pack("f", value))[0]
    except OverflowError:
        return None
    if math.isinf(rounded):
        return None
    if rounded.is_integer():
        return int(rounded)
    return next(float(text) for text in (f"{rounded:.{digits}g}" for digits in range(1, 10)) if _same(text, rounded))


def _same(text: str, rounded: float) -> bool:
    return bool(binary.unpack("f", binary.pack("f", float(text)))[0] == rounded)


def _empty(type: Type) -> Any:
    """What Go has where nothing was said."""
    if isinstance(type, Scalar):
        return {"string": "", "bool": False}.get(type.kind, 0)
    if isinstance(type, Struct):
        return {}
    return None

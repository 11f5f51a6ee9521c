"""Random bodies from the API's types; the same seed gives the same bodies."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from swarmtui.sim.bodies import schema
from swarmtui.sim.bodies.schema import Array, Bytes, Map, Pointer, Scalar, Struct, Type

KNOWN = (1, 41)
"""The API version of the lab's engines: they know no field that came later."""

GOOD: dict[str, Sequence[Any]] = {
    "Name": ("thing", "x-1"),
    "Hostname": ("", "{{.Node.Hostname}}"),
    "Image": ("{image}", "h:5000/a/b:1"),
    "Type": ("bind", "volume", "tmpfs", "VOLUME", ""),
    "Target": ("{network}",),
    "SecretID": ("{secret}",),
    "SecretName": ("{secretname}",),
    "ConfigID": ("{config}",),
    "ConfigName": ("{configname}",),
    "Config": ("{config}", ""),
    "Condition": ("any", "none", "on-failure", ""),
    "FailureAction": ("pause", "continue", "rollback", ""),
    "Order": ("stop-first", "start-first", ""),
    "Propagation": ("rprivate", "RSLAVE", ""),
    "Isolation": ("process", "HyperV", "zz", ""),
    "Mode": ("vip", "dnsrr", ""),
    "Protocol": ("tcp", "UDP", "sctp", "zz", ""),
    "PublishMode": ("host", "INGRESS", "HOST", "zz", ""),
    "Constraints": ("node.role==manager", "node.labels.a!=b", "node.role == manager"),
    "Runtime": ("container", ""),
    "Role": ("manager", "MANAGER"),
    "Availability": ("drain", "DRAIN"),
    "Driver": ("overlay",),
    "Scope": ("swarm", ""),
    "NetworkCreateRequest.Driver": ("bridge", ""),
    "NetworkCreateRequest.Scope": ("local", "local", "", "swarm"),
    "ConfigReference.Network": ("the-configuration", "the-configuration", ""),
    "IPAM.Driver": ("default", "default", ""),
    "Subnet": ("10.77.0.0/24", "10.77.3.0/24", "10.78.0.0/16", "fd77::/64", ""),
    "IPRange": ("10.77.0.128/25", "10.77.3.0/25", ""),
    "Gateway": ("10.77.0.1", "10.77.3.9", ""),
    "AuxiliaryAddresses": ("10.77.0.5", "10.77.3.5"),
    "IPv4Address": ("10.79.0.9", "10.79.0.10", ""),
    "IPv6Address": ("",),
    "NetworkID": ("zz", ""),
    "LinkLocalIPs": ("169.254.3.4",),
    "MacAddress": ("02:42:0a:4f:00:09", ""),
    "Links": ("box:other", "box"),
    "ForceRotate": (0,),
    "SigningCACert": ("",),
    "SigningCAKey": ("",),
    "HeartbeatPeriod": (2_000_000_000, 5_000_000_000, 0),
    "ElectionTick": (10, 0),
    "HeartbeatTick": (1, 0),
    "AutoLockManagers": (False,),
    "NodeCertExpiry": (7_776_000_000_000_000, 3_600_000_000_000, 0),
}
"""Values that are taken, and values that are not, for fields whose values mean something."""
BAD: dict[str, Sequence[Any]] = {
    "Name": ("a b", "", "with.dot", "n" * 64),
    "Hostname": ("{{.Nonsense}}", "{{.Task.Nonsense}}"),
    "Image": ("UPPER/x", "", "a:b:c", "x@sha256:1", "Ubuntu", "f" * 64),
    "Type": ("zz",),
    "Target": ("nosuch", ""),
    "SecretID": ("nosuch", ""),
    "SecretName": ("nosuch", ""),
    "ConfigID": ("nosuch", ""),
    "ConfigName": ("nosuch", ""),
    "Condition": ("zz", "Any"),
    "FailureAction": ("zz",),
    "Order": ("zz",),
    "Propagation": ("zz",),
    "Mode": ("VIP", "zz"),
    "Constraints": ("node.zz", "", "a==b==c"),
    "Runtime": ("plugin", "attachment", "zz"),
    "Role": ("zz", ""),
    "Availability": ("zz", ""),
    "Driver": ("zz", ""),
    "Scope": ("zz", "global"),
    "NetworkCreateRequest.Driver": ("overlay", "host", "null", "zz", "BRIDGE"),
    "NetworkCreateRequest.Scope": ("global", "zz"),
    "ConfigReference.Network": ("nosuch", "net", "bridge"),
    "IPAM.Driver": ("null", "zz"),
    "Subnet": ("10.77.0.1/24", "zz", "10.77.0.0", "172.17.0.0/24"),
    "IPRange": ("10.78.0.0/25", "zz", "10.0.0.0/8"),
    "Gateway": ("10.78.0.1", "zz", "fd77::1"),
    "AuxiliaryAddresses": ("10.90.0.1", "zz"),
    "IPv4Address": ("10.99.0.9", "zz", "10.79.0.1"),
    "IPv6Address": ("fd77::9", "zz"),
    "LinkLocalIPs": ("zz", "10.1.2.3"),
    "MacAddress": ("zz",),
    "Links": ("nosuch:x",),
    "HeartbeatPeriod": (-1,),
    "NodeCertExpiry": (1, -5),
}
NUMBERS = (0, 1, 2, 5_000_000, 5_000_000, 2_000_000_000, 1 << 31)
ODD_NUMBERS = (999, -1, 1 << 32, 1 << 63, 1 << 64)
FRACTIONS = (0, 0.5, 1, 0.1)
ODD_FRACTIONS = (-1, 2, 1e40)
STRINGS = ("a", "b=c", "", "ü", "x y")
WRONG: Sequence[Any] = ("text", 7, -1, 1.5, True, [], [1], ["a"], [None], {"a": 1}, {})


class Pairs(list[tuple[str, Any]]):
    """An object whose keys may come twice."""


def written(value: Any) -> str:
    """JSON, with keys as often as they are there."""
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{json.dumps(key)}:{written(each)}" for key, each in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value)


class Chance:
    """Makes bodies of one kind."""

    def __init__(self, seed: int, name: str, base: dict[str, Any], mischief: float) -> None:
        """
        Args:
            name: the struct of the API.
            base: what a body has at least, so that some are accepted; `...` for any value.
            mischief: how likely a place is to be something that it should not be.
        """
        self._random = random.Random(f"{seed}-{name}")
        self._type = schema.struct(name)
        self._base = base
        self._mischief = mischief

    def body(self) -> str:
        """A body as text."""
        value = self._struct(self._type, self._base, depth=0)
        if self._random.random() < self._mischief / 10:
            value = self._random.choice(WRONG)
        return written(value)

    def _struct(self, type: Struct, base: dict[str, Any], depth: int) -> Pairs:
        result = Pairs()
        share = 0.3 if depth < 2 else 0.45
        for each in type.fields.values():
            if each.since > KNOWN:
                continue
            if each.name in base or self._random.random() < share:
                result += self._field(each.name, f"{type.name}.{each.name}", each.type, base.get(each.name), depth)
        if self._random.random() < self._mischief:
            result.append(("Nonsense", self._random.choice(WRONG)))
        return result

    def _field(self, name: str, whole: str, type: Type, base: Any, depth: int) -> Pairs:
        chance = self._random.random()
        meant = whole if whole in GOOD else name
        wanted = self._value(type, meant, base, depth + 1)
        if base is None and chance < self._mischief:
            wanted = self._random.choice((None, None, self._random.choice(WRONG)))
        key = self._random.choice((name, name.lower(), name.upper())) if chance > 1 - self._mischief else name
        found = Pairs([(key, wanted)])
        if base is None and self._random.random() < self._mischief / 3:
            found.append((name.swapcase(), self._value(type, meant, base, depth + 1)))
        return found

    def _value(self, type: Type, name: str, base: Any, depth: int) -> Any:
        if isinstance(type, Pointer):
            return self._value(type.to, name, base, depth)
        if isinstance(type, Struct):
            return self._struct(type, base or {}, depth)
        if base is not None and base is not ...:
            return base
        if isinstance(type, Array):
            return self._list(type, name, depth)
        if isinstance(type, Map):
            meant = name if name in GOOD else ""
            keys = self._random.sample("abc", 1 if meant else 2)  # of two wrong ones Go names any
            return Pairs((key, self._value(type.of, meant, None, depth)) for key in keys)
        if isinstance(type, Bytes):
            odd = self._random.random() < self._mischief
            return self._random.choice(("%%%", "QQ", "Q=") if odd else ("QUJD", "QQ==", ""))
        assert isinstance(type, Scalar)
        return self._scalar(type, name)

    def _list(self, type: Array, name: str, depth: int) -> Any:
        count = min(self._random.choice((0, 1, 1, 2)), len(GOOD.get(name, NUMBERS)))
        return [self._value(type.of, name, None, depth) for _ in range(count)]

    def _scalar(self, type: Scalar, name: str) -> Any:
        if name in GOOD:
            bad = name in BAD and self._random.random() < self._mischief
            return self._random.choice(BAD[name] if bad else GOOD[name])
        odd = self._random.random() < self._mischief
        pool: Sequence[Any]
        if type.kind in ("int", "uint"):
            pool = ODD_NUMBERS if odd else [each for each in NUMBERS if each < 1 << (type.bits - 1)]
        elif type.kind == "float":
            pool = ODD_FRACTIONS if odd else FRACTIONS
        else:
            pool = STRINGS if type.kind == "string" else (True, False)
        return self._random.choice(pool)

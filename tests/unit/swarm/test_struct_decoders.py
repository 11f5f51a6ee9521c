"""Answers of an engine are decoded by several threads, the first of each kind within the same moment."""

from __future__ import annotations

import ast
import subprocess
import sys

from tests.sources import PACKAGE, SOURCES, tree_of

FIRST_ANSWERS = """
import sys, threading
from swarmtui.swarm.objects.decoding import decode_list
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task

sys.setswitchinterval(1e-6)
container = b'{"ContainerSpec":{"Image":"web:1","Env":["a=1"],"Labels":{"a":"b"}},"Placement":{"Constraints":["x"]}}'
answers = {
    Service: b'[{"ID":"s","Version":{"Index":3},"Spec":{"Name":"web","TaskTemplate":%b}}]' % container,
    Task: b'[{"ID":"t","Version":{"Index":3},"Spec":%b,"Status":{"State":"running"}}]' % container,
    Node: b'[{"ID":"n","Version":{"Index":3},"Description":{"Platform":{"OS":"linux"}}}]',
}
begin = threading.Barrier(2 * len(answers))

def decode(kind):
    begin.wait()
    decode_list(kind, answers[kind])

threads = [threading.Thread(target=decode, args=(kind,)) for kind in [*answers] * 2]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_the_first_answers_of_several_kinds_may_come_at_once() -> None:
    for _ in range(4):  # as long as each thread made its own decoders, four of five of these processes were killed
        assert subprocess.run([sys.executable, "-c", FIRST_ANSWERS], check=False).returncode == 0


def makes_a_decoder(call: ast.Call) -> bool:
    """Whether it is msgspec.json.Decoder(…), msgspec.convert(…), msgspec.json.decode(…, type=…) or the like."""
    name = ast.unparse(call.func)
    typed = any(keyword.arg == "type" for keyword in call.keywords) or len(call.args) > 1
    return name in {
        "msgspec.json.Decoder",
        "msgspec.msgpack.Decoder",
        "msgspec.convert",
    } or (name in {"msgspec.json.decode", "msgspec.msgpack.decode"} and typed)


def test_only_one_module_makes_decoders_into_structs() -> None:
    calls = {
        str(path.relative_to(PACKAGE))
        for path in SOURCES
        if "msgspec" in path.read_text()
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call) and makes_a_decoder(call)
    }
    assert calls == {"swarm/objects/struct_decoders.py"}

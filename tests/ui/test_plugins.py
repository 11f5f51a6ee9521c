"""Services of the runtime "plugin": what they install stands where others have their image."""

from __future__ import annotations

from pathlib import Path

import msgspec

from swarmtui.swarm.objects.task_template import PluginSpec, TaskTemplate
from tests.ui.driving import running
from tests.ui.scripted import ScriptedSession
from tests.unit.swarm import builders


async def test_a_service_that_installs_a_plugin_shows_which(crash_log: Path) -> None:
    plain = builders.service("storage", mode="global", status=(1, 1))
    template = TaskTemplate(runtime="plugin", plugin_spec=PluginSpec("sshfs", "vieux/sshfs:latest"))
    storage = msgspec.structs.replace(plain, spec=msgspec.structs.replace(plain.spec, task_template=template))
    tasks = [builders.task("storage", 0, "n1", image="")]
    cluster = builders.cluster([builders.node("n1", leader=True)], [storage], tasks)
    async with running(ScriptedSession(cluster), crash_log) as program:
        await program.see(r"storage +global .* vieux/sshfs:latest")
        await program.on_row("2", "storage")
        await program.read("installs the plugin vieux/sshfs:latest on its nodes")

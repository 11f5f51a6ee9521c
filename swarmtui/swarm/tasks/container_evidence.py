"""What a container tells of why its task failed, in a line each: for findings, where somebody has looked at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.masking import masked_lines
from swarmtui.swarm.short_text import clipped
from swarmtui.swarm.tasks.container_description import out_of_memory
from swarmtui.swarm.tasks.ending import exit_brief

__all__ = ["ContainerEvidence"]

LONGEST = 200
"""Characters of a health check's output."""


@dataclass(frozen=True)
class ContainerEvidence:
    """What stands beside the swarm's own words.

    Attributes:
        memory: "killed: out of memory, limit 64 MiB"; "" where that did not happen.
        check: what the health check said when it failed last, in one line; "" where it did not.
    """

    memory: str
    check: str

    @classmethod
    def of(cls, raw: Raw) -> ContainerEvidence:
        """Read it from `GET /containers/{id}/json`."""
        results = sorted(raw.each("State", "Health", "Log"), key=lambda each: each.text("Start"), reverse=True)
        failed = next((each for each in results if each.number("ExitCode")), None)
        return cls(out_of_memory(raw), "" if failed is None else _one_line(failed))

    def lines(self, name: str) -> Iterator[str]:
        """Evidence on a task.

        Args:
            name: "web.1".
        """
        if self.memory:
            yield f"{name} was {self.memory}" if self.memory.startswith("killed") else f"{name}: {self.memory}"
        if self.check:
            yield f"the health check of {name} said: {self.check}"


def _one_line(result: Raw) -> str:
    said = " ".join(masked_lines(result.text("Output")).split())
    return clipped(said, LONGEST) if said else exit_brief(int(result.number("ExitCode") or 0))

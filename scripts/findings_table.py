"""Writes docs/findings.md and docs/check-schema.json: `.venv/bin/python -m scripts.findings_table`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from inspect import cleandoc
from pathlib import Path
from typing import Any

from swarmtui.swarm.diagnosis.report import schema
from swarmtui.swarm.diagnosis.rule import NodeScene, Rule, ServiceScene, SwarmScene
from swarmtui.swarm.diagnosis.rulebook import RULES

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "findings.md"
SCHEMA = DOCS / "check-schema.json"

HEAD = """# Findings

What swarmtui finds wrong with a swarm: `!` shows it, the header counts it, and `swarmtui check` prints it for cron, CI
and monitoring. Each finding has its evidence, the likely cause where it can be known, and the keys that help.
[On call](on-call.md) leads from the symptom to the key.
This page is written by `scripts/findings_table.py`, and a test keeps it true.

**critical**: users notice it now, or the swarm cannot be changed. **warning**: something is worse than it should be, or
would not survive the next failure. **note**: nothing fails, but it will hurt one day. A rule's name never changes.
Some findings are more or less severe than their rule says, for a reason that they give.

## Without a screen

```console
$ swarmtui check                                    # of the swarm that the docker CLI would use; exit code 0, 1 or 2
$ swarmtui -H ssh://ops@mgr1 check --json           # one line of JSON; its schema is check-schema.json beside this page
$ swarmtui check --severity critical                # exit with 1 on critical findings only
$ swarmtui check --watch 60 --format prometheus --output /var/lib/node_exporter/swarmtui.prom
```

0: healthy. 1: findings of the given severity (warning, unless told otherwise) or worse. 2: the swarm cannot be reached.
A file is replaced in one step, so that nobody reads half of it. Nothing is changed, and no question is asked: over SSH
the host has to be known and the key has to open without a passphrase, or be in an agent.
"""

GROUPS: dict[str, type] = {"Services": ServiceScene, "Nodes": NodeScene, "The swarm": SwarmScene}


def page() -> str:
    """The page as it should be."""
    parts = [HEAD]
    for title, scene in GROUPS.items():
        rules = sorted((rule for rule in RULES if rule.scene is scene), key=lambda rule: (-rule.severity, rule.name))
        parts += [f"\n## {title}\n\n| rule | severity | what it finds |\n| --- | --- | --- |\n", *_rows(rules)]
    return "".join(parts)


def _rows(rules: Iterable[Rule[SwarmScene] | Rule[NodeScene] | Rule[ServiceScene]]) -> Iterable[str]:
    return (f"| {rule.name} | {rule.severity.word} | {rule.explanation} |\n" for rule in rules)


def schema_text() -> str:
    """The schema of `swarmtui check --format json` as it should be."""
    return json.dumps(_cleaned(schema()), indent=2, ensure_ascii=False) + "\n"


def _cleaned(value: Any) -> Any:
    """A schema whose descriptions have no margin: since 3.13 Python itself takes it from docstrings."""
    if isinstance(value, dict):
        return {key: cleandoc(each) if key == "description" else _cleaned(each) for key, each in value.items()}
    return [_cleaned(each) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")

"""The docker CLI of any version, as people use it: waiting until the service has converged."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

NAME, IMAGE, NEXT, DOCKER = (os.environ[each] for each in ("NAME", "IMAGE", "NEXT", "DOCKER"))


def docker(*words: str) -> list[Any]:
    """Run it; its code, and its lines of output without the progress that depends on time."""
    done = subprocess.run([DOCKER, *words], capture_output=True, text=True, check=False)
    lines = [line.strip() for line in (done.stdout + done.stderr).replace("\r", "\n").splitlines()]
    return [done.returncode, sorted({line for line in lines if line})]


def on_newest(*words: str) -> list[Any]:
    """A change, again where the engine wrote the service between docker's reading and its writing."""
    while "update out of sequence" in "".join((done := docker(*words))[1]):
        pass
    return done


def tell(step: str, value: object) -> None:
    print(json.dumps({"step": step, "value": value}), flush=True)


tell("create", docker("service", "create", "--name", NAME, "--replicas", "2", "--stop-grace-period", "1s", IMAGE)[0])
columns = "{{.Name}} {{.Mode}} {{.Replicas}} {{.Image}}"
tell("list", docker("service", "ls", "--filter", f"name={NAME}", "--format", columns))
tell("update", docker("service", "update", "--image", NEXT, "--env-add", "A=1", NAME)[0])
tell("ps", docker("service", "ps", "--format", "{{.Name}} {{.Image}} {{.DesiredState}} {{.Error}}", NAME))
tell("scale", on_newest("service", "scale", f"{NAME}=3")[0])
tell("inspect", docker("service", "inspect", "--format", "{{json .Spec.TaskTemplate.ContainerSpec}}", NAME))
tell("rollback", on_newest("service", "rollback", "--detach", NAME)[0])
tell("logs", docker("service", "logs", "--tail", "1", NAME)[0])
tell("node", docker("node", "ls", "--format", "{{.Hostname}} {{.Status}} {{.Availability}} {{.ManagerStatus}}"))
tell("again", docker("service", "create", "--detach", "--name", NAME, IMAGE))
tell("secret", docker("secret", "ls", "--filter", "name=nosuch", "--format", "{{.Name}}"))
tell("stack", docker("stack", "ps", "nosuch"))
tell("remove", docker("service", "rm", NAME))
tell("gone", docker("service", "inspect", NAME))

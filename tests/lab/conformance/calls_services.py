"""Calls about services and their tasks, good ones and refused ones."""

from __future__ import annotations

from dataclasses import replace

from .calls import cli, filters, http, python, service, template
from .target import Target

CREATED = (
    cli(
        *("service", "create", "--detach", "--quiet", "--name", "web", "--replicas", "3", "--label", "tier=front"),
        *("--container-label", "c=d", "--env", "A=1", "--limit-memory", "64m", "--reserve-cpu", "0.1"),
        *("--update-monitor", "1s", "--publish", "8080:8080", "--mount", "type=tmpfs,target=/x", "{image web}"),
    ),
    cli(
        *("service", "create", "--detach", "--name", "full", "--replicas", "2", "--network", "back"),
        *(
            "--secret",
            "key",
            "--config",
            "conf",
            "--constraint",
            "node.role==worker",
            "--hostname",
            "{{.Node.Hostname}}",
        ),
        *("--placement-pref", "spread=node.labels.rack", "--update-parallelism", "2", "--update-delay", "1s"),
        *(
            "--restart-max-attempts",
            "3",
            "--health-cmd",
            "true",
            "--health-interval",
            "1s",
            "--stop-grace-period",
            "1s",
        ),
        *("--publish", "mode=host,target=80,published=8090", "--log-driver", "json-file", "{image web}"),
    ),
    cli("service", "create", "--detach", "--name", "agent", "--mode", "global", "{image web}"),
    cli(
        *("service", "create", "--detach", "--name", "job", "--mode", "replicated-job", "--replicas", "2"),
        *("--restart-condition", "none", "{image web:1.2}", "sh", "-c", "echo hi"),
    ),
    cli("service", "create", "--detach", "--name", "bad", "--restart-delay", "30s", "{image nosuch}"),
    cli("service", "create", "--detach", "--name", "pend", "--constraint", "node.labels.lab==nowhere", "{image web}"),
)


def _wait_created(target: Target) -> None:
    for name, count in (("web", 3), ("full", 2), ("agent", 5)):
        target.wait_running(name, count)
    target.wait(lambda: _states(target, "job") == {"complete"}, "the job to end")
    target.wait(lambda: "rejected" in _states(target, "bad"), "a task of bad to be rejected")


def _states(target: Target, name: str) -> set[str]:
    return {task["Status"]["State"] for task in target.tasks(name)}


def _wait_updated(target: Target, state: str) -> None:
    def updated() -> bool:
        return bool(target.get("/services/web").get("UpdateStatus", {}).get("State") == state)

    target.wait(updated, f"the update of web to be {state}", timeout=120.0)


def _wait_rolled_back(target: Target) -> None:
    """How far a rollback is at a moment is the machine's matter, and so would be its tasks and events."""
    _wait_updated(target, "rollback_completed")


SERVICES = (
    cli("service", "ls", "--format", "{{.Name}} {{.Mode}} {{.Image}} {{.Ports}}", before=_wait_created),
    cli("service", "ls", "--filter", "mode=global"),
    cli("service", "ls", "--filter", "label=tier=front", "--format", "{{.Name}} {{.Replicas}}"),
    cli("service", "ls", "--filter", "nosuch=x"),
    http("GET", f"/services?status=true&filters={filters(name='web')}"),
    http("GET", f"/services?status=true&filters={filters(name='job')}"),
    http("GET", "/services?status=foo"),
    http("GET", "/services?filters=notjson"),
    python("inspect_service web", lambda client, target: client.inspect_service("web")),
    python("inspect_service web, defaults", lambda client, target: client.inspect_service("web", True)),
    python("inspect_service full", lambda client, target: client.inspect_service("full")),
    python("inspect_service full, defaults", lambda client, target: client.inspect_service("full", True)),
    cli("service", "inspect", "job"),
    cli("service", "inspect", "agent"),
    cli("service", "inspect", "--pretty", "full"),
    cli("service", "inspect", "nosuch"),
    cli("service", "ps", "--format", "{{.Name}} {{.Image}} {{.DesiredState}} {{.Error}} {{.Ports}}", "web"),
    cli("service", "ps", "--filter", "desired-state=running", "--format", "{{.Name}}", "full"),
    cli("service", "ps", "--no-trunc", "--format", "{{.DesiredState}} {{.Error}}", "pend"),
    cli("service", "ps", "nosuch"),
    cli("service", "create", "--detach", "--name", "web", "{image web}"),
    cli("service", "create", "--detach", "--name", "not valid", "{image web}"),
    cli("service", "create", "--detach", "--network", "nosuch", "{image web}"),
    cli("service", "create", "--detach", "--secret", "nosuch", "{image web}"),
    cli("service", "create", "--detach", "--publish", "8080:80", "{image web}"),
    cli("service", "create", "--detach", "--constraint", "nonsense", "{image web}"),
    cli("service", "scale", "--detach", "web=4"),
    cli("service", "scale", "--detach", "agent=4"),
    cli("service", "scale", "--detach", "web=3", before=lambda target: target.wait_running("web", 4)),
    cli("service", "update", "--detach", "--label-add", "new=1", "web"),
    cli("service", "update", "--detach", "--image", "{image web:1.1}", "--update-parallelism", "0", "web"),
    cli("service", "inspect", "--format", "{{.UpdateStatus.State}} {{.UpdateStatus.Message}}", "web",
        before=lambda target: _wait_updated(target, "completed")),
    cli("service", "rollback", "--detach", "web"),
    http("GET", "/services/web", label="(after its rollback)"),
    cli("service", "rollback", "--detach", "agent"),
    # The rollback writes the service, too: a version that was read meanwhile is out of date.
    replace(http("POST", "/services/web/update?version=1", service("web")), before=_wait_rolled_back),
    http("POST", "/services/web/update?version=abc", service("web")),
    http("POST", "/services/nosuch/update?version=1", service("web")),
    http("POST", "/services/web/update?version={version services/web}", service("web2")),
    http("POST", "/services/web/update?version={version services/web}", service("web", Mode={"Global": {}})),
    http("POST", "/services/web/update?version={version services/web}&rollback=foo", service("web")),
)  # fmt: skip


REFUSED = (
    http("POST", "/services/create"),
    http("POST", "/services/create", "{"),
    http("POST", "/services/create", {}),
    http("POST", "/services/create", {"Name": "x", "TaskTemplate": {"ContainerSpec": {}}}),
    http("POST", "/services/create", service("-x")),
    http("POST", "/services/create", service("a" * 64)),
    http("POST", "/services/create", service(Labels={"a": 1})),
    http("POST", "/services/create", service(Mode={"Replicated": {}, "Global": {}})),
    http("POST", "/services/create", service(UpdateConfig={"FailureAction": "foo"})),
    http("POST", "/services/create", service(UpdateConfig={"Order": "foo"})),
    http("POST", "/services/create", service(UpdateConfig={"MaxFailureRatio": 2})),
    http("POST", "/services/create", service(UpdateConfig={"Delay": -1})),
    http("POST", "/services/create", service(Mode={"ReplicatedJob": {}}, UpdateConfig={"Parallelism": 1})),
    http("POST", "/services/create", service(EndpointSpec={"Mode": "foo"})),
    http("POST", "/services/create", service(EndpointSpec={"Mode": "dnsrr", "Ports": [{"TargetPort": 1}]})),
    http("POST", "/services/create", template(RestartPolicy={"Condition": "sometimes"})),
    http("POST", "/services/create", template(Resources={"Limits": {"MemoryBytes": 1}})),
    http("POST", "/services/create", template(Resources={"Limits": {"NanoCPUs": 1}})),
    http("POST", "/services/create", template(Runtime="foo")),
    http("POST", "/services/create", template(ContainerSpec={"Image": "BAD::img"})),
    http("POST", "/services/create", template(ContainerSpec={"Image": "{image web}", "Secrets": [{"SecretID": "zz"}]})),
)  # fmt: skip

TASKS = (
    replace(http("GET", f"/tasks?filters={filters(service='web', desired_state='running')}"), before=_wait_rolled_back),
    http("GET", f"/tasks?filters={filters(service='full')}"),
    http("GET", f"/tasks?filters={filters(service='job')}"),
    http("GET", f"/tasks?filters={filters(service='bad')}"),
    http("GET", f"/tasks?filters={filters(service='pend')}"),
    http("GET", f"/tasks?filters={filters(service='agent', node='{host n4}')}"),
    http("GET", f"/tasks?filters={filters(service='nosuch')}"),
    http("GET", f"/tasks?filters={filters(node='nosuch')}"),
    http("GET", f"/tasks?filters={filters(desired_state='nosuch')}"),
    http("GET", f"/tasks?filters={filters(nosuch='x')}"),
    http("GET", "/tasks/nosuch"),
    python("tasks by name", lambda client, target: client.tasks(filters={"name": "full.1"})),
    python("inspect_task", lambda client, target: client.inspect_task(target.tasks("full")[0]["ID"])),
    cli("node", "ps", "--format", "{{.Name}} {{.DesiredState}}", "--filter", "name=agent", "{host n4}"),
)

REMOVED = (
    cli("service", "rm", "full", "agent", "pend", "web", "bad", "job"),
    cli("service", "rm", "nosuch"),
    http("DELETE", "/services/nosuch"),
)

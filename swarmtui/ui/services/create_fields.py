"""The fields of the form for a new service: their sections, words and choices."""

from __future__ import annotations

from swarmtui.swarm.services.create_form import ServiceForm
from swarmtui.ui.kit.forms.form_field import FieldKind

__all__ = ["SECTIONS", "hidden_fields"]

USUAL = "default"

SECTIONS: tuple[tuple[str, tuple[FieldKind, ...]], ...] = (
    (
        "Service",
        (
            FieldKind("image", "Image", "nginx:1.27"),
            FieldKind("name", "Name", "letters, digits, - and _"),
            FieldKind("entrypoint", "Entrypoint", "instead of the image's"),
            FieldKind("arguments", "Command", "instead of the image's"),
            FieldKind(
                "mode",
                "Mode",
                options={
                    "replicated": "replicated",
                    "global": "global",
                    "replicated-job": "job",
                    "global-job": "global job",
                },
            ),
            FieldKind("replicas", "Replicas", "how many tasks"),
            FieldKind("completions", "Completions", "how often it must succeed"),
            FieldKind("concurrency", "At a time", "all, if left empty"),
            FieldKind("digest", "Digest", options={"pin": "pin what the tag is now", "": "none"}),
            FieldKind("credentials", "Login", options={"": "none", "send": "this machine's for the registry"}),
        ),
    ),
    (
        "Ports and networks",
        (
            FieldKind("ports", "Ports", "8080:80 or 8080:80/udp or 8080:80,mode=host; one per line", lines=True),
            FieldKind("networks", "Networks", "one per line; ctrl+o chooses", lines=True, chooses="networks"),
        ),
    ),
    (
        "Environment and labels",
        (
            FieldKind("environment", "Environment", "NAME=value, one per line", lines=True, hides_values=True),
            FieldKind("labels", "Labels", "name=value, one per line", lines=True, hides_values=True),
        ),
    ),
    (
        "Mounts, secrets, configs",
        (
            FieldKind("mounts", "Mounts", "data:/var/lib/data or /srv:/srv:ro or type=tmpfs,target=/t", lines=True),
            FieldKind(
                "secrets", "Secrets", "name or source=name,target=file; ctrl+o chooses", lines=True, chooses="secrets"
            ),
            FieldKind(
                "configs", "Configs", "name or source=name,target=/path; ctrl+o chooses", lines=True, chooses="configs"
            ),
        ),
    ),
    (
        "Placement and resources",
        (
            FieldKind("constraints", "Constraints", "node.role == worker, one per line", lines=True),
            FieldKind("reserve_cpu", "Reserve CPUs", "0.5: kept free for each task"),
            FieldKind("reserve_memory", "Reserve memory", "256m"),
            FieldKind("limit_cpu", "Limit CPUs", "2: no more than that"),
            FieldKind("limit_memory", "Limit memory", "1g: killed beyond it"),
        ),
    ),
    (
        "Restarts",
        (
            FieldKind(
                "restart_condition",
                "Restart",
                options={"": USUAL, "any": "always", "on-failure": "on failure", "none": "never"},
            ),
            FieldKind("restart_delay", "After", "5s: between two tries"),
            FieldKind("restart_attempts", "At most", "0: no limit"),
            FieldKind("restart_window", "Counted within", "10m: older tries do not count"),
        ),
    ),
    (
        "Updates",
        (
            FieldKind("update_parallelism", "At a time", "1; 0 for all at once"),
            FieldKind("update_delay", "Pause between", "10s"),
            FieldKind(
                "update_order",
                "Order",
                options={"": USUAL, "stop-first": "stop first", "start-first": "start first"},
            ),
            FieldKind(
                "update_failure",
                "On failure",
                options={"": USUAL, "pause": "pause", "continue": "continue", "rollback": "roll back"},
            ),
            FieldKind("update_monitor", "Watched for", "5s: to see a new task fail"),
            FieldKind("update_ratio", "Failure ratio", "0.2: one in five may fail"),
        ),
    ),
    (
        "Health check",
        (
            FieldKind("health", "Check", options={"": "the image's own", "none": "none", "command": "a command"}),
            FieldKind("health_command", "Command", "curl -f localhost || exit 1"),
            FieldKind("health_interval", "Every", "30s"),
            FieldKind("health_timeout", "Given up after", "30s"),
            FieldKind("health_retries", "Unhealthy after", "3 failures"),
        ),
    ),
)

_OF_MODE = {"replicas": ("replicated",), "completions": ("replicated-job",), "concurrency": ("replicated-job",)}
_OF_HEALTH = ("health_command", "health_interval", "health_timeout", "health_retries")
_OF_UPDATES = ("update_parallelism", "update_delay", "update_order", "update_failure", "update_monitor", "update_ratio")


def hidden_fields(form: ServiceForm) -> frozenset[str]:
    """The fields that make no sense beside what is chosen: a job is not updated, a global service has no replicas."""
    hidden = {name for name, modes in _OF_MODE.items() if form.mode not in modes}
    if form.is_job:
        hidden.update(_OF_UPDATES)
    if form.health != "command":
        hidden.update(_OF_HEALTH)
    return frozenset(hidden)

"""The fields of the form for a new service: their sections, words and choices."""

from __future__ import annotations

from swarmtui.swarm.service_form import ServiceForm
from swarmtui.ui.widgets.form_field import FieldSort

__all__ = ["SECTIONS", "hidden_fields"]

USUAL = "as usual"

SECTIONS: tuple[tuple[str, tuple[FieldSort, ...]], ...] = (
    (
        "Service",
        (
            FieldSort("image", "Image", "nginx:1.27"),
            FieldSort("name", "Name", "letters, digits, - and _"),
            FieldSort("entrypoint", "Entrypoint", "instead of the image's"),
            FieldSort("arguments", "Command", "instead of the image's"),
            FieldSort(
                "mode",
                "Mode",
                options={
                    "replicated": "replicated",
                    "global": "global",
                    "replicated-job": "job",
                    "global-job": "global job",
                },
            ),
            FieldSort("replicas", "Replicas", "how many tasks"),
            FieldSort("completions", "Completions", "how often it shall succeed"),
            FieldSort("concurrency", "At a time", "all, if left empty"),
        ),
    ),
    (
        "Ports and networks",
        (
            FieldSort("ports", "Ports", "8080:80 or 8080:80/udp or 8080:80,mode=host; one a line", lines=True),
            FieldSort("networks", "Networks", "one a line; ctrl+o chooses", lines=True, chooses="networks"),
        ),
    ),
    (
        "Environment and labels",
        (
            FieldSort("environment", "Environment", "NAME=value, one a line", lines=True, hides_values=True),
            FieldSort("labels", "Labels", "name=value, one a line", lines=True, hides_values=True),
        ),
    ),
    (
        "Mounts, secrets, configs",
        (
            FieldSort("mounts", "Mounts", "data:/var/lib/data or /srv:/srv:ro or type=tmpfs,target=/t", lines=True),
            FieldSort(
                "secrets", "Secrets", "name or source=name,target=file; ctrl+o chooses", lines=True, chooses="secrets"
            ),
            FieldSort(
                "configs", "Configs", "name or source=name,target=/path; ctrl+o chooses", lines=True, chooses="configs"
            ),
        ),
    ),
    (
        "Placement and resources",
        (
            FieldSort("constraints", "Constraints", "node.role == worker, one a line", lines=True),
            FieldSort("reserve_cpu", "Reserve CPUs", "0.5: kept free for each task"),
            FieldSort("reserve_memory", "Reserve memory", "256m"),
            FieldSort("limit_cpu", "Limit CPUs", "2: no more than that"),
            FieldSort("limit_memory", "Limit memory", "1g: killed beyond it"),
        ),
    ),
    (
        "Restarts",
        (
            FieldSort(
                "restart_condition",
                "Restart",
                options={"": USUAL, "any": "always", "on-failure": "on failure", "none": "never"},
            ),
            FieldSort("restart_delay", "After", "5s: between two tries"),
            FieldSort("restart_attempts", "At most", "0: without end"),
            FieldSort("restart_window", "Counted within", "10m: to forget older tries"),
        ),
    ),
    (
        "Updates",
        (
            FieldSort("update_parallelism", "At a time", "1; 0 for all at once"),
            FieldSort("update_delay", "Pause between", "10s"),
            FieldSort(
                "update_order",
                "Order",
                options={"": USUAL, "stop-first": "stop first", "start-first": "start first"},
            ),
            FieldSort(
                "update_failure",
                "On failure",
                options={"": USUAL, "pause": "pause", "continue": "go on", "rollback": "roll back"},
            ),
            FieldSort("update_monitor", "Watched for", "5s: to see a new task fail"),
            FieldSort("update_ratio", "Bearable share", "0.2: of tasks that may fail"),
        ),
    ),
    (
        "Health check",
        (
            FieldSort("health", "Check", options={"": "the image's own", "none": "none", "command": "a command"}),
            FieldSort("health_command", "Command", "curl -f localhost || exit 1"),
            FieldSort("health_interval", "Every", "30s"),
            FieldSort("health_timeout", "Given up after", "30s"),
            FieldSort("health_retries", "Unhealthy after", "3 failures"),
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

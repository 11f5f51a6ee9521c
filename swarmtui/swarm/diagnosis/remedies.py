"""The remedies that rules offer: each a command that the user interface has, with what its dialog begins with.

A remedy opens a dialog; it never does anything by itself. The names of the fields in `values` are those that the
dialogs take: "replicas", "image", "availability", "add" and "remove" for a line of a set, and the label of a form's
field ("memory reserved").
"""

from __future__ import annotations

from swarmtui.swarm.diagnosis.finding import THE_SWARM, Remedy, Subject
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task

__all__ = [
    "COMMANDS",
    "activate",
    "add_label",
    "change_constraints",
    "change_image",
    "change_limit_per_node",
    "change_limits",
    "change_ports",
    "create_ingress",
    "demote",
    "drain",
    "edit",
    "force_update",
    "inspect",
    "inspect_task",
    "lower_reservation",
    "promote",
    "prune",
    "recover_quorum",
    "remove_constraint",
    "remove_label",
    "remove_node",
    "resume",
    "roll_back",
    "rotate_ca",
    "scale",
    "send_login",
    "set_form_field",
    "show_logs",
    "show_task_logs",
    "spread_over",
    "unlock",
]


COMMANDS = (
    "logs.open",
    "inspect.readable",
    "service.scale",
    "service.image",
    "service.force",
    "service.rollback",
    "node.availability",
    "node.promote",
    "node.demote",
    "node.labels",
)
"""The commands of remedies that have a key of their own where findings are shown; all others are offered by Enter."""


def show_logs(service: Service) -> Remedy:
    return Remedy("logs.open", Subject.of(service), f"Show the logs of {service.name}")


def show_task_logs(task: Task, name: str) -> Remedy:
    """The log of one task, which may have ended.

    Args:
        name: "web.3".
    """
    return Remedy("logs.open", Subject(Kind.TASK, task.id, name), f"Show the log of {name}")


def inspect(subject: Subject) -> Remedy:
    return Remedy("inspect.readable", subject, f"Inspect {subject.name}")


def inspect_task(task: Task, name: str, text: str) -> Remedy:
    """A task, which may have ended, with what its own node's engine knows of its container.

    Args:
        name: "web.3".
        text: what one learns there.
    """
    return Remedy("inspect.readable", Subject(Kind.TASK, task.id, name), text)


def roll_back(service: Service) -> Remedy:
    return Remedy("service.rollback", Subject.of(service), f"Roll back {service.name}")


def resume(service: Service) -> Remedy:
    return Remedy("service.resume", Subject.of(service), f"Resume the update of {service.name}")


def force_update(service: Service) -> Remedy:
    return Remedy("service.force", Subject.of(service), f"Force-update {service.name}")


def change_image(service: Service, image: str = "") -> Remedy:
    """Another image.

    Args:
        image: the one to begin with; "" for the current one.
    """
    values = (("image", image),) if image else ()
    return Remedy("service.image", Subject.of(service), f"Change the image of {service.name}", values)


def send_login(service: Service) -> Remedy:
    """The same image again, with docker's login of this machine for its registry."""
    values = (("credentials", "send"),)
    return Remedy("service.image", Subject.of(service), f"Send this machine's docker login to {service.name}", values)


def change_limits(service: Service, text: str) -> Remedy:
    """Its limits and reservations.

    Args:
        text: what is to be changed there.
    """
    return Remedy("service.limits", Subject.of(service), text)


def change_ports(service: Service) -> Remedy:
    return Remedy("service.ports", Subject.of(service), f"Change the published ports of {service.name}")


def edit(service: Service, text: str) -> Remedy:
    """The whole spec in an editor, for what no dialog changes.

    Args:
        text: what is to be changed there.
    """
    return Remedy("service.edit", Subject.of(service), text)


def scale(service: Service, replicas: int) -> Remedy:
    text = f"Scale {service.name} to {replicas}"
    return Remedy("service.scale", Subject.of(service), text, (("replicas", str(replicas)),))


def activate(node: Node) -> Remedy:
    return Remedy("node.availability", Subject.of(node), f"Activate {node.name}", (("availability", "active"),))


def promote(node: Node) -> Remedy:
    return Remedy("node.promote", Subject.of(node), f"Promote {node.name}")


def demote(node: Node) -> Remedy:
    return Remedy("node.demote", Subject.of(node), f"Demote {node.name}")


def drain(node: Node) -> Remedy:
    return Remedy("node.drain", Subject.of(node), f"Drain {node.name}")


def prune(node: Node) -> Remedy:
    return Remedy("node.prune", Subject.of(node), f"Prune {node.name}: remove what nothing uses there")


def remove_node(node: Node) -> Remedy:
    return Remedy("node.remove", Subject.of(node), f"Remove {node.name} from the swarm")


def recover_quorum() -> Remedy:
    return Remedy("swarm.recover", THE_SWARM, "Recover the quorum")


def rotate_ca() -> Remedy:
    return Remedy("swarm.rotate-ca", THE_SWARM, "Rotate the root CA")


def unlock() -> Remedy:
    return Remedy("swarm.unlock", THE_SWARM, "Unlock this manager")


def create_ingress() -> Remedy:
    return Remedy("network.create", THE_SWARM, "Create an ingress network", (("ingress", "on"),))


def remove_label(node: Node, label: str) -> Remedy:
    """One label fewer.

    Args:
        label: "gpu=true".
    """
    return Remedy("node.labels", Subject.of(node), f"Remove the label {label} from {node.name}", (("remove", label),))


def add_label(node: Node, label: str) -> Remedy:
    """A label for a node.

    Args:
        label: "gpu=true".
    """
    return Remedy("node.labels", Subject.of(node), f"Label {node.name} with {label}", (("add", label),))


def remove_constraint(service: Service, constraint: str) -> Remedy:
    """One constraint fewer.

    Args:
        constraint: as the service has it: "node.labels.gpu==true".
    """
    text = f"Remove the constraint {constraint}"
    return Remedy("service.constraints", Subject.of(service), text, (("remove", constraint),))


def spread_over(service: Service, preference: str) -> Remedy:
    """A placement preference.

    Args:
        preference: as the dialog takes it: "spread=node.labels.zone".
    """
    text = f"Spread {service.name} over {preference.removeprefix('spread=')}"
    return Remedy("service.constraints", Subject.of(service), text, (("add", preference),))


def change_constraints(service: Service) -> Remedy:
    return Remedy("service.constraints", Subject.of(service), f"Change the constraints of {service.name}")


def change_limit_per_node(service: Service, present: int, wanted: int) -> Remedy:
    """Another number of tasks that a node takes at most; the line is one of the set of constraints."""
    values = (("remove", f"max-per-node={present}"), ("add", f"max-per-node={wanted}"))
    text = f"Allow {wanted} tasks of {service.name} per node"
    return Remedy("service.constraints", Subject.of(service), text, values)


def set_form_field(command: str, service: Service, field: str, value: str, text: str) -> Remedy:
    """A field of a form's dialog ("service.limits", "service.update-policy", …).

    Args:
        field: its label: "memory limit".
        value: what it begins with, as one would type it: "512m"; "" for what it has.
        text: what the remedy is called.
    """
    return Remedy(command, Subject.of(service), text, ((field, value),))


def lower_reservation(service: Service, field: str, value: str, words: str) -> Remedy:
    """Reserve less.

    Args:
        field: "CPU reserved" or "memory reserved".
        value: as one would type it: "0.5", "512m".
        words: the same for people: "0.5 CPU", "512 MiB of memory".
    """
    return set_form_field("service.limits", service, field, value, f"Reserve {words} for {service.name}")

"""Create a service from what was typed into a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Creation, Impact, Progress
from swarmtui.swarm.actions.judging import Judged, verdict_of
from swarmtui.swarm.actions.wording import danger, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.images.answer import ImageAnswer
from swarmtui.swarm.images.choice import AS_TYPED, ImageChoice, SendsImage
from swarmtui.swarm.images.remarks import image_remarks, platform_remarks
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.networks.ingress import of_missing_ingress
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.struct_decoders import converted
from swarmtui.swarm.secret import looks_secret
from swarmtui.swarm.services.constraints import eligible_nodes
from swarmtui.swarm.services.container.mount_needs import needs_of
from swarmtui.swarm.services.create_form import Draft, ServiceForm, draft_of
from swarmtui.swarm.services.replicas import count, replicas_wanted
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.specs.fields import field_of, with_field
from swarmtui.swarm.tasks.history import first_trouble

__all__ = ["CreateService"]

IMAGE = ("TaskTemplate", "ContainerSpec", "Image")
PLATFORMS = ("TaskTemplate", "Placement", "Platforms")


@dataclass(frozen=True)
class CreateService(Judged, Creation, SendsImage):
    """Make a new service.

    Attributes:
        target: has the name that it should get.
        form: what was typed.
        draft: what came of that.
        choice: how its image is sent.
    """

    name: ClassVar[str] = names.CREATE_SERVICE
    verb: ClassVar[str] = "Create"

    target: Target
    form: ServiceForm
    draft: Draft = field(repr=False, compare=False)
    choice: ImageChoice = AS_TYPED

    @classmethod
    def of(cls, form: ServiceForm, cluster: Cluster, answer: ImageAnswer | None = None) -> CreateService:
        """Create the service that a form describes.

        Args:
            answer: what the image's registry has said; None while it has said nothing.

        Raises:
            NotPossible: the form cannot be read, or something is missing in it.
        """
        draft = draft_of(form, cluster)
        if draft.problems:
            raise NotPossible(f"The form still has errors: {listed(list(draft.problems))}.")
        choice = replace(form.image_choice, answer=answer)
        return cls(Target(Kind.SERVICE, "", str(draft.spec["Name"]), 0), form, draft, choice)

    @property
    def title(self) -> str:
        return f"Create {self._sort} {self.target.name} of {self.form.image.strip()}"

    @property
    def _sort(self) -> str:
        return {
            "replicated": "service",
            "global": "global service",
            "replicated-job": "job",
            "global-job": "global job",
        }[self.form.mode]

    @property
    def docker_command(self) -> str:
        return self.draft.shown_command

    @property
    def whole_command(self) -> str:
        return self.draft.command

    def body(self) -> Mapping[str, Any]:
        image, platforms = self.choice.sent(self.reference)
        spec = with_field(self.draft.spec, IMAGE, image)
        return with_field(spec, PLATFORMS, list(platforms)) if platforms else spec

    @property
    def reference(self) -> str:
        return str(field_of(self.draft.spec, *IMAGE))

    def resolved(self, answer: ImageAnswer) -> Self:
        return replace(self, choice=self.choice.answered(answer))

    # -------------------------------------------------------------------------------- what it means

    @property
    def _service(self) -> Service:
        # It has no ID yet; the name stands for one.
        return converted({"ID": self.target.name, "Spec": self.body()}, Service)

    def expected(self, cluster: Cluster) -> Cluster:
        return cluster.with_service(self._service)

    def remarks(self, cluster: Cluster) -> Impact:
        service = self._service
        return impact_of(
            [
                *self._of_name(cluster),
                *_of_ports(cluster, service),
                *self._of_nodes(cluster, service),
                *self._of_resources(),
                *self._of_values(),
                *needs_of(cluster, service.mounts),
                *platform_remarks(cluster, service, self.choice.answer_on(self.reference)),
                *image_remarks(self.reference, self.choice),
            ]
        )

    def _of_name(self, cluster: Cluster) -> Iterator[Consequence]:
        if any(service.name == self.target.name for service in cluster.services.values()):
            yield danger(f"A service named {self.target.name} already exists: the engine will refuse this.")

    def _of_nodes(self, cluster: Cluster, service: Service) -> Iterator[Consequence]:
        mode = self.form.mode
        wanted = replicas_wanted(service) if mode == "replicated" else 1
        if mode == "replicated" and wanted == 0:
            yield note("With 0 replicas nothing runs until it is scaled up.")
        if not cluster.nodes or (mode == "replicated" and wanted == 0):
            return
        yield from self._of_eligible(cluster, service, len(eligible_nodes(cluster, service)))

    def _of_eligible(self, cluster: Cluster, service: Service, able: int) -> Iterator[Consequence]:
        if not able:
            return  # the judge says so, and why
        if self.form.mode in ("global", "global-job"):
            yield note(f"One task on each of {counted(able, 'node')} that can take it.")
        elif self.form.mode == "replicated-job":
            total = self.draft.spec["Mode"]["ReplicatedJob"]
            yield note(f"{counted(total['TotalCompletions'], 'completion')}, {total['MaxConcurrent']} at a time.")
        else:
            number = sum(
                each.starting for each in verdict_of([self], cluster).services if each.service.id == service.id
            )
            nodes = "the one node" if able == 1 else f"{able} nodes"
            yield note(f"{counted(number, 'task')} will start on {nodes} that can take {_them(number)}.")

    def _of_resources(self) -> Iterator[Consequence]:
        resources = self.draft.spec["TaskTemplate"]["Resources"]
        limits, reserved = resources["Limits"], resources["Reservations"]
        for key, what in (("NanoCPUs", "CPU"), ("MemoryBytes", "memory")):
            if key in limits and key in reserved and limits[key] < reserved[key]:
                yield warning(f"More {what} is reserved for a task than it may use.")

    def _of_values(self) -> Iterator[Consequence]:
        environment = self.draft.spec["TaskTemplate"]["ContainerSpec"].get("Env", [])
        names = [name for name, _, value in (each.partition("=") for each in environment) if value]
        if telling := [name for name in names if looks_secret(name)]:
            yield warning(
                f"{listed(telling)} can be read by anyone who can inspect the service. A secret is encrypted, and"
                " is a file in the container."
            )

    # -------------------------------------------------------------------------------- what came of it

    def progress(self, cluster: Cluster) -> Progress:
        service = next((each for each in cluster.services.values() if each.name == self.target.name), None)
        if service is None:
            return Progress.waiting(self.target)
        now = count(cluster, service)
        if now.running is None or now.outstanding is None:
            return Progress("created", settled=False)
        if now.is_job:
            return Progress(f"{now.text}, {now.running} running", settled=now.running >= now.outstanding)
        text, runs = f"{now.running} of {now.outstanding} running", (service.id,)
        if now.running >= now.outstanding:
            return Progress(text, settled=True, runs=runs)
        trouble = first_trouble(cluster, service)
        if trouble is None:
            return Progress(text, settled=False, runs=runs)
        return Progress(f"{text}: {trouble.error}", settled=False, failed=trouble.lasting, runs=runs)


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _of_ports(cluster: Cluster, service: Service) -> Iterator[Consequence]:
    """An ingress port is the whole swarm's; one in host mode is in the way where a task with it runs."""
    yield from of_missing_ingress(cluster, [port.publish_mode for port in service.ports])
    wanted = {(port.published_port, port.protocol): port.publish_mode for port in service.ports if port.published_port}
    for other in sorted(cluster.services.values(), key=lambda each: each.name):
        for port in other.ports:
            mode = wanted.get((port.published_port, port.protocol))
            if mode is None:
                continue
            text = f"{port.published_port}/{port.protocol}"
            if mode == port.publish_mode == "ingress":
                yield danger(f"Port {text} is already published by {other.name}: the engine will refuse this.")
            else:
                yield warning(f"Port {text} is also used by {other.name}: no node can run both.")

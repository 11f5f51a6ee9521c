"""Images: nodes that cannot get one, and replicas that run different ones."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.failing_slots import MOST_LINES, Sort, on_node, slots_of_sort, ways_back
from swarmtui.swarm.diagnosis.finding import Remedy, Severity
from swarmtui.swarm.diagnosis.pull_problems import PullProblem, pull_problem
from swarmtui.swarm.diagnosis.rule import Found, ServiceScene, service_rule
from swarmtui.swarm.health.services import Condition
from swarmtui.swarm.images.newer import has_newer, tag_of
from swarmtui.swarm.images.tag_list import newer_of, newest_words, repository_of
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.short_text import clipped, counted, listed
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.tasks.ending import unwrapped
from swarmtui.swarm.tasks.failures import Failures
from swarmtui.swarm.tasks.states import holds_a_place
from swarmtui.swarm.units import age

__all__ = ["image_not_pulled", "mixed_digests", "newer_image", "newer_tag"]

DIGEST = "@sha256:"
SHOWN_OF_DIGEST = 12
"""Characters of a digest that are shown, as docker does it."""


@service_rule("image-not-pulled", Severity.CRITICAL, "A node cannot pull the image of a task.")
def image_not_pulled(scene: ServiceScene) -> Iterator[Found]:
    slots = slots_of_sort(scene, Sort.IMAGE)
    waiting = _still_pulling(scene)
    tasks = [*(each.newest for each in sorted(slots, key=lambda each: -each.last)), *waiting]
    if not tasks:
        return
    problem = _problem_of(tasks)
    task = next(each for each in tasks if pull_problem(each) is problem)
    nodes = {scene.cluster.node_name(each.node_id) for each in tasks if each.node_id}
    yield Found(
        summary=f"{problem.value}: {tagged(task.image)}{f' on {listed(nodes, 3)}' if nodes else ''}",
        evidence=(*_evidence(scene, slots, waiting), *_unknown_evidence(problem, nodes)),
        cause=problem.cause or _guess(scene, task),
        remedies=(
            *_room_for(scene, problem, tasks),
            *([remedies.send_login(scene.service)] if problem is PullProblem.DENIED else []),
            *ways_back(scene.service),
            remedies.force_update(scene.service),
        ),
        since=min((each.last - each.seconds for each in slots), default=None),
        until=min((each.steady_at for each in slots), default=math.inf),
        severity=None if _is_held_up(scene, slots, waiting) else Severity.WARNING,
    )


@service_rule(
    "mixed-digests", Severity.WARNING, "Replicas run different images, although the tag of the image is the same."
)
def mixed_digests(scene: ServiceScene) -> Iterator[Found]:
    image = scene.service.image
    running = [
        task
        for task in scene.cluster.tasks_of(scene.service.id) or ()
        if task.image != image and task.status.state == "running" and holds_a_place(task)
    ]
    if not running or scene.health.condition in (Condition.UPDATING, Condition.HALTED):
        return
    old = [task for task in running if tagged(task.image) == tagged(image) and DIGEST in task.image]
    if not old or DIGEST not in image:
        return
    numbers = Counter(digest_of(task.image) for task in old)
    more = f", and {counted(len(numbers) - 1, 'other')}" if len(numbers) > 1 else ""
    names = listed([on_node(scene, task) for task in old], MOST_LINES)
    yield Found(
        summary=f"{counted(len(old), 'task runs', 'tasks run')} another image than {tagged(image)} is now",
        evidence=(
            f"the service's digest: {digest_of(image)}",
            f"{names}: {next(iter(numbers))}{more}",
        ),
        cause="The tag was moved and the service updated, but Swarm did not replace these tasks.",
        remedies=(remedies.force_update(scene.service),),
    )


@service_rule(
    "newer-image", Severity.NOTE, "A registry that was asked has another image behind the tag that a service runs."
)
def newer_image(scene: ServiceScene) -> Iterator[Found]:
    answers, service = scene.memory.images, scene.service
    if not answers or not has_newer(service, answers):
        return
    answer = answers[tag_of(service)]
    yield Found(
        summary=f"newer image behind {short_image(service.image)}",
        evidence=(f"the service's digest: {digest_of(service.image)}", f"its tag stands for: {answer.short_digest}"),
        cause="The tag was given to another image after the service was set to it.",
        remedies=(remedies.change_image(service),),
    )


@service_rule(
    "newer-tag", Severity.NOTE, "A registry that was asked has newer versions of the image that a service runs."
)
def newer_tag(scene: ServiceScene) -> Iterator[Found]:
    if not scene.memory.tags:
        return
    image = tag_of(scene.service)
    known = scene.memory.tags.get(repository_of(image))
    newer = newer_of(image, known)
    if not newer or known is None:
        return
    yield Found(
        summary=f"newer tag{'s' if len(newer) > 1 else ''} of {short_image(image)}: {newest_words(newer)}",
        evidence=(f"the repository has {known.told(scene.now)}",),
        cause="Versions were pushed after the service was set to this one.",
        remedies=(remedies.change_image(scene.service),),
    )


def _room_for(scene: ServiceScene, problem: PullProblem, tasks: Sequence[Task]) -> Iterator[Remedy]:
    """Where the disk is full, what makes room on it."""
    if problem is PullProblem.DISK_FULL:
        full = next((each.node_id for each in tasks if pull_problem(each) is problem), "")
        if (node := scene.cluster.nodes.get(full)) is not None:
            yield remedies.prune(node)


def tagged(image: str) -> str:
    """ "shop/web:1.6": an image's name without its digest."""
    return image.partition("@")[0]


def digest_of(image: str) -> str:
    """ "1a2b3c4d5e6f": the start of a digest."""
    return image.partition(DIGEST)[2][:SHOWN_OF_DIGEST]


def _still_pulling(scene: ServiceScene) -> list[Task]:
    """Tasks that have an error and have not been given up by their node yet."""
    if scene.health.well:
        return []
    known = scene.cluster.tasks_of(scene.service.id) or ()
    return [
        task
        for task in known
        if task.status.state == "preparing" and holds_a_place(task) and pull_problem(task) is not None
    ]


def _problem_of(tasks: Sequence[Task]) -> PullProblem:
    """Of several the one that tells most: any is better than that the engine keeps it to itself."""
    found = [problem for task in tasks if (problem := pull_problem(task)) is not None]
    return next((each for each in found if each is not PullProblem.UNKNOWN), PullProblem.UNKNOWN)


def _is_held_up(scene: ServiceScene, slots: Sequence[Failures], waiting: Sequence[Task]) -> bool:
    """Whether tasks are missing because of it; another node may have taken them meanwhile."""
    return bool(waiting) or any(each.looping or each.current.status.state != "running" for each in slots)


def _evidence(scene: ServiceScene, slots: Sequence[Failures], waiting: Sequence[Task]) -> Iterator[str]:
    lines = []
    for each in sorted(slots, key=lambda slot: (slot.count, slot.last), reverse=True):
        times = f"rejected {each.count} times, last" if each.count > 1 else "rejected"
        error = clipped(unwrapped(each.newest.status.err), 200)
        lines.append(f"{on_node(scene, each.newest)}: {times} {age(scene.now - each.last)} ago: {error}")
    lines += [f"{on_node(scene, each)}: {clipped(unwrapped(each.status.err), 200)}" for each in waiting]
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"and {counted(len(lines) - MOST_LINES, 'other task')}"


def _unknown_evidence(problem: PullProblem, nodes: set[str]) -> tuple[str, ...]:
    if problem is not PullProblem.UNKNOWN or not nodes:
        return ()
    return (f"The engine's log on {listed(nodes, 3)} has the registry's answer: journalctl -u docker",)


def _guess(scene: ServiceScene, task: Task) -> str:
    """What the rest of the swarm says about an image that an engine has not got, for whatever reason."""
    others = {
        each.node_id
        for each in scene.cluster.tasks_of(scene.service.id) or ()
        if each.status.state == "running" and each.image == task.image and each.node_id != task.node_id
    }
    if others:
        where = listed([scene.cluster.node_name(each) for each in others], 2)
        return f"{where} got this image, so it exists. Credentials, the network or the disk of this node are wrong."
    if DIGEST in task.image:
        return (
            "The registry knew this image when it was set, since its digest is pinned. The node may lack credentials"
            " (--with-registry-auth) or access to the registry, or the image was removed."
        )
    return (
        "No digest is pinned, so nobody found this image when it was set. Its name or tag is probably wrong, it was"
        " never pushed, or the registry is unreachable or needs credentials (--with-registry-auth)."
    )

"""What an image means for a service, in sentences: whether it is there and pinned, and on which nodes it runs."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.actions.wording import danger, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.consequences import Consequence
from swarmtui.swarm.diagnosis.pull_problems import PullProblem
from swarmtui.swarm.images.answer import ImageAnswer
from swarmtui.swarm.images.choice import ImageChoice
from swarmtui.swarm.images.platforms import for_any_platform, platform_of, runs_on
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.constraints import eligible_nodes
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.syntax.image import ImageName, short_image
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["image_remarks", "platform_remarks", "unresolved_text"]

MOST_NODES = 4
CHANGES_OFTEN = "latest"


def image_remarks(image: str, choice: ImageChoice, *, was_pinned: bool = False) -> Iterator[Consequence]:
    """What comes of an image and how it is sent.

    Args:
        image: as docker writes it.
        was_pinned: the service's present image has a digest.
    """
    try:
        name = ImageName.parse(image)
    except Unreadable:
        return
    answer = choice.answer_on(image)
    if answer is not None and answer.problem is PullProblem.NOT_FOUND:
        yield danger(f"{name.registry} has no image {short_image(image)}: only nodes that have it already can run it.")
    if name.digest:
        yield note("It is pinned to a digest: every node runs exactly the same image.")
    elif choice.pin and answer is not None and answer.found:
        yield note(f"It is pinned to the digest {answer.short_digest}: every node runs exactly the same image.")
    elif choice.pin and answer is None:
        yield note("Its digest is asked for when this is sent, and pinned: every node runs exactly the same image.")
    elif choice.pin and answer is not None:
        yield warning(f"{unresolved_text(answer)} {_each_pulls(name)}{_lost(was_pinned)}")
    else:
        yield _of_tag(name, _lost(was_pinned))
    if choice.credentials:
        yield note(
            f"The swarm stores this machine's login for {name.registry}, and its nodes pull with it. Its managers can"
            " read it."
        )


def unresolved_text(answer: ImageAnswer) -> str:
    """That an image's digest is not known, why, and what may help."""
    help_ = ""
    if answer.problem is PullProblem.DENIED:
        help_ = _help_of_denied(answer)
    return f"No digest for {short_image(answer.image)}: {answer.why_not.rstrip('.')}.{help_}"


def _help_of_denied(answer: ImageAnswer) -> str:
    if answer.with_login:
        return " This machine's login was refused, too: log in again with docker login."
    if answer.has_login:
        return " Send this machine's login, and the registry is asked with it."
    return " Log in with docker login on this machine to send credentials."


def _each_pulls(name: ImageName) -> str:
    return f"Each node pulls what the tag {name.tag or CHANGES_OFTEN} points to when its task starts."


def _lost(was_pinned: bool) -> str:
    return " It is no longer pinned to a digest." if was_pinned else ""


def _of_tag(name: ImageName, lost: str) -> Consequence:
    if name.tag in ("", CHANGES_OFTEN):
        what = "No tag means latest" if not name.tag else "latest changes every so often"
        return warning(f"{what}: each node pulls whatever it is then, and a rollback may get another image.{lost}")
    return note(f"{_each_pulls(name)}{lost}")


def platform_remarks(cluster: Cluster, service: Service, answer: ImageAnswer | None) -> Iterator[Consequence]:
    """On which of the nodes that could otherwise take a service's tasks its image cannot run.

    Args:
        service: as it will be, whatever the platforms of its placement.
    """
    if answer is None or not answer.real_platforms:
        return
    able = eligible_nodes(cluster, for_any_platform(service))
    without = [node for node in able if not runs_on(answer.real_platforms, node)]
    if not without:
        return
    built = f"the image is built for {answer.built_for}"
    if len(without) == len(able):
        which = "The one node" if len(able) == 1 else f"None of {counted(len(able), 'node')}"
        yield danger(f"{which} that could take its tasks {'cannot' if len(able) == 1 else 'can'} run it: {built}.")
        return
    names = listed([f"{node.name} ({platform_of(node)})" for node in without], MOST_NODES)
    yield warning(f"{names} cannot run it: {built}. {counted(len(able) - len(without), 'other node')} can.")

"""Image references: one grammar, whoever takes one."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.editing.refusals import refusals
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.services.create_form import ServiceForm, draft_of
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.swarm.stacks.compose import compare
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.syntax.image import ImageName, has_tag, short_image, without_registry
from swarmtui.swarm.syntax.unreadable import Unreadable
from tests.unit.swarm.builders import cluster

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("image", "short"),
    [
        ("nginx:1.27@" + DIGEST, "nginx:1.27"),
        ("nginx", "nginx"),
        ("docker.io/library/nginx:1.27", "nginx:1.27"),
        ("docker.io/shop/api:2", "shop/api:2"),
        ("registry:5000/shop/api", "registry:5000/shop/api"),
        ("registry:5000/shop/api@" + DIGEST, "registry:5000/shop/api@0123456789ab"),
        ("registry:5000/shop/api:2@" + DIGEST, "registry:5000/shop/api:2"),
        ("nginx@" + DIGEST, "nginx@0123456789ab"),
        ("", ""),
    ],
)
def test_short_images(image: str, short: str) -> None:
    assert short_image(image) == short


IMAGES = [
    ("nginx", "nginx:latest", False),
    ("nginx:1.27", "nginx:1.27", True),
    ("docker.io/library/nginx", "nginx:latest", False),
    ("index.docker.io/shop/api:2", "shop/api:2", True),
    ("localhost/web", "localhost/web:latest", False),
    ("localhost:5000/web", "localhost:5000/web:latest", False),
    ("10.97.0.2:5000/team/web:1.2", "10.97.0.2:5000/team/web:1.2", True),
    ("Registry.example.com/team/web", "Registry.example.com/team/web:latest", False),
    (f"web@{DIGEST}", f"web@{DIGEST}", True),
    (f"web:1@{DIGEST}", f"web:1@{DIGEST}", True),
    ("a__b/c-d.e:V_1.0-x", "a__b/c-d.e:V_1.0-x", True),
    ("[::1]:5000/web", "[::1]:5000/web:latest", False),
]

NO_IMAGES = [
    "Nginx",
    "FOO/x",
    "shop/Web:1",
    "-x",
    "web:",
    "web:-1",
    "a b",
    "web@sha256:12",
    "http://x/web",
    "web/",
    "a//b",
    "a___b",
    "web:1:2",
    "web:" + "a" * 129,
]


def created(image: str) -> str:
    """The image of the service that a form makes."""
    draft = draft_of(ServiceForm(name="web", image=image), cluster())
    if draft.problems:
        raise NotPossible(str(draft.problems))
    return str(draft.spec["TaskTemplate"]["ContainerSpec"]["Image"])


def updated(image: str) -> str:
    """The image that a service is updated to."""
    return str(UpdateImage.of({"ID": "a", "Spec": spec_with("another:1")}, image).new)


def deployed(image: str) -> tuple[str, ...]:
    """What stands in the way of a compose file with the image."""
    content = {"services": {"web": {"image": image}}}
    return compare(ComposeFiles(("/f.yml",)), "shop", content, [], cluster(), rendered=True).obstacles


def spec_with(image: str) -> dict[str, Any]:
    return {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": image}}}


@pytest.mark.parametrize(("image", "sent", "tagged"), IMAGES)
def test_images_are_taken_alike(image: str, sent: str, tagged: bool) -> None:
    assert created(image) == updated(image) == sent
    assert refusals(Kind.SERVICE, spec_with("another:1"), spec_with(image)) == ()
    assert deployed(image) == ()
    assert has_tag(image) is tagged


@pytest.mark.parametrize("image", NO_IMAGES)
def test_what_is_no_image_is_refused_alike(image: str) -> None:
    with pytest.raises(Unreadable) as refused:
        ImageName.parse(image)
    for take in (created, updated):
        with pytest.raises(NotPossible) as error:
            take(image)
        assert str(refused.value) in str(error.value)
    (problem,) = refusals(Kind.SERVICE, spec_with("another:1"), spec_with(image))
    (obstacle,) = deployed(image)
    assert str(refused.value) in problem
    assert str(refused.value) in obstacle


def test_upper_case_is_told() -> None:
    with pytest.raises(Unreadable, match="lowercase: foo/x, not FOO/x"):
        ImageName.parse("FOO/x")


def test_a_registry_can_be_left_out() -> None:
    names = ("registry.example.com:5000/team/api:2.1", "localhost/api", "team/api", "api:2")
    assert [without_registry(name) for name in names] == ["team/api:2.1", "api", "team/api", "api:2"]

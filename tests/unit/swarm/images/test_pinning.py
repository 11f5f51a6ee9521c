"""An image's digest: how it gets into a spec, what the dialog says of it, and what the same tag can mean by now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from swarmtui.swarm.images.answer import ImageAnswer, read_answer, refused_answer
from swarmtui.swarm.images.choice import AS_TYPED, ImageChoice
from swarmtui.swarm.objects.node import Platform
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.create_form import ServiceForm
from swarmtui.swarm.services.update_image import UpdateImage
from tests.unit.swarm.builders import cluster, node, service
from tests.unit.swarm.examples.services import RAW, raw_service
from tests.unit.swarm.reading import dangers, refusal, text, warnings

OLD, NEW = "sha256:" + "ab" * 32, "sha256:" + "cd" * 32
"""The first is what RAW is pinned to."""
INTEL = (Platform("amd64", "linux"),)
SWARM = cluster([node("a", manager=True), node("b"), node("pi", architecture="armv7l")], [service("web", 2)])


def found(image: str = "nginx:1.28", digest: str = NEW, platforms: tuple[Platform, ...] = INTEL) -> ImageChoice:
    return ImageChoice(answer=ImageAnswer(image, digest, platforms))


def denied(*, has_login: bool = False, with_login: bool = False) -> ImageChoice:
    answer = refused_answer("nginx:1.28", 401, "no")
    return ImageChoice(answer=replace(answer, has_login=has_login, with_login=with_login))


def test_the_digest_and_the_platforms_go_into_the_spec_and_come_out_again() -> None:
    action = UpdateImage.of(RAW, "nginx:1.28", found())
    template = action.after["TaskTemplate"]
    assert template["ContainerSpec"]["Image"] == f"nginx:1.28@{NEW}"
    assert template["Placement"]["Platforms"] == [{"Architecture": "amd64", "OS": "linux"}]
    assert action.docker_command == "docker service update --image nginx:1.28 web"
    assert isinstance(action.undo, UpdateImage)
    assert action.undo.after == RAW["Spec"]
    assert "pinned to the digest cdcdcdcdcdcd" in text(action, SWARM)


def test_docker_leaves_the_architecture_of_arm_out_of_the_placement() -> None:
    arm = read_answer("x", {"Descriptor": {"digest": NEW}, "Platforms": [{"os": "linux", "architecture": "arm"}]})
    assert arm.placement == ({"OS": "linux"},)
    assert read_answer("x", {"Descriptor": {}}).found is False


def test_the_same_tag_is_something_to_do_once_it_stands_for_another_digest() -> None:
    assert "Asking the registry" in refusal(UpdateImage, "nginx:1.27", ImageChoice())
    assert "Its tag still stands for the digest abab" in refusal(UpdateImage, "nginx:1.27", found("nginx:1.27", OLD))
    newer = UpdateImage.of(RAW, "nginx:1.27", found("nginx:1.27"))
    assert newer.title == "Update web to the newer nginx:1.27"
    assert newer.wanted == f"nginx:1.27@{NEW}"
    loose = raw_service()
    loose["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"] = "nginx:1.27"
    assert UpdateImage.of(loose, "nginx:1.27", found("nginx:1.27")).title == "Pin web to what nginx:1.27 is now"


def test_an_answer_on_another_image_counts_for_nothing() -> None:
    action = UpdateImage.of(RAW, "nginx:1.29", found("nginx:1.28"))
    assert (action.wanted, action.to_resolve) == ("nginx:1.29", "nginx:1.29")
    assert action.resolved(ImageAnswer("nginx:1.29", NEW)).wanted == f"nginx:1.29@{NEW}"
    assert UpdateImage.of(RAW, "nginx:1.29").to_resolve == ""


@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        (404, "manifest unknown: manifest unknown", "image not found"),
        (401, "unauthorized: authentication required", "registry denies the image"),
        (
            403,
            "errors:\ndenied: requested access to the resource is denied",
            "registry denies the image: errors: denied",
        ),
        (
            500,
            'Get "https://reg:5000/v2/": dial tcp 10.0.0.9:5000: connect: connection refused',
            "registry out of reach",
        ),
        (500, "Get https://reg/v2/: dial tcp: lookup reg on 10.0.0.2:53: no such host", "name not resolved"),
        (404, "page not found", "this engine does not ask registries"),
        (500, "boom", "boom"),
    ],
)
def test_why_there_is_no_digest_is_told_and_what_that_means(status: int, said: str, words: str) -> None:
    action = UpdateImage.of(RAW, "nginx:1.28", ImageChoice(answer=refused_answer("nginx:1.28", status, said)))
    assert action.wanted == "nginx:1.28"
    assert any(words in each for each in warnings(action, SWARM))
    assert "Each node pulls what the tag 1.28 points to" in text(action, SWARM)


def test_an_image_that_is_not_there_is_a_danger() -> None:
    choice = ImageChoice(answer=refused_answer("nginx:1.28", 404, "manifest unknown"))
    action = UpdateImage.of(RAW, "nginx:1.28", choice)
    assert dangers(action, SWARM) == ["docker.io has no image nginx:1.28: only nodes that have it already can run it."]


def test_denied_leads_to_the_login() -> None:
    for choice, words in (
        (denied(), "Log in with docker login"),
        (denied(has_login=True), "Send this machine's login"),
        (denied(has_login=True, with_login=True), "was refused, too"),
    ):
        assert words in text(UpdateImage.of(RAW, "nginx:1.28", choice), SWARM)


def test_the_login_goes_along_and_is_never_in_the_action() -> None:
    action = UpdateImage.of(RAW, "reg.example:5000/web:1", ImageChoice(credentials=True))
    assert action.login_for == "reg.example:5000"
    assert action.docker_command.startswith("docker service update --with-registry-auth --image reg.example:5000/web:1")
    assert "keeps its credentials" not in text(action, SWARM)
    assert "Its managers can read it" in text(action, SWARM)
    again = UpdateImage.of(RAW, "nginx:1.27", ImageChoice(credentials=True))
    assert again.title == "Send the credentials for docker.io to web"


def test_nodes_of_another_platform_are_named() -> None:
    action = UpdateImage.of(RAW, "nginx:1.28", found())
    assert "pi (linux/arm) cannot run it: the image is built for linux/amd64. 1 other node can." in text(action, SWARM)
    fitting = (*INTEL, Platform("arm", "linux"), Platform("unknown", "unknown"))
    assert "cannot run it" not in text(UpdateImage.of(RAW, "nginx:1.28", found(platforms=fitting)), SWARM)
    nowhere = found(platforms=(Platform("s390x", "linux"),))
    assert "None of 2 nodes that could take its tasks can run it: the image is built for linux/s390x." in text(
        UpdateImage.of(RAW, "nginx:1.28", nowhere), SWARM
    )


def test_a_new_service_is_pinned_unless_told_otherwise() -> None:
    form = ServiceForm(image="nginx:1.28", name="new")
    open_one = CreateService.of(form, SWARM)
    assert open_one.to_resolve == "nginx:1.28"
    body = CreateService.of(form, SWARM, found().answer).body()
    assert body["TaskTemplate"]["ContainerSpec"]["Image"] == f"nginx:1.28@{NEW}"
    assert body["TaskTemplate"]["Placement"]["Platforms"] == [{"Architecture": "amd64", "OS": "linux"}]
    loose = CreateService.of(ServiceForm(image="nginx:1.28", name="new", digest="", credentials="send"), SWARM)
    assert (loose.to_resolve, loose.login_for) == ("", "docker.io")
    assert loose.docker_command.startswith("docker service create --no-resolve-image --with-registry-auth --name new")
    assert AS_TYPED.flags == ("--no-resolve-image",)

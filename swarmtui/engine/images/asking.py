"""Asks the registry of an image, through the engine: what it has under that name; and what an action needs of that."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from swarmtui.engine.client.deadline import REGISTRY
from swarmtui.engine.images import logins
from swarmtui.errors import ConnectionFailed, EngineRefused, EngineSilent, LoginUnreadable, NotUsable
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.diagnosis.pull_problems import PullProblem
from swarmtui.swarm.images.answer import ImageAnswer, read_answer, refused_answer, registry_of
from swarmtui.swarm.images.choice import SendsImage
from swarmtui.swarm.images.remarks import unresolved_text

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient
    from swarmtui.engine.clients import Clients

__all__ = ["ask", "headers_for", "look_up", "resolved"]

log = logging.getLogger("swarmtui.engine")

AnyAction = TypeVar("AnyAction", bound=Action)


def look_up(clients: Clients, image: str, *, with_login: bool) -> ImageAnswer:
    """Ask with a client of the calling thread's own: a slow registry holds up nobody else."""
    with closing(clients.open()) as client:
        return ask(client, image, with_login=with_login)


def ask(client: EngineClient, image: str, *, with_login: bool) -> ImageAnswer:
    """Ask for an image. Whatever goes wrong, the answer says why.

    Args:
        image: as docker writes it.
        with_login: send this machine's login for the registry along.
    """
    registry = registry_of(image)
    has_login = logins.has_login(registry)
    try:
        headers = logins.header_of(registry) if with_login else {}
        with client.sending(headers):
            answer = read_answer(image, client.get_json(f"/distribution/{image}/json", None, REGISTRY))
    except EngineRefused as error:
        answer = refused_answer(image, error.status, error.message)
    except NotUsable as error:
        answer = refused_answer(image, 503, error.said or error.message)
    except EngineSilent:
        said = f"no answer within {REGISTRY.silence:g} s"
        answer = ImageAnswer(image, problem=PullProblem.UNREACHABLE, said=said)
    except (ConnectionFailed, LoginUnreadable) as error:
        answer = ImageAnswer(image, problem=PullProblem.UNKNOWN, said=str(error))
    return replace(answer, has_login=has_login, with_login=with_login)


def resolved(client: EngineClient, action: AnyAction) -> tuple[AnyAction, tuple[str, ...]]:
    """An action with the digest of its image, as docker's own program looks that up before it sends a service.

    Returns:
        The action, and what the user must know about it: that there is no digest, and why.
    """
    image = _image_of(action)
    if image is None or not image.to_resolve:
        return action, ()
    answer = ask(client, image.to_resolve, with_login=image.choice.credentials)
    told = () if answer.found else (unresolved_text(answer),)
    return cast("AnyAction", image.resolved(answer)), told


def headers_for(action: Action) -> Mapping[str, str]:
    """The credentials that go along with an action.

    Raises:
        LoginUnreadable: they cannot be read. Nothing was sent.
    """
    image = _image_of(action)
    return logins.header_of(image.login_for) if image is not None else {}


def _image_of(action: object) -> SendsImage | None:
    return action if isinstance(action, SendsImage) else None

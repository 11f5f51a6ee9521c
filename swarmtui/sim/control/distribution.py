"""What registries say of images: `GET /distribution/{name}/json`. Source: moby daemon/server/router/distribution."""

from __future__ import annotations

import base64
import binascii
import json

from swarmtui.sim.agent.images import split
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.objects.spec import JSON

_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
_SINGLE = "application/vnd.docker.distribution.manifest.v2+json"


class Distribution(Access):
    """The registries that the engine asks."""

    def inspect(self, image: str, auth: str = "") -> JSON:
        """What is there under a name.

        Args:
            auth: the header X-Registry-Auth.
        """
        if not split(image)[0]:
            raise ApiError(400, f"invalid reference format: {image}")
        behaviour = self._cluster.images.behaviour(image)
        if behaviour.login and _login_in(auth) != behaviour.login:
            raise ApiError(401, "unauthorized: authentication required")
        digest = self._cluster.images.digest(image)
        if digest is None:
            raise ApiError(404, "manifest unknown: manifest unknown")
        platforms = [each.split("/", 1) for each in behaviour.platforms]
        return {
            "Descriptor": {"mediaType": _LIST if len(platforms) > 1 else _SINGLE, "digest": digest, "size": 1573},
            "Platforms": [{"architecture": architecture, "os": system} for system, architecture in platforms],
        }


def _login_in(auth: str) -> str:
    """ "user:password"; "" where the header is none, as engines take one that they cannot read."""
    try:
        content = json.loads(base64.urlsafe_b64decode(auth))
    except (ValueError, binascii.Error):
        return ""
    return f"{content.get('username', '')}:{content.get('password', '')}" if isinstance(content, dict) else ""

"""Autolock, its unlock key, and the root certificate: what the swarm locks itself with. No key is ever in an action.

None of these is done while the nodes are still getting new certificates, nor shortly after another of them: managers
take on a new key one by one, and a key that changes again meanwhile has crashed engines (moby/moby#52566, #36852).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.wording import danger, docker, impact_of, note, warning, without_quorum
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.specs.fields import field_of, part_of, with_field

__all__ = ["RotateCA", "RotateUnlockKey", "SetAutolock", "check_quiet", "of_rotation"]

SAVE_IT = "The key is shown next. Save it outside this swarm."


def check_quiet(swarm: Swarm) -> None:
    """Tell whether keys and certificates may be changed now.

    Raises:
        NotPossible: while a new root certificate is on its way to the nodes.
    """
    if swarm.root_rotation_in_progress:
        raise NotPossible(
            "The root certificate is being rotated: nodes are still getting new certificates.",
            "Wait until that is done; keys and certificates are changed one at a time.",
        )


def of_rotation(cluster: Cluster, away: Sequence[str] = ()) -> Iterator[Consequence]:
    """What is said of the nodes' certificates before keys or certificates are changed.

    Args:
        away: the nodes that cannot get a new certificate, where every node is to get one.
    """
    if away:
        yield warning(
            f"It finishes only when every node has its new certificate, and {listed(away)} cannot get one now: until"
            " they are back or removed, no key or certificate can be changed."
        )
    if cluster.swarm is not None and cluster.swarm.root_rotation_in_progress:
        yield danger("The root certificate is being rotated: wait until that is done.")


@dataclass(frozen=True)
class SetAutolock(SpecChange):
    """Turn autolock on or off. There is no undo: on again, it has another key.

    Attributes:
        target: the swarm.
        on: what is wanted.
    """

    name: ClassVar[str] = names.SET_AUTOLOCK
    verb: ClassVar[str] = "Turn autolock"
    field: ClassVar[str] = "autolock"
    touches_keys: ClassVar[bool] = True

    target: Target
    on: bool

    @classmethod
    def of(cls, swarm: Swarm, *, on: bool) -> SetAutolock:
        """Turn it on or off.

        Raises:
            NotPossible: it is so already, or the root certificate is being rotated.
        """
        if swarm.spec.encryption_config.auto_lock_managers == on:
            raise NotPossible(f"Autolock is already {_word(on)}.")
        check_quiet(swarm)
        return cls(Target.of(swarm), on)

    @property
    def title(self) -> str:
        return f"Turn autolock {_word(self.on)}"

    @property
    def button(self) -> str:
        return self.title

    @property
    def docker_command(self) -> str:
        return docker("swarm", "update", f"--autolock={str(self.on).lower()}")

    def change(self, spec: Spec) -> dict[str, Any]:
        return with_field(spec, ("EncryptionConfig", "AutoLockManagers"), self.on)

    def value(self, spec: Spec) -> str:
        return _word(bool(field_of(spec, "EncryptionConfig", "AutoLockManagers")))

    @property
    def seen(self) -> str:
        return _word(not self.on)

    @property
    def wanted(self) -> str:
        return _word(self.on)

    def impact(self, cluster: Cluster) -> Impact:
        return impact_of([*without_quorum(cluster), *of_rotation(cluster), *self._meaning(cluster)])

    def _meaning(self, cluster: Cluster) -> Iterator[Consequence]:
        if not self.on:
            yield warning("The managers' Raft logs and certificates are then on disk with the key beside them.")
            yield note("Managers then start without being unlocked. The current unlock key becomes useless.")
            return
        quorum = Quorum.of(cluster)
        yield warning(
            "A manager that restarts stays locked, and counts as lost, until somebody types the key there"
            " (`docker swarm unlock`)."
        )
        if quorum.known:
            yield warning(
                f"If {quorum.members - quorum.majority + 1} of {quorum.members} managers restart together, the"
                " swarm has no quorum until they are unlocked."
                if quorum.members > 1
                else "This is the only manager: after a restart there is no swarm until it is unlocked."
            )
        yield danger("Without the key a locked manager is lost. Losing a majority loses the swarm. " + SAVE_IT)

    def shown(self, cluster: Cluster) -> str | None:
        return None if cluster.swarm is None else _word(cluster.swarm.spec.encryption_config.auto_lock_managers)

    def standing(self, value: str) -> str:
        return f"autolock is {value}"

    def settling(self, cluster: Cluster) -> Progress:
        return Progress(self.standing(self.wanted), settled=True)


def _word(on: bool) -> str:
    return "on" if on else "off"


@dataclass(frozen=True)
class RotateUnlockKey(SpecChange):
    """Replace the unlock key. It is no part of the spec, so that goes back unchanged; see `RotateJoinToken`."""

    name: ClassVar[str] = names.ROTATE_UNLOCK_KEY
    verb: ClassVar[str] = "Rotate"
    field: ClassVar[str] = "unlock key"
    touches_keys: ClassVar[bool] = True

    target: Target

    @classmethod
    def of(cls, swarm: Swarm) -> RotateUnlockKey:
        """Rotate it.

        Raises:
            NotPossible: autolock is off, or the root certificate is being rotated.
        """
        if not swarm.spec.encryption_config.auto_lock_managers:
            raise NotPossible("There is no unlock key: autolock is off.", "Turn it on first.")
        check_quiet(swarm)
        return cls(Target.of(swarm))

    @property
    def title(self) -> str:
        return "Rotate the unlock key"

    @property
    def button(self) -> str:
        return "Rotate the key"

    @property
    def docker_command(self) -> str:
        return docker("swarm", "unlock-key", "--rotate")

    @property
    def parameters(self) -> Mapping[str, str]:
        return {"rotateManagerUnlockKey": "true"}

    def change(self, spec: Spec) -> dict[str, Any]:
        return dict(spec)

    def value(self, spec: Spec) -> str:
        return "masked"

    @property
    def seen(self) -> str:
        return "masked"

    @property
    def wanted(self) -> str:
        return "masked"

    def impact(self, cluster: Cluster) -> Impact:
        absent = [node.name for node in cluster.managers if not node.is_reachable_manager]
        consequences = [
            danger("The current unlock key stops working. " + SAVE_IT),
            warning(
                "Managers adopt the new key one by one: keep the old one for a few minutes, in case a manager"
                " restarts now and still needs it."
            ),
            *without_quorum(cluster),
            *of_rotation(cluster),
        ]
        if absent:
            consequences.append(
                warning(f"Not reachable now, so still unlocked by the old key when they start: {listed(absent)}.")
            )
        return impact_of(consequences)

    def shown(self, cluster: Cluster) -> str | None:
        return self.wanted  # a key is no part of what is shown

    def settling(self, cluster: Cluster) -> Progress:
        return Progress("the unlock key was rotated", settled=True)


@dataclass(frozen=True)
class RotateCA(SpecChange):
    """Give the swarm a new root certificate, and every node a new one signed by it.

    Attributes:
        target: the swarm.
        rotations_seen: how often that was asked for before: the engine rotates when this number goes up.
    """

    name: ClassVar[str] = names.ROTATE_CA
    verb: ClassVar[str] = "Rotate"
    field: ClassVar[str] = "number of root rotations"
    touches_keys: ClassVar[bool] = True

    target: Target
    rotations_seen: int = 0

    @classmethod
    def of(cls, swarm: Swarm) -> RotateCA:
        """Rotate it.

        Raises:
            NotPossible: it is being rotated just now.
        """
        check_quiet(swarm)
        return cls(Target.of(swarm), swarm.spec.ca_config.force_rotate)

    @property
    def title(self) -> str:
        return "Rotate the root certificate"

    @property
    def button(self) -> str:
        return "Rotate the CA"

    @property
    def docker_command(self) -> str:
        return docker("swarm", "ca", "--rotate")

    def change(self, spec: Spec) -> dict[str, Any]:
        # As the docker command does it: with a certificate in the spec the engine would take that one.
        given = ("SigningCACert", "SigningCAKey")
        kept = {key: value for key, value in part_of(spec, "CAConfig").items() if key not in given}
        return with_field(spec, ("CAConfig",), {**kept, "ForceRotate": self.rotations_seen + 1})

    def value(self, spec: Spec) -> str:
        return str(field_of(spec, "CAConfig", "ForceRotate") or 0)

    @property
    def seen(self) -> str:
        return str(self.rotations_seen)

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        return {"rotations_seen": int(self.value(spec))}

    @property
    def wanted(self) -> str:
        return str(self.rotations_seen + 1)

    def impact(self, cluster: Cluster) -> Impact:
        away = [node.name for node in cluster.nodes.values() if not node.is_ready]
        consequences = [
            note("Swarm creates a new root, and every node gets a certificate signed by it. Tasks keep running."),
            warning("Both join tokens change too: scripts and images that contain one can no longer join."),
            *without_quorum(cluster),
            *of_rotation(cluster, away),
        ]
        return impact_of(consequences)

    def shown(self, cluster: Cluster) -> str | None:
        return None if cluster.swarm is None else str(cluster.swarm.spec.ca_config.force_rotate)

    def overtaken_by(self, value: str, cluster: Cluster) -> Progress | None:
        """A rotation after this one gives every node a certificate of a newer root still."""
        return None

    def settling(self, cluster: Cluster) -> Progress:
        if cluster.swarm is None or cluster.swarm.root_rotation_in_progress:
            return Progress("nodes are getting new certificates", settled=False)
        return Progress("every node has a certificate from the new root", settled=True)

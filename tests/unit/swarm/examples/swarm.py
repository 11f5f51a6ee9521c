"""Actions on the swarm itself, and on the engine's place in it."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.membership.changes import InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm
from swarmtui.swarm.membership.root_ca import CERTIFICATE, PRIVATE_KEY, Pem, ReplaceRootCA, SetExternalCAs
from swarmtui.swarm.membership.settings import SETTINGS
from swarmtui.swarm.membership.swarm_keys import RotateCA, RotateUnlockKey, SetAutolock
from swarmtui.swarm.membership.tokens import RotateJoinToken
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.volumes.availability import SetVolumeAvailability
from swarmtui.swarm.volumes.listed import ListedVolume
from tests.unit.swarm.builders import swarm

CERTIFICATE_OF_A_TEST = Pem.of(
    CERTIFICATE, "root.pem", "-----BEGIN CERTIFICATE-----\nTWluZQ==\n-----END CERTIFICATE-----\n"
)
KEY_OF_A_TEST = Pem.of(PRIVATE_KEY, "key.pem", "-----BEGIN EC PRIVATE KEY-----\na2V5\n-----END EC PRIVATE KEY-----\n")
INFO = EngineInfo(name="n1")
WORKER = EngineInfo(name="n1", swarm=EngineSwarm(local_node_state="active"))

EXAMPLES: list[tuple[Action, tuple[str, ...]]] = [
    (RotateJoinToken.of(Swarm(id="s"), "worker"), ()),
    (SetAutolock.of(Swarm(id="s"), on=True), ("EncryptionConfig", "AutoLockManagers")),
    (RotateUnlockKey.of(swarm(autolock=True)), ()),
    (RotateCA.of(Swarm(id="s")), ("CAConfig",)),
    (ReplaceRootCA.of(Swarm(id="s"), CERTIFICATE_OF_A_TEST, KEY_OF_A_TEST), ("CAConfig",)),
    (SetExternalCAs.of(Swarm(id="s"), ("https://ca/sign",)), ("CAConfig", "ExternalCAs")),
    (SetVolumeAvailability.of(ListedVolume("v", "data", "csi", 7, {}), "pause"), ()),
    *((setting.of(Swarm(id="s"), 7_200_000_000_000), setting.spec_number.path) for setting in SETTINGS),
    (InitSwarm.of(INFO, "10.0.0.1"), ()),
    (JoinSwarm.of(INFO, Secret("SWMTKN-1-of-a-test"), "10.0.0.1"), ()),
    (LeaveSwarm.of(WORKER), ()),
    (UnlockSwarm.of(INFO, Secret("SWMKEY-1-of-a-test")), ()),
]

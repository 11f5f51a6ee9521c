"""Actions on stacks, secrets, configs and networks."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action, Kind, Target
from swarmtui.swarm.files.changes import CreateConfig, CreateSecret, RemoveConfig, RemoveSecret
from swarmtui.swarm.files.labels import SetConfigLabels, SetSecretLabels
from swarmtui.swarm.files.rotation import ReplaceReference, RotateConfig, RotateSecret
from swarmtui.swarm.networks.changes import CreateNetwork, NetworkOptions, RemoveNetwork
from swarmtui.swarm.stacks.changes import DeployStack, RemovePart, RemoveStack
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.stacks.stack import stacks_of
from tests.unit.swarm.builders import cluster, node
from tests.unit.swarm.shared_builders import CONTENT, config, network, secret, using, with_shared

_KEY, _CONF, _NET = secret("key"), config("conf", stack="shop"), network("front", stack="shop")
_WEB = using("shop_web", _KEY, _CONF, _NET, stack="shop")
_CLUSTER = with_shared(cluster([node("n1", leader=True)], [_WEB]), [_KEY, _CONF, _NET])

EXAMPLES: list[tuple[Action, tuple[str, ...]]] = [
    (CreateSecret.of("key", CONTENT, (("team", "ops"),)), ()),
    (CreateConfig.of("conf", CONTENT), ()),
    (RemoveSecret.of(secret("unused")), ()),
    (RemoveConfig.of(config("unused")), ()),
    (SetSecretLabels.of(_KEY, {"team": "ops"}), ("Labels",)),
    (SetConfigLabels.of(config("plain"), {"team": "ops", "note": "two words"}), ("Labels",)),
    (RotateSecret.of(_KEY, "key-v2", CONTENT, _CLUSTER), ()),
    (RotateConfig.of(_CONF, "conf-v2", CONTENT, _CLUSTER, remove_old=True), ()),
    (
        ReplaceReference.of(_WEB, Target.of(_KEY), "secret-key-v2", "key-v2"),
        ("TaskTemplate", "ContainerSpec", "Secrets"),
    ),
    (CreateNetwork.of("back", NetworkOptions(subnet="10.20.0.0/24", attachable=True)), ()),
    (RemoveNetwork.of(network("unused")), ()),
    (RemoveStack.of(stacks_of(_CLUSTER)[0], _CLUSTER), ()),
    (RemovePart(Target(Kind.SERVICE, "service-shop_web", "shop_web", 10)), ()),
    (DeployStack.of(Comparison(ComposeFiles(("/srv/shop/compose.yml",)), "shop"), prune=True), ()),
]

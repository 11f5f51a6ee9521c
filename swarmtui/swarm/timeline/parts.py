"""Which parts of two specs differ, each in a sentence: of services all that a snapshot holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import MASK, masked_value
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.service import Port, ServiceSpec, UpdateConfig
from swarmtui.swarm.objects.task_template import MARKED, ContainerSpec, Placement, RestartPolicy
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.timeline.event import Category
from swarmtui.swarm.units import cpus_text, duration_text, size_text

__all__ = ["Part", "label_part", "named_parts", "service_parts", "short_image"]

LONGEST_VALUE = 60
"""Characters of a label's value in a sentence."""


class Part(NamedTuple):
    """One part that differs.

    Attributes:
        category: what sort of change that is.
        text: a sentence that follows the object's name: "scaled from 2 to 4", "image changed from a to b".
        before, after: both values in words, where there are such.
    """

    category: Category
    text: str
    before: str = ""
    after: str = ""


def short_image(image: str) -> str:
    """An image with no more of its digest than tells two apart; the tag says enough where there is one."""
    name, _, digest = image.partition("@")
    return f"{name}@{digest[:19]}" if digest else name


def service_parts(before: ServiceSpec, after: ServiceSpec, cluster: Cluster) -> Iterator[Part]:
    """All that differs between two specs of a service, as far as a snapshot has them.

    Args:
        cluster: for the names of networks.
    """
    old, new = before.task_template, after.task_template
    yield from _mode(before, after)
    yield from _container(old.container_spec or NO_CONTAINER, new.container_spec or NO_CONTAINER)
    if new.force_update != old.force_update and new.force_update:
        yield Part(Category.SPEC, "was restarted by force", str(old.force_update), str(new.force_update))
    yield from _value("plugin", old.plugin_spec, new.plugin_spec, lambda each: each.remote or each.name)
    yield from _placement(old.placement or Placement(), new.placement or Placement())
    yield from _resources("limits", _resource_words(old, "limits"), _resource_words(new, "limits"))
    yield from _resources("reservations", _resource_words(old, "reservations"), _resource_words(new, "reservations"))
    yield from _value("restart policy", old.restart_policy, new.restart_policy, _restart_words)
    yield from _value("log driver", old.log_driver, new.log_driver, lambda each: each.name or "default")
    yield from _networks(before, after, cluster)
    yield from _ports(before, after)
    yield from _value("update policy", before.update_config, after.update_config, _policy_words)
    yield from _value("rollback policy", before.rollback_config, after.rollback_config, _policy_words)
    yield from label_part(before.labels, after.labels)


NO_CONTAINER = ContainerSpec()


# ------------------------------------------------------------------------------------------------ what all have


def label_part(
    before: Mapping[str, str] | None, after: Mapping[str, str] | None, what: str = "label"
) -> Iterator[Part]:
    """Which labels were set, changed, or removed."""
    old, new = before or {}, after or {}
    if old == new:
        return
    words = []
    for key in sorted(old.keys() | new.keys(), key=natural):
        if key not in new:
            words.append(f"{what} {key} removed")
        elif key not in old:
            words.append(f"{what} {key}={_masked(key, new[key])} set")
        elif old[key] != new[key]:
            was, is_ = _masked(key, old[key]), _masked(key, new[key])
            words.append(
                f"{what} {key} has another value" if MASK in (was, is_) else f"{what} {key} changed from {was} to {is_}"
            )
    yield Part(Category.LABELS, _joined(words), _all(old), _all(new))


def named_parts(what: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Part]:
    """Which of a list's entries have come and gone: "secret db_v1 replaced by db_v2"."""
    gone = [each for each in dict.fromkeys(before) if each not in after]
    come = [each for each in dict.fromkeys(after) if each not in before]
    if len(gone) == len(come) == 1:
        yield Part(Category.SPEC, f"{what} {gone[0]} replaced by {come[0]}", gone[0], come[0])
        return
    words = [*([f"{what} {listed(come)} added"] if come else []), *([f"{what} {listed(gone)} removed"] if gone else [])]
    if words:
        yield Part(Category.SPEC, _joined(words), ", ".join(before), ", ".join(after))


def _masked(key: str, value: str) -> str:
    shown = masked_value(key, value)
    return shown if len(shown) <= LONGEST_VALUE else f"{shown[: LONGEST_VALUE - 1]}…"


def _all(labels: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={_masked(key, labels[key])}" for key in sorted(labels, key=natural))


def _joined(words: Sequence[str]) -> str:
    most = 4
    return ", ".join([*words[:most], *([f"and {len(words) - most} more"] if len(words) > most else [])])


def _value(what: str, before: Any, after: Any, words: Callable[[Any], str]) -> Iterator[Part]:
    if before == after:
        return
    was = "" if before is None else words(before)
    is_ = "" if after is None else words(after)
    if was == is_:
        yield Part(Category.SPEC, f"{what} changed", was, is_)
    elif was and is_:
        yield Part(Category.SPEC, f"{what} changed from {was} to {is_}", was, is_)
    else:
        yield Part(Category.SPEC, f"{what} set to {is_}" if is_ else f"{what} {was} removed", was, is_)


# ------------------------------------------------------------------------------------------------ of services


def _mode(before: ServiceSpec, after: ServiceSpec) -> Iterator[Part]:
    old, new = before.mode, after.mode
    if old == new:
        return
    if old.name != new.name:
        yield Part(Category.SPEC, f"mode changed from {old.name} to {new.name}", old.name, new.name)
    elif old.replicated is not None or new.replicated is not None:
        was = old.replicated.replicas if old.replicated is not None else 1
        is_ = new.replicated.replicas if new.replicated is not None else 1
        yield Part(Category.REPLICAS, f"scaled from {was or 0} to {is_ or 0}", str(was or 0), str(is_ or 0))
    else:
        yield from _value("completions", old.replicated_job, new.replicated_job, lambda job: str(job.total_completions))


def _container(old: ContainerSpec, new: ContainerSpec) -> Iterator[Part]:
    if old == new:
        return
    if old.image != new.image and old.image and new.image:
        was, is_ = short_image(old.image), short_image(new.image)
        same_name = old.image.partition("@")[0] == new.image.partition("@")[0]
        text = f"image {is_.partition('@')[0]} pulled in another version" if same_name else ""
        yield Part(Category.IMAGE, text or f"image changed from {was} to {is_}", old.image, new.image)
    yield from _variables(old.env or {}, new.env or {})
    for field in MARKED:
        if getattr(old, field) != getattr(new, field):
            word = WORDS.get(field) or field.replace("_", " ")
            yield Part(Category.SPEC, f"{word} {_turn(getattr(old, field), getattr(new, field))}")
    yield from named_parts("mount", _mounts(old), _mounts(new))
    if old.mounts != new.mounts and _mounts(old) == _mounts(new):
        yield Part(Category.SPEC, "mount options changed")
    yield from _files("secret", old.secrets or (), new.secrets or (), "secret_name")
    yield from _files("config", old.configs or (), new.configs or (), "config_name")
    yield from _value("health check", old.healthcheck, new.healthcheck, lambda each: "")
    yield from label_part(old.labels, new.labels, "container label")


WORDS = {
    "args": "arguments",
    "dir": "working directory",
    "hosts": "extra hosts",
    "dns_config": "DNS settings",
    "stop_grace_period": "grace period",
    "tty": "terminal",
    "capability_add": "added capabilities",
    "capability_drop": "dropped capabilities",
}
"""What fields are called whose own names are not docker's words."""


def _turn(before: object, after: object) -> str:
    return "set" if before is None else "removed" if after is None else "changed"


def _variables(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Part]:
    """Which variables differ. Their values are not known here."""
    if old == new:
        return
    come = [name for name in new if name not in old]
    gone = [name for name in old if name not in new]
    other = [name for name in new if name in old and new[name] != old[name]]
    sorts = ((come, "set"), (other, "changed"), (gone, "removed"))
    words = [f"environment variable {listed(names)} {word}" for names, word in sorts if names]
    yield Part(Category.SPEC, _joined(words) or "order of the environment variables changed")


def _mounts(spec: ContainerSpec) -> list[str]:
    return [f"{each.source}:{each.target}" if each.source else each.target for each in spec.mounts or ()]


def _files(what: str, old: Sequence[Any], new: Sequence[Any], field: str) -> Iterator[Part]:
    """Which secrets or configs its tasks get; one that was rotated under its own name is another one, too."""
    if old == new:
        return
    names = [[getattr(each, field) for each in files] for files in (old, new)]
    parts = list(named_parts(what, *names))
    yield from parts or [Part(Category.SPEC, f"{what} files changed")]


def _placement(old: Placement, new: Placement) -> Iterator[Part]:
    yield from named_parts("constraint", old.constraints or (), new.constraints or ())
    spread = [
        [each.spread.spread_descriptor for each in placement.preferences or () if each.spread]
        for placement in (old, new)
    ]
    yield from named_parts("placement preference", *spread)
    if old.max_replicas != new.max_replicas:
        was, is_ = (str(each.max_replicas or "no limit") for each in (old, new))
        yield Part(Category.SPEC, f"replicas per node changed from {was} to {is_}", was, is_)


def _resource_words(template: Any, field: str) -> str:
    found = getattr(template.resources, field, None)
    if found is None:
        return ""
    words = [cpus_text(found.nano_cpus)] if found.nano_cpus else []
    words += [f"{size_text(found.memory_bytes)} of memory"] if found.memory_bytes else []
    words += [f"{kind}={number}" for kind, number in sorted(found.generic.items())]
    return ", ".join(words)


def _resources(what: str, before: str, after: str) -> Iterator[Part]:
    if before != after:
        was, is_ = before or "none", after or "none"
        yield Part(Category.SPEC, f"{what} changed from {was} to {is_}", was, is_)


def _restart_words(policy: RestartPolicy) -> str:
    limit = f", at most {policy.max_attempts} times" if policy.max_attempts else ""
    delay = f", after {duration_text(policy.delay)}" if policy.delay else ""
    return f"{policy.condition or 'any'}{delay}{limit}"


def _policy_words(config: UpdateConfig) -> str:
    delay = f", {duration_text(config.delay)} apart" if config.delay else ""
    then = f", on failure {config.failure_action}" if config.failure_action else ""
    return f"{config.parallelism or 'all'} at a time{delay}, {config.order or 'stop-first'}{then}"


def _networks(before: ServiceSpec, after: ServiceSpec, cluster: Cluster) -> Iterator[Part]:
    old, new = ((*(spec.task_template.networks or ()), *(spec.networks or ())) for spec in (before, after))
    names = [[cluster.network_name(each.target) for each in attached] for attached in (old, new)]
    yield from named_parts("network", *names)
    other_names = {each.target: each.aliases or () for each in old}
    for each in new:
        if set(was := other_names.get(each.target, each.aliases or ())) != set(each.aliases or ()):
            now, on = each.aliases or (), cluster.network_name(each.target)
            text = f"alias on {on} changed from {listed(was) or 'none'} to {listed(now) or 'none'}"
            yield Part(Category.SPEC, text, ", ".join(was), ", ".join(now))


def _ports(before: ServiceSpec, after: ServiceSpec) -> Iterator[Part]:
    old, new = before.endpoint_spec, after.endpoint_spec
    if old == new:
        return
    yield from named_parts("port", *([_port(each) for each in (spec and spec.ports) or ()] for spec in (old, new)))
    was, is_ = (spec.mode if spec is not None else "" for spec in (old, new))
    if (was or "vip") != (is_ or "vip"):
        yield Part(Category.SPEC, f"endpoint mode changed from {was or 'vip'} to {is_ or 'vip'}", was, is_)


def _port(port: Port) -> str:
    host = " host" if port.publish_mode == "host" else ""
    return f"{port.published_port or '?'}→{port.target_port}/{port.protocol or 'tcp'}{host}"

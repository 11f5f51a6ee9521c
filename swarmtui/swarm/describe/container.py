"""The container that tasks run, and what it may use: shared by the descriptions of services and tasks."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.describe.document import Fact, Section, fact, facts, section
from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.masking import masked
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.describe.values import command_line, memory, nanoseconds, yes
from swarmtui.swarm.units import cpus_text

__all__ = ["labels", "of_container", "of_plugin", "of_task_template", "resources"]

_BIND = {"bind": "directory", "volume": "volume", "tmpfs": "tmpfs", "npipe": "pipe", "cluster": "cluster volume"}


def labels(title: str, given: Raw, scene: Scene) -> tuple[Section, ...]:
    """A section of labels."""
    return section(title, [Fact(key, scene.value(key, value)) for key, value in sorted(given.pairs())])


def of_task_template(template: Raw, scene: Scene, attached: Raw) -> tuple[Section, ...]:
    """All that a service's task template (or a task's spec) says beside the container.

    Args:
        attached: what holds the networks.
    """
    return (
        *section("Networks", _networks(attached, scene)),
        *section("Placement", _placement(template.at("Placement"))),
        *section("Resources", resources(template.at("Resources"))),
        *section("Restart policy", _restart(template.at("RestartPolicy"))),
        *section("Logging", _logging(template.at("LogDriver"), scene)),
    )


def of_container(container: Raw, scene: Scene) -> tuple[Section, ...]:
    """All that a container's spec says."""
    return (
        *section("Container", _basics(container, scene)),
        *section("Environment", _environment(container, scene)),
        *section("Mounts", [each for mount in container.each("Mounts") for each in _mount(mount, scene)]),
        *section("Secrets", _files(container, "Secrets", "SecretName")),
        *section("Configs", _files(container, "Configs", "ConfigName")),
        *section("Health check", _health(container.at("Healthcheck"))),
        *labels("Container labels", container.at("Labels"), scene),
    )


def of_plugin(plugin: Raw, scene: Scene) -> tuple[Section, ...]:
    """The plugin that a service of the runtime "plugin" installs on its nodes, in place of containers."""
    granted = [f"{each.text('Name')}: {', '.join(each.texts('Value'))}" for each in plugin.each("PluginPrivilege")]
    return section(
        "Plugin",
        fact("name", plugin.text("Name")),
        fact("pulled from", plugin.text("Remote")),
        fact("state", ("disabled" if plugin.flag("Disabled") else "enabled") if plugin.has() else ""),
        *(fact("may", each) for each in granted),
        _environment(plugin, scene),
    )


def _basics(container: Raw, scene: Scene) -> tuple[Fact, ...]:
    dns = container.at("DNSConfig")
    return facts(
        fact("command", _words(container, "Command", scene)),
        fact("arguments", _words(container, "Args", scene)),
        fact("directory", container.text("Dir")),
        fact("user", container.text("User")),
        fact("groups", ", ".join(container.texts("Groups"))),
        fact("hostname", container.text("Hostname")),
        fact("terminal (tty)", yes(container.flag("TTY"))),
        fact("standard input", yes(container.flag("OpenStdin"))),
        fact("read-only root", yes(container.flag("ReadOnly"))),
        fact("init process", yes(container.flag("Init"))),
        fact("stop signal", container.text("StopSignal")),
        fact("grace period", nanoseconds(container.number("StopGracePeriod"))),
        fact("added capabilities", ", ".join(container.texts("CapabilityAdd"))),
        fact("dropped capabilities", ", ".join(container.texts("CapabilityDrop"))),
        fact("sysctls", ", ".join(f"{key}={value}" for key, value in container.pairs("Sysctls"))),
        fact("ulimits", ", ".join(_ulimit(each) for each in container.each("Ulimits"))),
        fact("hosts", ", ".join(container.texts("Hosts"))),
        fact("name servers", ", ".join(dns.texts("Nameservers"))),
        fact("search domains", ", ".join(dns.texts("Search"))),
        fact("isolation", "" if container.text("Isolation") == "default" else container.text("Isolation")),
    )


def _words(container: Raw, field: str, scene: Scene) -> str:
    words = container.texts(field)
    shown = words if scene.reveal else Raw(masked(words, under=field)).texts()
    return command_line(shown)


def _ulimit(limit: Raw) -> str:
    return f"{limit.text('Name')}={limit.text('Soft')}:{limit.text('Hard')}"


def _environment(container: Raw, scene: Scene) -> Iterator[Fact]:
    for variable in container.texts("Env"):
        name, sign, value = variable.partition("=")
        yield Fact(name, scene.value(name, value) if sign else "(taken from the image)", "" if sign else "dim")


def _mount(mount: Raw, scene: Scene) -> tuple[Fact, ...]:
    kind = mount.text("Type") or "volume"
    source = mount.text("Source") or ("" if kind == "tmpfs" else "(a new one for each task)")
    size = mount.number("TmpfsOptions", "SizeBytes")
    driver = mount.at("VolumeOptions", "DriverConfig")
    options = [f"{key}={scene.value(key, value)}" for key, value in driver.pairs("Options")]
    said = [
        f"{_BIND.get(kind, kind)} {source}".rstrip(),
        "read-only" if mount.flag("ReadOnly") else "",
        f"driver {driver.text('Name')}" if driver.text("Name") else "",
        ", ".join(options),
        f"propagation {mount.text('BindOptions', 'Propagation')}" if mount.text("BindOptions", "Propagation") else "",
        memory(size),
    ]
    return fact(mount.text("Target") or "?", "; ".join(part for part in said if part))


def _files(container: Raw, field: str, name: str) -> Iterator[Fact]:
    for each in container.each(field):
        file = each.at("File")
        where = file.text("Name") or ("" if file.has() else "used by the runtime")
        if where and field == "Secrets" and not where.startswith("/"):
            where = f"/run/secrets/{where}"
        elif where and file.has() and not where.startswith("/"):
            where = f"/{where}"
        mode = file.number("Mode")
        said = [where, f"{file.text('UID')}:{file.text('GID')}" if file.text("UID") else ""]
        said.append(f"mode {int(mode):04o}" if mode is not None and 0 <= mode < 2**31 else "")
        yield Fact(each.text(name) or "?", "  ".join(part for part in said if part))


def _health(check: Raw) -> tuple[Fact, ...]:
    if not check.has():
        return ()
    test = check.texts("Test")
    if test[:1] == ["NONE"]:
        return fact("test", "none: the image's own is disabled")
    words = test[1] if test[:1] == ["CMD-SHELL"] and len(test) == 2 else command_line(test[1:])
    return facts(
        fact("test", words or "the image's own"),
        fact("every", nanoseconds(check.number("Interval") or None)),
        fact("gives up after", nanoseconds(check.number("Timeout") or None)),
        fact("retries", check.text("Retries") if check.number("Retries") else ""),
        fact("start period", nanoseconds(check.number("StartPeriod") or None)),
    )


def _networks(attached: Raw, scene: Scene) -> Iterator[Fact]:
    for each in attached.each("Networks"):
        aliases = ", ".join(each.texts("Aliases"))
        yield Fact(scene.network(each.text("Target")) or "?", f"as {aliases}" if aliases else "attached")


def _placement(placement: Raw) -> tuple[Fact, ...]:
    spread = [each.text("Spread", "SpreadDescriptor") for each in placement.each("Preferences")]
    most = placement.number("MaxReplicas")
    on = [f"{each.text('OS') or 'any'}/{each.text('Architecture') or 'any'}" for each in placement.each("Platforms")]
    return facts(
        *(fact("constraint", each) for each in placement.texts("Constraints")),
        *(fact("spread over", each) for each in spread),
        fact("most per node", f"{most:g}" if most else ""),
        fact("platforms", ", ".join(on)),
    )


def resources(given: Raw) -> tuple[Fact, ...]:
    """Reservations and limits."""
    return facts(
        fact("reserved", _amounts(given.at("Reservations"))),
        fact("limit", _amounts(given.at("Limits"))),
        fact("processes", given.text("Limits", "Pids") if given.number("Limits", "Pids") else ""),
    )


def _amounts(given: Raw) -> str:
    cores, size = given.number("NanoCPUs"), given.number("MemoryBytes")
    parts = [cpus_text(cores) if cores else "", f"{memory(size)} of memory" if size else ""]
    for generic in given.each("GenericResources"):
        discrete, named = generic.at("DiscreteResourceSpec"), generic.at("NamedResourceSpec")
        parts.append(" ".join((discrete.text("Value"), discrete.text("Kind"))).strip())
        parts.append("=".join((named.text("Kind"), named.text("Value"))).strip("="))
    return ", ".join(part for part in parts if part)


def _restart(policy: Raw) -> tuple[Fact, ...]:
    if not policy.has():
        return ()
    attempts = policy.number("MaxAttempts")
    return facts(
        fact("when", policy.text("Condition") or "any"),
        fact("after", nanoseconds(policy.number("Delay"))),
        fact("at most", f"{attempts:g} times" if attempts else ""),
        fact("within", nanoseconds(policy.number("Window") or None)),
    )


def _logging(driver: Raw, scene: Scene) -> tuple[Fact, ...]:
    options = [Fact(key, scene.value(key, value)) for key, value in driver.pairs("Options")]
    return facts(fact("driver", driver.text("Name")), options)

"""What a service runs, as a compose file has it (docker/cli cli/compose/convert/service.go, `Service`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from swarmtui.swarm.specs.yaml_text import Octal
from swarmtui.swarm.stacks.rebuilding.declared import Declared, labels_of
from swarmtui.swarm.stacks.rebuilding.mounts import mount_said
from swarmtui.swarm.stacks.rebuilding.rest import Rest
from swarmtui.swarm.stacks.rebuilding.values import duration, filled, in_order, texts
from swarmtui.swarm.syntax.image import ImageName, without_digest
from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["IMAGE_LABEL", "MADE_OTHERWISE", "ContainerSaid"]

Raw = Mapping[str, Any]

IMAGE_LABEL = "com.docker.stack.image"
MADE_OTHERWISE = "not made by docker stack deploy"
"""A reason for which docker restarts tasks; it covers all others."""
USUAL_MODE = 0o444
"""The mode of a secret's or config's file where a compose file gives none."""


class ContainerSaid:
    """Says the container of a service.

    Args:
        rest: the container's spec; what is said is taken out of it.
        stack: the stack's name.
        service: the service's, without the stack's.
        declared: where what it refers to is declared.

    Attributes:
        remarks: what the file cannot say.
        restarts: why docker restarts its tasks, even when the file is deployed as it is.
    """

    def __init__(self, rest: Rest, service: str, declared: Declared) -> None:
        self._rest = rest
        self._service = service
        self._declared = declared
        self.remarks: list[str] = []
        self.restarts: list[str] = []

    def image(self, label: str) -> str:
        """The image, by the name that it was deployed with as long as that is the one that runs.

        docker keeps the digest then, unless it is told to look it up. Another one is named with its digest: the tag may
        mean another image by now.

        Args:
            label: the service's label with the name in the file that it was deployed from.
        """
        runs = str(self._rest.take("Image") or "")
        if _familiar(runs) != runs:
            self.restarts.append(f"docker writes the image {runs} as {_familiar(runs)}")
        if label and (runs == label if "@" in label else _familiar(without_digest(runs)) == _familiar(label)):
            return label
        if "@" not in runs:
            self.restarts.append(f"docker looks up the digest of the image {runs}")
        elif without_digest(runs) != runs:
            self.remarks.append(f"{without_digest(runs)} is named with its digest: change both, or leave it out")
        return runs

    def program(self) -> dict[str, Any]:
        """What is started, as whom, where, and with which surroundings."""
        rest = self._rest
        said = filled(
            entrypoint=rest.take_list("Command"),
            command=rest.take_list("Args"),
            environment=self._environment(),
            user=rest.take("User"),
            working_dir=rest.take("Dir"),
            hostname=rest.take("Hostname"),
            extra_hosts=self._hosts(),
            dns=rest.take_list("DNSConfig", "Nameservers"),
            dns_search=rest.take_list("DNSConfig", "Search"),
            labels=self._labels(),
            healthcheck=self._health_check(),
            init=rest.take("Init"),
            stop_signal=rest.take("StopSignal"),
            stop_grace_period=duration(rest.take("StopGracePeriod")),
        )
        for field, key in (("TTY", "tty"), ("OpenStdin", "stdin_open"), ("ReadOnly", "read_only")):
            if rest.take(field):
                said[key] = True
        return said

    def limits(self) -> dict[str, Any]:
        """What it may do on its node. Not `oom_score_adj`, which docker takes and ignores (its own `stack config` drops
        it, 28.2)."""
        rest = self._rest
        isolation = rest.take("Isolation")
        said = filled(
            cap_add=rest.take_list("CapabilityAdd"),
            cap_drop=rest.take_list("CapabilityDrop"),
            sysctls=texts(rest.take_mapping("Sysctls")),
            ulimits=dict(map(_ulimit, rest.take_list("Ulimits"))),
            isolation=isolation if isolation != "default" else None,
        )
        if not rest.has("Privileges"):
            self.restarts.append(MADE_OTHERWISE)
        return said

    def files(self) -> dict[str, Any]:
        """Secrets, configs and mounts; and the config that holds a credential spec."""
        rest, credentials = self._rest, self._credential_spec()
        return filled(
            secrets=list(self._references("secrets", "Secrets", "Secret")),
            configs=list(self._references("configs", "Configs", "Config")),
            credential_spec=credentials,
            volumes=list(self._mounts(rest.take_list("Mounts"))),
        )

    # -------------------------------------------------------------------------------- single fields

    def _environment(self) -> dict[str, str | None]:
        given = list(map(str, self._rest.take_list("Env")))
        pairs = {name: value if equals else None for name, equals, value in (each.partition("=") for each in given)}
        if len(pairs) < len(given):
            self.remarks.append("a variable is set twice: only its last value is kept")
        elif not in_order(given):
            self.restarts.append("docker sorts the environment")
        for name in [name for name, value in pairs.items() if value is None]:
            self.remarks.append(f"{name} has no value: docker takes the one that it has where it deploys, if any")
        return pairs

    def _hosts(self) -> list[str]:
        """ "10.0.0.1 db" is "db:10.0.0.1"."""
        given = (str(each).partition(" ") for each in self._rest.take_list("Hosts"))
        return [f"{names.strip()}:{address}" for address, _, names in given]

    def _labels(self) -> dict[str, str]:
        return labels_of(self._rest.take_mapping("Labels"))

    def _health_check(self) -> dict[str, Any] | None:
        if not self._rest.has("Healthcheck"):
            return None
        test = self._rest.take_list("Healthcheck", "Test")
        if test == ["NONE"]:
            return {"disable": True}
        take = self._rest.take
        said = filled(
            test=test,
            interval=duration(take("Healthcheck", "Interval") or None),
            timeout=duration(take("Healthcheck", "Timeout") or None),
            start_period=duration(take("Healthcheck", "StartPeriod") or None),
            start_interval=duration(take("Healthcheck", "StartInterval") or None),
            retries=take("Healthcheck", "Retries") or None,
        )
        if not said:
            self.restarts.append("docker leaves out an empty health check")
        return said

    def _credential_spec(self) -> dict[str, str]:
        """One from a config is named by the config, which the service refers to for that alone."""
        given = self._rest.take_mapping("Privileges", "CredentialSpec")
        configs = self._rest.take_list("Configs")
        self._configs = [each for each in configs if not (isinstance(each, dict) and each.get("Runtime") is not None)]
        names = {str(each.get("ConfigID")): str(each.get("ConfigName")) for each in configs}
        if config := given.get("Config"):
            return {"config": self._declared.file("configs", names.get(str(config), str(config)))}
        return filled(file=given.get("File"), registry=given.get("Registry"))

    def _references(self, section: str, field: str, what: str) -> Iterator[Any]:
        given = self._configs if section == "configs" else self._rest.take_list(field)
        names = [str(each.get(f"{what}Name")) for each in given]
        if len(set(names)) < len(names):
            self.restarts.append(f"docker sends two files of one of the {section} in any order")
        elif not in_order(names):
            self.restarts.append(f"docker sorts the {section}")
        for name, raw in zip(names, given, strict=True):
            key, file = self._declared.file(section, name), raw.get("File") or {}
            mode = file.get("Mode")
            said = filled(
                target=file.get("Name") if file.get("Name") != key else None,
                uid=str(file.get("UID")) if file.get("UID") not in (None, "", "0") else None,
                gid=str(file.get("GID")) if file.get("GID") not in (None, "", "0") else None,
                mode=Octal(mode) if mode not in (None, USUAL_MODE) else None,
            )
            yield {"source": key, **said} if said else key

    def _mounts(self, mounts: Iterable[Raw]) -> Iterator[dict[str, Any]]:
        for each in mounts:
            said, left = mount_said(each, self._declared, self._service)
            if said["type"] == "volume" and "source" in said and each.get("VolumeOptions") is None:
                self.restarts.append(f"docker adds empty options to the mount of {each.get('Source')}")
            self.remarks += [f"{path} has no place in a compose file: a deploy removes it" for path in left]
            yield said


def _familiar(image: str) -> str:
    try:
        return ImageName.parse(image).familiar
    except Unreadable:
        return image


def _ulimit(raw: Raw) -> tuple[str, Any]:
    """One number where both limits are the same; docker takes 0 alone for none at all."""
    soft, hard = raw.get("Soft") or 0, raw.get("Hard") or 0
    return str(raw.get("Name")), soft if soft == hard and soft else {"soft": soft, "hard": hard}

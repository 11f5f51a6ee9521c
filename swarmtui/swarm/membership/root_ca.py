"""A root certificate of one's own, and certificate authorities outside the swarm.

Sources: docker/cli cli/command/swarm/ca.go and opts.go; what managers refuse is in swarmkit
manager/controlapi/ca_rotation.go. The key is held as a `Secret`, and is in no command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from swarmtui.errors import Contested, NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.wording import danger, docker, impact_of, no_docker_command, note, warning, without_quorum
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.membership.swarm_keys import check_quiet, of_rotation
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.specs.fields import field_of, part_of, with_field

__all__ = ["CERTIFICATE", "PRIVATE_KEY", "Pem", "ReplaceRootCA", "SetExternalCAs", "read_urls"]

CERTIFICATE, PRIVATE_KEY = "certificate", "private key"
PROTOCOL = "cfssl"
"""The only one there is."""


@dataclass(frozen=True)
class Pem:
    """A file in PEM format.

    Attributes:
        path: where it was read, as the docker command names it.
        text: what it holds; of a key nobody may see that.
    """

    path: str
    text: Secret

    @property
    def name(self) -> str:
        """The file's name alone."""
        return self.path.rpartition("/")[2]

    @classmethod
    def of(cls, what: str, path: str, text: str) -> Pem:
        """A file that was read.

        Args:
            what: `CERTIFICATE` or `PRIVATE_KEY`.

        Raises:
            NotPossible: it is none of these, or a manager could not use it.
        """
        found = re.findall(r"^-----BEGIN ([A-Z ]*)-----\s*$", text, re.MULTILINE)
        fitting = [each for each in found if each.endswith(what.upper())]
        if not fitting:
            raise NotPossible(
                f"{path} holds no {what} in PEM format.", f"It would begin with -----BEGIN {what.upper()}"
            )
        if len(fitting) > 1:
            raise NotPossible(f"{path} holds {len(fitting)} {what}s; a swarm takes exactly one.")
        if "ENCRYPTED" in text:
            raise NotPossible(f"The key in {path} has a passphrase, which no manager can type.", "Decrypt it first.")
        return cls(path, Secret(text))


def read_urls(text: str) -> tuple[str, ...]:
    """The addresses of external authorities, separated by blanks or commas.

    Raises:
        NotPossible: one is no https URL.
    """
    urls = tuple(dict.fromkeys(text.replace(",", " ").split()))
    for url in urls:
        if not re.fullmatch(r"https://[^\s/]+(/\S*)?", url):
            raise NotPossible(f"'{url}' is not the address of a CA.", "Type it like https://ca.example.net:8888/sign")
    return urls


def _options(urls: tuple[str, ...]) -> list[str]:
    return [word for url in urls for word in ("--external-ca", f"protocol={PROTOCOL},url={url}")]


def _external(urls: tuple[str, ...], certificate: str) -> list[dict[str, str]]:
    return [{"Protocol": PROTOCOL, "URL": url, "CACert": certificate} for url in urls]


def _body(pem: str) -> str:
    """A certificate to be compared: managers write the lines of one in their own way."""
    return "".join(re.sub(r"-----[^-]*-----", "", pem).split())


@dataclass(frozen=True)
class ReplaceRootCA(SpecChange):
    """Put a root certificate of one's own in the place of the swarm's.

    Attributes:
        target: the swarm.
        certificate: of the new root.
        key: its key; None where only authorities outside have it.
        urls: of these authorities.
    """

    name: ClassVar[str] = names.REPLACE_ROOT_CA
    verb: ClassVar[str] = "Replace"
    field: ClassVar[str] = "root certificate"
    touches_keys: ClassVar[bool] = True

    target: Target
    certificate: Pem
    key: Pem | None = None
    urls: tuple[str, ...] = ()

    @classmethod
    def of(cls, swarm: Swarm, certificate: Pem, key: Pem | None = None, urls: tuple[str, ...] = ()) -> ReplaceRootCA:
        """Replace it.

        Raises:
            NotPossible: nobody could sign with it, it is there already, or the root is just being replaced.
        """
        check_quiet(swarm)
        if key is None and not urls:
            raise NotPossible(
                "Somebody must be able to sign with the new root.", "Name the file of its key, or an external CA."
            )
        if _body(certificate.text.reveal()) == _body(swarm.tls_info.trust_root):
            raise NotPossible("This is the swarm's root certificate already.")
        return cls(Target.of(swarm), certificate, key, urls)

    @property
    def title(self) -> str:
        return f"Replace the root certificate by {self.certificate.name}"

    @property
    def button(self) -> str:
        return "Replace the CA"

    @property
    def docker_command(self) -> str:
        words = ["--rotate", "--ca-cert", self.certificate.path]
        words += ["--ca-key", self.key.path] if self.key is not None else []
        return docker("swarm", "ca", *words, *_options(self.urls))

    def change(self, spec: Spec) -> dict[str, Any]:
        text = self.certificate.text.reveal()
        given: dict[str, Any] = {"SigningCACert": text, "SigningCAKey": self.key.text.reveal() if self.key else ""}
        if self.urls:
            given["ExternalCAs"] = _external(self.urls, text)
        return with_field(spec, ("CAConfig",), {**part_of(spec, "CAConfig"), **given})

    # The engine shows neither certificate nor key in the spec, so nothing there tells whether it was done.

    def value(self, spec: Spec) -> str:
        return self.seen

    @property
    def seen(self) -> str:
        return "the root until now"

    @property
    def wanted(self) -> str:
        return f"the root of {self.certificate.name}"

    def is_made(self, spec: Spec) -> bool:
        return bool(field_of(spec, "CAConfig", "SigningCACert") == self.certificate.text.reveal())

    def contested(self, spec: Spec) -> tuple[Contested, ...]:
        return ()

    def shown(self, cluster: Cluster) -> str | None:
        return self.wanted  # `settling` looks at what the nodes trust

    def impact(self, cluster: Cluster) -> Impact:
        away = [node.name for node in cluster.nodes.values() if not node.is_ready]
        return impact_of([*self._meaning(), *without_quorum(cluster), *of_rotation(cluster, away)])

    def _meaning(self) -> Iterator[Consequence]:
        yield note("Every node gets a certificate signed by this root. Tasks keep running.")
        yield warning("Both join tokens change too: scripts and images that contain one can no longer join.")
        if self.key is not None:
            yield warning("Every manager stores the key on its disk: autolock protects it there.")
        if self.urls:
            yield danger("The external CAs alone sign: while none answers, no node can join or renew its certificate.")
        yield note("A certificate that expires within a year is refused.")

    def settling(self, cluster: Cluster) -> Progress:
        if cluster.swarm is None or cluster.swarm.root_rotation_in_progress:
            return Progress("nodes are getting new certificates", settled=False)
        if _body(cluster.swarm.tls_info.trust_root) != _body(self.certificate.text.reveal()):
            return Progress.by_others("the swarm trusts another root certificate")
        return Progress("every node has a certificate from the new root", settled=True)


@dataclass(frozen=True)
class SetExternalCAs(SpecChange):
    """Let authorities outside sign the nodes' certificates, by the root that the swarm has now.

    Attributes:
        target: the swarm.
        urls: of all of them.
        urls_seen: of those until now.
        root: the swarm's root certificate, which is public.
    """

    name: ClassVar[str] = names.SET_EXTERNAL_CAS
    verb: ClassVar[str] = "Set"
    field: ClassVar[str] = "external CAs"

    target: Target
    urls: tuple[str, ...]
    urls_seen: tuple[str, ...] = ()
    root: str = ""

    @classmethod
    def of(cls, swarm: Swarm, urls: tuple[str, ...]) -> SetExternalCAs:
        """Set them.

        Raises:
            NotPossible: it is these already, or the root is just being replaced.
        """
        check_quiet(swarm)
        if not urls and not swarm.external_cas:
            raise NotPossible("No external CA is set.", "Type the address of one.")
        if urls == swarm.external_cas:
            raise NotPossible(f"The external CAs are already {_words(urls)}.")
        return cls(Target.of(swarm), urls, swarm.external_cas, swarm.tls_info.trust_root)

    @property
    def title(self) -> str:
        return f"Set the external CAs to {_words(self.urls)}"

    @property
    def button(self) -> str:
        return "Set the external CAs"

    @property
    def docker_command(self) -> str:
        if not self.urls:
            return no_docker_command(self.target, "docker has no option that removes them")
        return docker("swarm", "update", *_options(self.urls))

    @property
    def undo(self) -> SetExternalCAs:
        return SetExternalCAs(self.target, self.urls_seen, self.urls, self.root)

    def change(self, spec: Spec) -> dict[str, Any]:
        return with_field(spec, ("CAConfig", "ExternalCAs"), _external(self.urls, self.root))

    def value(self, spec: Spec) -> str:
        given = part_of(spec, "CAConfig").get("ExternalCAs") or ()
        return _words(tuple(str(each.get("URL", "")) for each in given))

    @property
    def seen(self) -> str:
        return _words(self.urls_seen)

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        value = self.value(spec)
        return {"urls_seen": () if value == _words(()) else tuple(value.split(", "))}

    @property
    def wanted(self) -> str:
        return _words(self.urls)

    def shown(self, cluster: Cluster) -> str | None:
        return None if cluster.swarm is None else _words(cluster.swarm.external_cas)

    def standing(self, value: str) -> str:
        return f"the external CAs are {value}"

    def impact(self, cluster: Cluster) -> Impact:
        consequences = [*without_quorum(cluster), *of_rotation(cluster)]
        if self.urls:
            consequences += [
                warning(
                    "From now on they alone sign certificates, not the managers: while none answers, no node can join"
                    " or renew its certificate."
                ),
                note("They must sign with the swarm's root certificate, and accept those of the managers."),
            ]
        else:
            consequences.append(
                note("The managers sign certificates again. Without a key of the root this is refused.")
            )
        return impact_of(consequences)

    def settling(self, cluster: Cluster) -> Progress:
        return Progress(self.standing(self.wanted), settled=True)


def _words(urls: tuple[str, ...]) -> str:
    return ", ".join(urls) or "none"

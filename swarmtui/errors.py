"""One exception tree: which layer failed, and what the user can do about it.

::

    SwarmtuiError                     has .layer, .message and .remedy, all plain text
    ├── EndpointError                 which swarm is meant cannot be told (flags, environment, context store)
    │   └── SSHConfigError            an ssh:// address or ssh_config cannot be used as it is
    ├── ConnectionFailed              no engine answered
    │   ├── SocketMissing             there is no such Unix socket
    │   ├── SocketForbidden           the socket is there, this user may not open it
    │   ├── NothingListens            socket or port is there, nobody accepts on it
    │   ├── HostNotFound              the name does not resolve, or there is no route
    │   ├── TLSFailed                 certificates: missing, expired, not trusted, asked for by the engine
    │   ├── EngineSilent              accepted, but no answer within the deadline
    │   ├── ConnectionBroken          the answer broke off, or it was not HTTP
    │   └── SSHFailed                 the way through SSH; .layer is "DNS", "TCP" or "SSH", .hop the jump host
    │       ├── HostKeyRefused        the host is unknown and was not accepted, or its key changed or is revoked
    │       ├── LoginRefused          has .tried and .accepted: what we offered, what the server wants
    │       ├── ForwardingRefused     logged in, but the server lets nobody through to the engine's socket
    │       └── SSHNotReady           not there yet: it is connecting, or it waits for the user's answer
    ├── EngineRefused                 the engine answered with an error; has .status (HTTP)
    │   ├── ObjectNotFound            404
    │   ├── OutOfSequence             the object changed between our read and our write
    │   └── UnsupportedEngine         its API is older than we support, or newer than we speak
    ├── NotUsable                     the engine is well, but it cannot show a swarm
    │   ├── NotAManager               a worker of a swarm; has .managers (addresses)
    │   ├── NotInSwarm                an engine that is in no swarm
    │   ├── SwarmLocked               a manager that waits for its unlock key
    │   └── NoLeader                  the managers have lost their quorum
    ├── NotSaved                      a file that the user named cannot be written
    ├── RecordUnreadable              a file is no record, or one of another format
    ├── DockerFailed                  docker's own program ended with an error; has .output
    ├── SeriesInterrupted             of several steps some were done; has .step, .done and .error
    └── ChangeRefused                 the gateway let a change not through; nothing was changed
        ├── DockerMissing             this machine has no docker program, which it would take
        ├── LoginUnreadable           docker's login for a registry is not there, or cannot be read
        ├── NotPossible               the object cannot be changed so at all (a global service scaled)
        ├── AlreadyThere              a file of that name is there, and nobody has agreed to replace it
        ├── Protected                 the endpoint is protected, and its name was not typed
        ├── ReadOnly                  the program was started with --read-only
        ├── OnlyARecord                   a record is shown: there is no engine
        ├── ViewIsStale               the connection is lost: what is on the screen may be old
        ├── TooSoon                   the swarm's keys are still being changed, by this program or another
        └── ChangeConflict            somebody else changed the same field; has .field, .entries, .anyway

`layer` is a short word for the place that failed ("socket", "TLS", "swarm"), "" for the program itself; `message` says
what happened; `remedy` says what helps, "" where nothing is known to.
"""

from __future__ import annotations

from dataclasses import dataclass


class SwarmtuiError(Exception):
    """Base of every error that is meant for the user's eyes.

    Args:
        message: what happened, one sentence of plain text (it may hold text from outside).
        remedy: what the user can do, one or more sentences; "" when nothing is known to help.
    """

    layer = ""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    @property
    def told(self) -> str:
        """All of it for the user: message and remedy, and where a connection failed the place before them."""
        return str(self)

    def after_layer(self, text: str) -> str:
        """A text with the place that failed before it: "socket: …"."""
        return f"{self.layer}: {text}" if self.layer else text


class EndpointError(SwarmtuiError):
    """Which swarm is meant cannot be told: flags, environment, or the docker context store."""

    layer = "endpoint"


class SSHConfigError(EndpointError):
    """An ssh:// address, or the ssh_config that applies to it, cannot be used as it is."""

    layer = "ssh_config"


class ConnectionFailed(SwarmtuiError):
    """No engine answered."""

    layer = "connection"

    @property
    def told(self) -> str:
        return self.after_layer(str(self))


class SocketMissing(ConnectionFailed):
    """There is no Unix socket at the path."""

    layer = "socket"


class SocketForbidden(ConnectionFailed):
    """The socket exists, but this user may not open it."""

    layer = "permission"


class NothingListens(ConnectionFailed):
    """The socket or port exists, but no engine accepts connections on it."""

    layer = "socket"


class HostNotFound(ConnectionFailed):
    """The host's name does not resolve, or there is no route to it."""

    layer = "network"


class TLSFailed(ConnectionFailed):
    """The TLS handshake failed, or the certificates could not be read."""

    layer = "TLS"


class EngineSilent(ConnectionFailed):
    """The engine accepted the connection, and then did not answer within the deadline."""

    layer = "engine"


class ConnectionBroken(ConnectionFailed):
    """The answer broke off, or what answered does not speak HTTP."""

    layer = "connection"


class SSHFailed(ConnectionFailed):
    """A host on the way through SSH could not be reached or used.

    Args:
        layer: a closer word than the class's own: "DNS", "TCP", "jump host".
        hop: the host that failed, when it is not the last one: "jump host 1 (bastion)"; else "".
    """

    layer = "SSH"

    def __init__(self, message: str, remedy: str = "", *, layer: str = "", hop: str = "") -> None:
        super().__init__(message, remedy)
        self.layer = layer or type(self).layer
        self.hop = hop


class HostKeyRefused(SSHFailed):
    """The host's key is unknown and was not accepted, or it is not the known one, or it is revoked."""

    layer = "host key"


class LoginRefused(SSHFailed):
    """The server let us not in.

    Args:
        tried: what we offered, in the order of trying: "agent key SHA256:… (ops)", "password".
        accepted: the methods that the server accepts, in its own words: "publickey", "keyboard-interactive".
    """

    layer = "authentication"

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        hop: str = "",
        tried: tuple[str, ...] = (),
        accepted: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, remedy, hop=hop)
        self.tried = tried
        self.accepted = accepted


class ForwardingRefused(SSHFailed):
    """The login went well, but the server forbids both stream forwarding and the docker command."""

    layer = "stream forwarding"


class SSHNotReady(SSHFailed):
    """The way through SSH does not stand yet: it is being connected, or it waits for an answer of the user."""


class EngineRefused(SwarmtuiError):
    """The engine answered with an error.

    Args:
        message: the engine's own words.
        status: the HTTP status of the answer.
    """

    layer = "engine"

    def __init__(self, message: str, remedy: str = "", *, status: int = 500) -> None:
        super().__init__(message, remedy)
        self.status = status


class ObjectNotFound(EngineRefused):
    """The object is gone (404)."""


class OutOfSequence(EngineRefused):
    """The object changed between our read and our write ("update out of sequence")."""


class UnsupportedEngine(EngineRefused):
    """The engine's API and ours do not overlap."""


class NotUsable(SwarmtuiError):
    """The engine is well, but it cannot show a swarm.

    Attributes:
        said: the engine's own words, where it was an answer that told; "" where that was not so.
    """

    layer = "swarm"
    said = ""


class NotAManager(NotUsable):
    """The engine is a worker: only managers know the swarm.

    Args:
        managers: addresses (host:port of the Raft port, as `/info` gives them) of the swarm's managers.
    """

    def __init__(self, message: str, remedy: str = "", *, managers: tuple[str, ...] = ()) -> None:
        super().__init__(message, remedy)
        self.managers = managers


class NotInSwarm(NotUsable):
    """The engine is in no swarm."""


class SwarmLocked(NotUsable):
    """The engine is a manager that waits for its unlock key after a restart."""


class NoLeader(NotUsable):
    """The managers have lost their quorum: nobody can change the swarm, and reads hang or are old."""


class NotSaved(SwarmtuiError):
    """A file that the user asked for was not written."""

    layer = "file"


class RecordUnreadable(SwarmtuiError):
    """A file cannot be opened as a record: it is none, it is of another format, or nothing is in it."""

    layer = "record"


class DockerFailed(SwarmtuiError):
    """docker's own program ended with an error. It may have done a part of what it was to do.

    Args:
        output: all that it said, line by line.
    """

    layer = "docker"

    def __init__(self, message: str, remedy: str = "", *, output: tuple[str, ...] = ()) -> None:
        super().__init__(message, remedy)
        self.output = output


class SeriesInterrupted(SwarmtuiError):
    """A change of several steps stopped half way: what was done before stays done.

    Args:
        error: why the step failed.
        step: what was to be done by it.
        done: what was done before it.
    """

    def __init__(self, error: SwarmtuiError, step: str, done: tuple[str, ...]) -> None:
        super().__init__(f"Done: {'; '.join(done)}. Then: {step}: {error.message}", error.remedy)
        self.layer = error.layer
        self.error = error
        self.step = step
        self.done = done


class ChangeRefused(SwarmtuiError):
    """The gateway did not let a change through; nothing was changed."""

    layer = "gateway"


class AlreadyThere(ChangeRefused):
    """A file of that name is there, and nobody has agreed to replace it."""


class DockerMissing(ChangeRefused):
    """It takes docker's own program, and this machine has none."""

    layer = "docker"


class NotPossible(ChangeRefused):
    """The object cannot be changed in this way at all: a global service has no number of replicas to scale."""

    layer = "swarm"


class LoginUnreadable(ChangeRefused):
    """docker's login for a registry is not there, or cannot be read."""


class ReadOnly(ChangeRefused):
    """The program was started read-only."""


class OnlyARecord(ChangeRefused):
    """A record is shown, and it would take an engine."""

    layer = "record"


class Protected(ChangeRefused):
    """The endpoint is one on which each change wants its name typed, and that was not done."""


class ViewIsStale(ChangeRefused):
    """The connection is lost, so the change would be made on old information."""


class TooSoon(ChangeRefused):
    """A change of the swarm's keys or certificates, while the last one is still on its way to the managers."""

    layer = "swarm"


@dataclass(frozen=True)
class Contested:
    """One thing that both we and somebody else would change, each in another way. All are texts for people.

    Attributes:
        what: its name: "replicas", or a variable's.
        seen: its value when the action was made.
        theirs: its value now.
        ours: the value that the action would set.
    """

    what: str
    seen: str
    theirs: str
    ours: str


class ChangeConflict(ChangeRefused):
    """Somebody else changed the very thing that this action changes.

    Args:
        field: the field's name in the field's own terms ("replicas", "environment").
        entries: what both have changed; of a set only those entries.
        anyway: the action made upon what the engine has now: it overrides `entries`, and nothing else.
    """

    def __init__(
        self, message: str, remedy: str = "", *, field: str, entries: tuple[Contested, ...], anyway: object = None
    ) -> None:
        super().__init__(message, remedy)
        self.field = field
        self.entries = entries
        self.anyway = anyway

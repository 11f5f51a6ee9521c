"""How an engine refuses: with a status and a sentence, or by letting the client wait."""

from __future__ import annotations

_GRPC_STATUS = {
    "InvalidArgument": 400,
    "NotFound": 404,
    "AlreadyExists": 409,
    "FailedPrecondition": 400,
    "Unimplemented": 501,
}


class ApiError(Exception):
    """The engine answers with an HTTP error.

    Attributes:
        status: the HTTP status code.
        message: what stands in the body's `message`, worded as the engine words it.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Panic(Exception):
    """The engine's own code fails on what it was given: Go's HTTP server closes the connection without an answer."""


class Hangs(Exception):
    """The engine has taken the request and does not answer it now: the managers have no leader.

    A real engine waits for a leader for `patience` virtual seconds and answers if one is found; else it answers
    with `error`. Ask again from time to time until then.
    """

    patience = 20.0

    def __init__(self) -> None:
        super().__init__("the managers have no leader")
        self.error = ApiError(500, "rpc error: code = DeadlineExceeded desc = context deadline exceeded")


def rpc(code: str, description: str) -> ApiError:
    """An error of swarmkit's controlapi, with the status that the engine makes of its gRPC code."""
    return ApiError(_GRPC_STATUS.get(code, 500), f"rpc error: code = {code} desc = {description}")


def invalid(description: str) -> ApiError:
    """What controlapi calls an invalid argument."""
    return rpc("InvalidArgument", description)


def not_found(kind: str, name: str) -> ApiError:
    """What `GET /services/nothing` is answered with."""
    return ApiError(404, f"{kind} {name} not found")


def out_of_sequence() -> ApiError:
    """The version that was named is not the object's newest one."""
    return rpc("Unknown", "update out of sequence")


def no_leader() -> ApiError:
    """The managers have been without a leader for longer than swarmkit's lostQuorumTimeout."""
    return rpc(
        "Unknown",
        "The swarm does not have a leader. It's possible that too few managers are online. "
        "Make sure more than half of the managers are online.",
    )

"""How an engine refuses: with a status and a sentence, or by never answering."""

from __future__ import annotations


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


class Hangs(Exception):  # noqa: N818  (it is what happens, not an error that is answered)
    """The engine has taken the request and does not answer it: keep the connection open and send nothing.

    A request that hung is not answered later, even when the swarm gets well: the client has to ask again.
    """


def not_found(kind: str, name: str) -> ApiError:
    """What `GET /services/nothing` is answered with."""
    return ApiError(404, f"{kind} {name} not found")


def invalid(description: str) -> ApiError:
    """A request that swarmkit's controlapi calls an invalid argument."""
    return ApiError(400, f"rpc error: code = InvalidArgument desc = {description}")


def out_of_sequence() -> ApiError:
    """The version that was named is not the object's newest one."""
    return ApiError(500, "rpc error: code = Unknown desc = update out of sequence")

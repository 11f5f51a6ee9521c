"""What can go wrong with the lab.

LabError
├── MissingRequirement   not root, a package is missing, the file system cannot carry overlay2
├── LabInUse             another process holds the lab of that name
├── DeadlineExceeded     something that was waited for did not happen in time
├── CommandFailed        a command ended with a status other than 0, or took too long
└── EngineError          an engine answered with an error status
"""

from __future__ import annotations


class LabError(Exception):
    """The lab could not do what it was asked; the message says what and shows the evidence."""


class MissingRequirement(LabError):
    """This machine, or this user, cannot run the lab."""


class LabInUse(LabError):
    """Another living process holds the lab of that name."""


class DeadlineExceeded(LabError):
    """Something that was waited for did not happen in time."""


class CommandFailed(LabError):
    """A command failed; `stderr` is what it said."""

    def __init__(self, message: str, stderr: str = "") -> None:
        super().__init__(message)
        self.stderr = stderr


class EngineError(LabError):
    """An engine answered with an error; `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message

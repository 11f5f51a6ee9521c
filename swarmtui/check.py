"""`swarmtui check`: the findings without a screen, for cron, CI and monitoring."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from swarmtui.engine.polling.observation import Observation
from swarmtui.engine.session import Session
from swarmtui.errors import SwarmtuiError
from swarmtui.substitutes import written
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.diagnosis.report import Report, as_json, as_prometheus, as_text, report_of
from swarmtui.swarm.object_kinds import LISTED
from swarmtui.swarm.printable import printable

__all__ = ["UNREACHABLE", "Check", "Checked", "exit_code", "run"]

HEALTHY, SICK, UNREACHABLE = 0, 1, 2
"""Exit codes."""

FORMATS: dict[str, Callable[[Report, float], str]] = {
    "text": lambda report, now: printable(as_text(report, now), keep="\n") + "\n",
    "json": lambda report, now: as_json(report) + "\n",
    "prometheus": lambda report, now: as_prometheus(report),
}

LOOK = 1.0
"""Seconds to wait for news from the session before looking again whether the swarm is known."""


@dataclass(frozen=True)
class Checked:
    """How to check.

    Attributes:
        form: "text", "json" or "prometheus".
        severity: the least that counts: "note", "warning" or "critical".
        watch: seconds from one check to the next; None for one check.
        timeout: seconds for one check.
        output: the file to write to; None for standard output.
    """

    form: str
    severity: str
    watch: float | None
    timeout: float
    output: Path | None


def run(hosts: Sequence[str], context: str | None, wanted: Checked) -> int:
    """Check a swarm, and print what was found; returns the exit code of the last check.

    Raises:
        SwarmtuiError: the endpoint is not one, or the file cannot be written.
    """
    from swarmtui.config import config_path, load_settings
    from swarmtui.endpoint import resolve_endpoints

    endpoint, *others = resolve_endpoints(hosts, context, os.environ)
    settings = load_settings(config_path())
    session = Session(endpoint, others=others, ssh_hosts=settings.ssh_hosts, read_only=True)
    check = Check(session, wanted.timeout)
    session.start(check.news)
    code = UNREACHABLE
    try:
        while True:
            report, now = check.look()
            code = exit_code(report, Severity[wanted.severity.upper()])
            _put(FORMATS[wanted.form](report, now), wanted)
            if wanted.watch is None:
                return code
            time.sleep(wanted.watch)
    except KeyboardInterrupt:
        return code
    finally:
        session.close()


def _put(text: str, wanted: Checked) -> None:
    if wanted.output is None:
        sys.stdout.write(written(text) if wanted.form == "text" else text)
        sys.stdout.flush()
        return
    try:
        write_whole(wanted.output, text)
    except OSError as error:
        raise SwarmtuiError(f"{wanted.output} cannot be written: {error.strerror}.", "Choose another file.") from error


class Check:
    """Looks at a swarm through a session, as often as asked.

    Args:
        session: started; its `on_news` calls `news`.
        patience: seconds to wait for the swarm at each look.
    """

    def __init__(self, session: Session, patience: float) -> None:
        self._session = session
        self._patience = patience
        self._diagnosis = Diagnosis()
        self._news = threading.Event()

    def news(self) -> None:
        """Something is new; called from any thread."""
        self._news.set()

    def look(self) -> tuple[Report, float]:
        """Wait until the swarm is known, and judge it.

        Returns:
            The report, and the managers' time in seconds since 1970.
        """
        observation = self._known()
        now = time.time() + observation.connection.clock_offset
        name = self._session.endpoint.name
        error = self._why_not(observation)
        if observation.cluster is None or error:
            return report_of(name, (), now, error=error or "The engine did not answer in time."), now
        self._diagnosis.advance(observation.cluster, now)
        return report_of(name, self._diagnosis.findings, now), now

    def _known(self) -> Observation:
        """The newest observation once all of the swarm is known, or it is clear that it will not be."""
        end = time.monotonic() + self._patience
        while True:
            self._news.clear()
            observation = self._session.observation()
            cluster = observation.cluster
            if self._session.question() is not None or (cluster is not None and _is_whole(cluster)):
                return observation
            left = end - time.monotonic()
            if left <= 0:
                return observation
            self._news.wait(min(left, LOOK))

    def _why_not(self, observation: Observation) -> str:
        """Why the swarm cannot be judged; "" when it can."""
        error = observation.connection.error
        if isinstance(error, SwarmtuiError):
            return f"{error.after_layer(error.message)} {error.remedy}".strip()
        if self._session.question() is not None:
            return "SSH asks a question that only a person can answer. Run swarmtui once to answer it."
        if observation.cluster is not None and not _is_whole(observation.cluster):
            return f"The swarm's lists did not arrive within {self._patience:g} s. --timeout allows more."
        return ""


def _is_whole(cluster: Cluster) -> bool:
    """Whether each list has come, or was refused."""
    lists = (each.kind for each in LISTED if each.kind not in cluster.refused)
    return cluster.tasks_complete and all(cluster.objects(kind) is not None for kind in lists)


def exit_code(report: Report, severity: Severity) -> int:
    """0 when the swarm is healthy, 1 when a finding is as bad as `severity` or worse, 2 when it is not reachable."""
    if not report.reachable:
        return UNREACHABLE
    return SICK if report.worst is not None and report.worst >= severity else HEALTHY


def write_whole(path: Path, text: str) -> None:
    """Put a file in the place of another in one step, so that no reader finds half of it.

    Raises:
        OSError: it cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        draft.chmod(0o644)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise

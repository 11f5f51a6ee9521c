"""The logs of the stub: what tasks wrote, and the streams that follow it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Message:
    """What a task wrote, or (stream 3) the engine says."""

    service_id: str
    task_id: str
    node_id: str
    stream: int
    stamp: str
    text: str

    def encoded(self, *, tty: bool, details: bool, timestamps: bool) -> bytes:
        """As the engine sends it: moby api/server/httputils/write_log_stream.go."""
        before = f"{self.stamp} " if timestamps else ""
        if details:
            before += (
                f"com.docker.swarm.node.id={self.node_id},com.docker.swarm.service.id={self.service_id},"
                f"com.docker.swarm.task.id={self.task_id} "
            )
        content = ((before if self.stream != 3 else "") + self.text + ("\r\n" if tty else "\n")).encode()
        return content if tty else bytes([self.stream, 0, 0, 0]) + len(content).to_bytes(4, "big") + content


@dataclass
class Logs:
    """Keeps what was written, and hands it to whoever follows."""

    messages: list[Message] = field(default_factory=list)
    _followers: list[tuple[str, queue.SimpleQueue[Message | None]]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, message: Message) -> None:
        with self._lock:
            self.messages.append(message)
            for object_id, follower in self._followers:
                if object_id in (message.service_id, message.task_id):
                    follower.put(message)

    def end(self, object_id: str = "") -> None:
        """The streams of an object (or all) end."""
        with self._lock:
            for followed, follower in self._followers:
                if object_id in ("", followed):
                    follower.put(None)

    def stream(self, object_id: str, query: dict[str, str], tty: bool, send: Callable[[bytes], None]) -> None:
        """Send what is there, then what comes, until `end`."""
        follower: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        entry = (object_id, follower)
        with self._lock:
            mine = [each for each in self.messages if object_id in (each.service_id, each.task_id)]
            self._followers.append(entry)
        if since := query.get("since"):
            mine = [each for each in mine if _seconds(each.stamp) >= float(since)]
        if tail := query.get("tail"):
            mine = mine[max(0, len(mine) - int(tail)) :]
        form: dict[str, Any] = {
            "tty": tty,
            "details": query.get("details") == "1",
            "timestamps": query.get("timestamps") == "1",
        }
        try:
            if mine:
                send(b"".join(message.encoded(**form) for message in mine))
            while query.get("follow") == "1" and (message := follower.get()) is not None:
                send(message.encoded(**form))
        finally:
            with self._lock:
                self._followers.remove(entry)


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()

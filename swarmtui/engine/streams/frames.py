"""The multiplexed form of an output: frames of a byte for the stream, three of nothing, four of length (big endian),
and so much output (Engine API, ContainerAttach, "Stream format")."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["Frames"]

LONGEST = 16 * 1024 * 1024
"""A frame that claims more than this is not a frame: the stream is of another form than was thought."""
HEADER = 8


class Frames:
    """Takes frames out of bytes, however the bytes are cut."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """The frames that these bytes complete, each as its stream's number and its content.

        Raises:
            ValueError: these are no frames.
        """
        data = self._rest + data if self._rest else data
        at, size = 0, len(data)
        while size - at >= HEADER:
            length = int.from_bytes(data[at + 4 : at + 8], "big")
            if length > LONGEST:
                raise ValueError("the output is not in frames")
            if size - at < HEADER + length:
                break
            yield data[at], data[at + HEADER : at + HEADER + length]
            at += HEADER + length
        self._rest = data[at:]

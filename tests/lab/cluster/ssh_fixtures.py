"""The fixtures of all tests of the tunnel: a home, users and daemons. Test modules import them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmtui.tunnel.ssh import Tunnel

from .lab import Lab
from .node import Node
from .ssh_client import Home, fetch
from .ssh_variants import SshSetup


@pytest.fixture
def node(settled: Lab) -> Node:
    """The first manager."""
    return settled.node("n1")


@pytest.fixture
def setup(settled: Lab, tmp_path: Path) -> Iterator[SshSetup]:
    """Makes users and daemons; the daemons end with the test."""
    setup = SshSetup(settled, tmp_path)
    yield setup
    setup.close()


@pytest.fixture
def home(settled: Lab, tmp_path: Path) -> Iterator[Home]:
    """The home of somebody who knows all hosts, and has the lab's key."""
    home = Home(tmp_path)
    home.known_hosts.write_text(settled.known_hosts.read_text())
    home.write(f"Host *\n  IdentityFile {settled.ssh_key}\n  IdentityAgent none\n")
    yield home
    home.close()


def name_of(tunnel: Tunnel) -> str:
    """The name of the engine behind a tunnel."""
    return str(json.loads(fetch(tunnel))["Name"])

"""The script that runs all tests says by its exit status whether they passed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "test"

PYTEST = """#!/bin/sh
case "$*" in *{failing}*) echo "= short test summary info ="; echo "FAILED one"; exit 1 ;; esac
echo "9 passed"
"""
"""In the place of the Python of the virtual environment."""


def run_all_tests(directory: Path, failing: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a tree of its own in which one part of the tests fails."""
    tree = {
        "scripts/test": SCRIPT.read_text(),
        "scripts/lab-packages": "exit 0\n",
        ".venv/bin/python": PYTEST.format(failing=failing),
    }
    for path, text in tree.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text)
        (directory / path).chmod(0o755)
    return subprocess.run(["sh", "scripts/test"], cwd=directory, capture_output=True, text=True, check=False, env={})


@pytest.mark.parametrize(("failing", "status"), [("no-part", 0), ("tests/unit", 1), ("tests/lab", 1)])
def test_the_exit_status_is_that_of_the_tests(tmp_path: Path, failing: str, status: int) -> None:
    done = run_all_tests(tmp_path, failing)
    assert done.returncode == status, done.stdout + done.stderr
    assert ("FAILED one" in done.stdout.splitlines()[-4:]) is (status == 1)
    assert "lab tests" in done.stdout.lower().splitlines()[-1]

"""Whether what swarmtui uses of libraries' private parts still works with the newest versions that pyproject allows.

These are what a user gets today, who installs it without our constraints. Its own dependencies are the newest ones;
pytest and the other tools stay as constraints.txt has them. `make newest` runs it; with `--always` it tests also
where there is nothing newer than what is locked. It needs the package index.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONSTRAINTS = ROOT / "constraints.txt"

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]

TESTS = (
    "tests/unit/test_internals.py",
    "tests/unit/tunnel",
    "tests/unit/test_the_end.py::test_a_stop_and_a_continue_leave_the_screen_in_order",
    "tests/ui/widgets",
    "tests/ui/test_key_queue.py",
    "tests/ui/test_crash.py",
    "tests/ui/test_dialog_help_and_notices.py",
)
"""Those that pass through swarmtui/ui/kit/textual_internals.py and swarmtui/tunnel/asyncssh_internals.py."""


def canonical(name: str) -> str:
    """As the package index compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    """The versions of constraints.txt by name."""
    pins = (line.split("==") for line in CONSTRAINTS.read_text().splitlines() if line and not line.startswith("#"))
    return {canonical(name): version for name, version in pins}


def installed() -> dict[str, str]:
    """The versions in this environment by name."""
    return {canonical(each.name): each.version for each in metadata.distributions()}


def newer(scratch: Path) -> dict[str, str]:
    """The versions of the program's dependencies, and theirs, that pip would put in place of those installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    report = scratch / "report.json"
    upgrade = ["install", "-q", "--dry-run", "--upgrade", "--upgrade-strategy", "eager", "--report", str(report)]
    subprocess.run([*PIP, *upgrade, *project["dependencies"]], check=True)
    found = [each["metadata"] for each in json.loads(report.read_text())["install"]]
    return {canonical(each["name"]): each["version"] for each in found}


def environment_of(versions: dict[str, str], scratch: Path) -> str:
    """Make a virtual environment with the program and its tools in these versions; returns its Python."""
    venv.create(scratch / "venv", symlinks=True)
    python = str(scratch / "venv" / "bin" / "python")
    constraints = scratch / "constraints.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in versions.items()))
    command = [*PIP, "--python", python, "install", "-q", "-c", str(constraints), "-e", f"{ROOT}[dev]"]
    subprocess.run(command, check=True, cwd=ROOT)
    return python


def main() -> int:
    """Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--always", action="store_true", help="test also where nothing is newer than what is locked")
    always = parser.parse_args().always
    with tempfile.TemporaryDirectory(prefix="swarmtui-newest-") as name:
        scratch = Path(name)
        try:
            before = locked()
            newest = before | {each: version for each, version in installed().items() if each in before}
            newest |= newer(scratch)
            changed = {each: version for each, version in newest.items() if before.get(each) != version}
            if not changed and not always:
                both = ", ".join(f"{each} {before[each]}" for each in ("textual", "asyncssh"))
                print(f"The newest versions that pyproject.toml allows are the locked ones ({both}).")
                return 0
            told = ", ".join(
                f"{each} {version} (locked: {before.get(each, 'none')})" for each, version in changed.items()
            )
            print(f"Testing with {told or 'the locked versions'} …", flush=True)
            python = environment_of(newest, scratch)
        except subprocess.CalledProcessError as error:
            print("The newest versions could not be found or installed: pip's own words are above.", file=sys.stderr)
            return error.returncode
        tests = [python, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *TESTS]
        status = subprocess.run(tests, cwd=ROOT, check=False).returncode
    if status:
        print(
            f"Tests fail with the newest versions that pyproject.toml allows: {told or 'the locked ones'}.",
            file=sys.stderr,
        )
        print("Make them work with both, or narrow the range in pyproject.toml.", file=sys.stderr)
    else:
        print(f"The private parts are as they were in {told or 'the locked versions'}.")
    return status


if __name__ == "__main__":
    sys.exit(main())

"""Run the unit tests on other Pythons than this machine's own: those that Debian's newer releases have, and 3.12.

    python -m scripts.pythons [--roots DIRECTORY] [--install] [SUITE …]

A release of Debian is a root of its own, made by debootstrap (root and Debian's packages are needed), with a clone of
what is committed here. No release has 3.12: it gets a virtual environment where it is installed, by pyenv for instance.
Those that are there already are used again, and `python -m tests.bench --only pythons` measures them. Exits with 1 when
tests failed; what cannot be installed is said, and fails nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
SUITES = {"trixie": "3.13", "sid": "3.14"}
"""Debian's releases, and the Python that each had when this was written."""
INSTALLED = ("3.12",)
"""Pythons that this machine may have."""
ROOTS = HERE / ".pythons"
PACKAGES = "python3,python3-venv,ca-certificates,git,openssh-client,procps"
KEPT = ("PIP_", "SSL_", "REQUESTS_", "http_", "https_", "HTTP_", "HTTPS_", "no_proxy", "NO_PROXY")
"""What of the environment says how packages are reached."""
INSIDE = """
mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && mount -t tmpfs tmpfs "$0/tmp"
exec chroot "$0" sh -c "$1"
"""


class NotToBeHad(Exception):
    """Why a Python cannot be installed here."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--roots", type=Path, default=ROOTS, help="where the roots are (default: .pythons)")
    options.add_argument("--install", action="store_true", help="only this: run no tests")
    suites = (*INSTALLED, *SUITES)
    options.add_argument("suites", nargs="*", metavar="SUITE", help=", ".join(suites))
    given = options.parse_args()
    # Hundreds of Pythons are started: compiling all modules anew in each would take a third of their time.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if unknown := set(given.suites) - set(suites):
        options.error(f"{', '.join(sorted(unknown))}: the suites are {', '.join(suites)}")
    failed = False
    for suite in given.suites or suites:
        try:
            if suite in INSTALLED:
                run = partial(tests_here, installed_here(suite, given.roots))
            else:
                run = partial(tests, installed(suite, given.roots))
        except NotToBeHad as reason:
            print(f"Python {SUITES.get(suite, '')} ({suite}) is not to be had here: {reason}", flush=True)
            continue
        failed |= not given.install and run() != 0
    return int(failed)


def installed_here(version: str, roots: Path) -> Path:
    """The interpreter of a virtual environment, with what the program and its tests need.

    Raises:
        NotToBeHad: this machine has no such Python, or pip did not come to an end.
    """
    python = roots / version / "bin/python"
    if not python.exists():
        base = next((each for each in _candidates(version) if _is(each, version)), None)
        if base is None:
            raise NotToBeHad(f"no python{version} is installed")
        if subprocess.run([base, "-m", "venv", roots / version], check=False).returncode:
            shutil.rmtree(roots / version, ignore_errors=True)
            raise NotToBeHad("it makes no virtual environment, see above")
    if _pip(python):
        raise NotToBeHad("pip could not install what is needed, see above")
    return python


def _pip(python: Path) -> int:
    words = ["install", "-q", "--disable-pip-version-check", "-c", str(HERE / "constraints.txt"), "-e", f"{HERE}[dev]"]
    return subprocess.run([str(python), "-m", "pip", *words], check=False).returncode


def _candidates(version: str) -> Iterator[Path]:
    """Where a Python may be: on PATH, and where pyenv has its versions, which are not on PATH."""
    if found := shutil.which(f"python{version}"):
        yield Path(found)
    yield from Path.home().glob(f".pyenv/versions/{version}.*/bin/python")


def _is(python: Path, version: str) -> bool:
    """Whether it starts, and is of that version: pyenv has a python3.12 on PATH that may start none."""
    done = subprocess.run([python, "--version"], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.startswith(f"Python {version}.")


def tests_here(python: Path) -> int:
    """Run the unit tests of this tree; pytest's status."""
    subprocess.run([python, "--version"], check=True)
    return subprocess.run([python, "-m", "pytest", "-q", "-n", "2", "tests/unit"], cwd=HERE, check=False).returncode


def installed(suite: str, roots: Path) -> Path:
    """A root with a Debian release, and in it a clone with its own virtual environment.

    Raises:
        NotToBeHad: debootstrap, or pip in the root, did not come to an end.
    """
    if os.getuid() != 0:
        raise NotToBeHad("a root needs root")
    if shutil.which("debootstrap") is None and shutil.which("apt-get") is not None:
        subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", "debootstrap"], check=False)
    if shutil.which("debootstrap") is None:
        raise NotToBeHad("there is no debootstrap")
    root = roots / suite
    if not (root / "usr/bin/python3").exists():
        roots.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f"{suite}-", dir=roots))
        done = subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(making)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(making, ignore_errors=True)
            raise NotToBeHad(f"debootstrap says: {(done.stdout.strip().splitlines() or ['nothing'])[-1]}")
        making.chmod(0o755)
        making.rename(root)
    for name in ("etc/resolv.conf", "etc/hosts", "etc/pip.conf", "etc/ssl/certs/ca-certificates.crt"):
        if Path("/", name).exists():
            shutil.copyfile(Path("/", name), root / name)
    clone = root / "work/main"
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", str(HERE), str(clone)], check=True)
    if inside(root, "cd /work/main && sh scripts/venv"):
        raise NotToBeHad("pip could not install what is needed, see above")
    return root


def tests(root: Path) -> int:
    """Run the unit tests in a root; pytest's status."""
    return inside(root, "cd /work/main && .venv/bin/python --version && .venv/bin/python -m pytest -q -n 2 tests/unit")


def inside(root: Path, command: str) -> int:
    """Run a shell command in a root, whose mounts and processes end with it; its status."""
    environment = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
    environment |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
    unshared = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    return subprocess.run([*unshared, "sh", "-c", INSIDE, str(root), command], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

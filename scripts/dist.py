"""What is published: wheel, sdist, the self-contained build for Linux, a bill of materials, checksums. In dist/.

The same commit gives the same bytes: every file has the commit's time, and archives are in the order of their names.

    .venv/bin/python -m scripts.dist            all of it
    .venv/bin/python -m scripts.dist --twice    … twice, and compares
"""

from __future__ import annotations

import argparse
import hashlib
import io
import lzma
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

from scripts.bill_of_materials import bill_of_materials
from scripts.bundle import bundle

__all__ = ["make", "pack"]

HERE = Path(__file__).parents[1]
DIST = HERE / "dist"


def main() -> None:
    """Make dist/."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--twice", action="store_true", help="build it twice, and compare")
    twice = parser.parse_args().twice
    os.environ["SOURCE_DATE_EPOCH"] = os.environ.get("SOURCE_DATE_EPOCH") or _time_of_the_commit()
    os.environ["PYTHONHASHSEED"] = "0"
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    make(DIST)
    print((DIST / "SHA256SUMS").read_text(), end="")
    if twice:
        with tempfile.TemporaryDirectory() as other:
            make(Path(other) / "dist")
            same = (Path(other) / "dist" / "SHA256SUMS").read_bytes() == (DIST / "SHA256SUMS").read_bytes()
        print("Built twice: the same bytes." if same else "Built twice: the bytes differ.")
        sys.exit(not same)


def make(dist: Path) -> None:
    """Build everything into an empty directory."""
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="swarmtui-dist-") as directory:
        work = Path(directory)
        venv.create(work / "tools", with_pip=True)
        tools = work / "tools" / "bin" / "python"
        subprocess.run([tools, "-m", "pip", "install", "--quiet", "build"], check=True)
        subprocess.run([tools, "-m", "build", "--outdir", dist, HERE], check=True, stdout=subprocess.DEVNULL)
        (wheel,) = dist.glob("*.whl")
        version = wheel.name.split("-")[1]
        name = f"swarmtui-{version}-{platform.system().lower()}-{platform.machine()}"
        bundle(work / name, wheel, HERE / "constraints.txt")
        shutil.copy(HERE / "LICENSE", work / name)
        pack(work / name, dist / f"{name}.tar.xz")
        bill_of_materials(work / name, version, dist / f"{name}.cdx.json")
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(dist.iterdir())]
    (dist / "SHA256SUMS").write_text("".join(sums))


def pack(directory: Path, archive: Path) -> None:
    """Pack a directory; the same files give the same bytes."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.USTAR_FORMAT) as packed:
        for path in sorted(directory.rglob("*")):
            packed.add(path, path.relative_to(directory.parent), recursive=False, filter=_plain)
    archive.write_bytes(lzma.compress(written.getvalue(), preset=6))


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nobody's file, of the commit's time."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = int(os.environ["SOURCE_DATE_EPOCH"])
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


def _time_of_the_commit() -> str:
    return subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=HERE, capture_output=True, text=True, check=True
    ).stdout.strip()


if __name__ == "__main__":
    main()

"""`swarmtui check` against an engine: what it prints, and its exit code."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from scripts.findings_table import PAGE, SCHEMA, page, schema_text
from swarmtui.cli import main
from swarmtui.swarm.diagnosis.report import Report
from tests.patience import DEAD
from tests.stub_engine import StubEngine


@pytest.fixture
def engine() -> Iterator[StubEngine]:
    """A swarm on which all is well."""
    with StubEngine() as stub:
        for number in (1, 2, 3):
            stub.add_node(f"mgr{number}", role="manager", leader=number == 1)
        stub.add_service("web", replicas=2, image="nginx:1.27")
        stub.settle()
        yield stub


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def check(url: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["-H", url, "check", *options])


def test_a_swarm_that_is_well_exits_with_0(engine: StubEngine) -> None:
    result = check(engine.url, "--severity", "critical")
    assert result.exit_code == 0, result.output
    assert "critical" not in result.output.splitlines()[0]


def test_a_finding_as_bad_as_asked_exits_with_1(engine: StubEngine) -> None:
    engine.set_node("mgr3", state="down")
    result = check(engine.url, "--json")
    report = msgspec.json.decode(result.output, type=Report)
    assert report.reachable
    assert "node-down" in {each.rule for each in report.findings}
    assert result.exit_code == 1
    assert check(engine.url, "--severity", "critical").exit_code == (report.counts["critical"] > 0)


def test_an_engine_that_is_not_there_exits_with_2(tmp_path: Path) -> None:
    url = f"unix://{tmp_path}/none.sock"
    for form in ("text", "json", "prometheus"):
        result = check(url, "--format", form, "--timeout", "1")
        assert result.exit_code == 2
    assert 'swarmtui_up{swarm="' in result.output
    assert json.loads(check(url, "--json", "--timeout", "1").output)["reachable"] is False


def test_a_file_is_replaced_as_a_whole(engine: StubEngine, tmp_path: Path) -> None:
    target = tmp_path / "swarm.prom"
    target.write_text("old")
    result = check(engine.url, "--format", "prometheus", "--output", str(target))
    assert result.output == ""
    assert target.read_text().startswith("# HELP swarmtui_up")
    assert [each.name for each in tmp_path.iterdir() if "swarm.prom" in each.name] == ["swarm.prom"]


def test_it_checks_again_and_again_until_it_is_interrupted(engine: StubEngine) -> None:
    words = [sys.executable, "-m", "swarmtui", "-H", engine.url, "check", "--json", "--watch", "1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as checking:
        assert checking.stdout is not None
        try:
            reports = (msgspec.json.decode(line, type=Report) for line in checking.stdout)
            assert "node-down" not in {each.rule for each in next(reports).findings}
            engine.set_node("mgr3", state="down")
            assert any("node-down" in {each.rule for each in report.findings} for report in reports)
            checking.send_signal(signal.SIGINT)
            assert checking.wait(DEAD) == 1, "the exit code of the last check"
        finally:
            checking.kill()


def test_the_pages_are_as_the_script_writes_them() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run .venv/bin/python -m scripts.findings_table"
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), "run .venv/bin/python -m scripts.findings_table"

"""The user's settings: what is right counts, and what is wrong is told with file, line and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from swarmtui.config import SETTINGS, Refresh, Settings, default_file, load_settings


def read(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def test_no_file_means_no_settings(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "config.toml") == Settings()


def test_the_ssh_targets_of_managers(tmp_path: Path) -> None:
    settings = read(tmp_path, '[ssh.hosts]\nmgr2 = "ops@10.1.2.3:2222"\n"10.0.0.3" = " ssh://prod3 "\n')
    assert settings.ssh_hosts == {"mgr2": "ops@10.1.2.3:2222", "10.0.0.3": "ssh://prod3"}
    assert settings.problems == ()


def test_one_mistake_does_not_cost_the_rest(tmp_path: Path) -> None:
    settings = read(tmp_path, '# mine\n[ssh.hosts]\nmgr1 = 22\nmgr2 = "b"\n"10.0.0.3" = ""\n')
    assert settings.ssh_hosts == {"mgr2": "b"}
    assert settings.problems == (
        f'{tmp_path}/config.toml, line 3: mgr1 of [ssh.hosts] must be a text in "quotes".',
        f'{tmp_path}/config.toml, line 5: 10.0.0.3 of [ssh.hosts] must be a text in "quotes".',
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ssh.hosts]\nmgr1 = \n", "line 2"),
        ("colour = 3\n", "line 1: there is no setting colour."),
        ("[ssh]\nhosts = 3\n", "line 2: ssh.hosts must be a table"),
        ('\n[ssh.guests]\nmgr1 = "a"\n', "line 2: there is no setting ssh.guests."),
        ("[ssh.hosts]\n\xff\n", "line 2"),
    ],
)
def test_mistakes_name_their_place(tmp_path: Path, text: str, said: str) -> None:
    settings = read(tmp_path, text)
    assert settings.ssh_hosts == {}
    assert len(settings.problems) == 1
    assert settings.problems[0].startswith(str(tmp_path / "config.toml"))
    assert said in settings.problems[0]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"\xff\xfe")
    assert "is not valid TOML" in load_settings(tmp_path / "latin").problems[0]
    assert "cannot be read" in load_settings(tmp_path).problems[0]


def test_everything_that_can_be_set(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        """
        theme = "light"
        read_only = true
        protected = ["prod"]
        [keys]
        "service.scale" = "f2"
        [columns]
        services = ["name", "image"]
        [refresh]
        interval = 5
        bytes_per_second = 20000
        """,
    )
    assert settings == Settings(
        theme="light",
        read_only=True,
        protected=("prod",),
        keys={"service.scale": "f2"},
        columns={"services": ("name", "image")},
        refresh=Refresh(5, 20000),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = 3", 'line 1: theme must be a text in "quotes".'),
        ("read_only = 1", "line 1: read_only must be true or false."),
        ('protected = "prod"', 'line 1: protected must be a list of texts: ["one", "two"].'),
        ("[keys]\n'app.quit' = 3", 'line 2: app.quit of [keys] must be a text in "quotes".'),
        ('[columns]\nservices = "name"', 'line 2: services of [columns] must be a list of texts: ["one", "two"].'),
        ("[refresh]\ninterval = -1", "line 2: refresh.interval must be a number from 0 to 60."),
        ("[refresh]\ninterval = true", "line 2: refresh.interval must be a number from 0 to 60."),
        ("[refresh]\nspeed = 1", "line 2: there is no setting refresh.speed."),
    ],
)
def test_each_wrong_value_is_told_with_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    settings = read(tmp_path, text)
    assert settings.problems == (f"{tmp_path}/config.toml, {said}",)
    assert settings == Settings(problems=settings.problems)


def test_the_annotated_file_sets_nothing_and_is_right_when_all_of_it_is_taken(tmp_path: Path) -> None:
    assert read(tmp_path, default_file()) == Settings()
    lines = default_file().splitlines()
    taken = [line.removeprefix("# ") if re.match(r'# "?[\w.]+"? = ', line) else line for line in lines]
    settings = read(tmp_path, "\n".join(taken))
    assert settings.problems == ()
    assert settings.theme == "dark"
    assert {name.partition(".")[0] for name in SETTINGS} <= set(
        re.findall(r"^\[?(\w+)", "\n".join(taken), re.MULTILINE)
    )

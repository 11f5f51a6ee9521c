"""The user's settings: what is right counts, and what is wrong is told with file, line and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from swarmtui.config import SETTINGS, Recording, Refresh, Settings, default_file, load_settings


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
        ('unhealthy = "last"\n', 'line 1: unhealthy must be "mixed", "only" or "first".'),
        ("unhealthy = [1]\n", "line 1: unhealthy must be"),
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
        unhealthy = "first"
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
        unhealthy="first",
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
    assert settings == Settings(problems=settings.problems, distrust=settings.distrust)


RESTRAINING = {
    "a text for read_only": 'read_only = "yes"',
    "a number for read_only": "read_only = 1",
    "one text for protected": 'protected = "unix:///run/docker.sock"',
    "a number among the protected": 'protected = ["prod", 3]',
    "another spelling": "readonly = true",
    "a dash": "read-only = true",
    "capitals": "READ_ONLY = true",
    "a slip": "read_olny = true",
    "protect": 'protect = ["prod"]',
    "longer": 'protected_endpoints = ["prod"]',
    "a table of its own": "[safety]\nread_only = true",
    "below a table, so that it belongs to that": "[keys]\nread_only = true",
    "below columns": '[columns]\nprotected = ["prod"]',
    "below a table, as a text": '[keys]\nread_only = "true"',
    "below refresh": "[refresh]\nread_only = true",
    "below ssh": "[ssh]\nread_only = true",
    "below the managers": "[ssh.hosts]\nread_only = true",
    "no TOML": "read_only = yes",
    "no TOML further down": "read_only = true\n[keys\n",
    "twice": "read_only = true\nread_only = false",
    "not UTF-8": b"# caf\xe9\nread_only = true",
}


@pytest.mark.parametrize("text", RESTRAINING.values(), ids=RESTRAINING)
def test_a_restraint_that_cannot_be_read_keeps_every_change_back(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    settings = load_settings(path)
    assert settings.distrust in settings.problems
    assert settings.refuses_because == settings.distrust != ""


def test_a_file_that_cannot_be_opened_keeps_every_change_back(tmp_path: Path) -> None:
    assert load_settings(tmp_path).distrust == f"{tmp_path} cannot be read: Is a directory."
    (tmp_path / "config.toml").symlink_to(tmp_path / "gone")
    assert "cannot be read" in load_settings(tmp_path / "config.toml").distrust


@pytest.mark.parametrize(
    "text",
    [
        "",
        "read_only = false\nprotected = []",
        "\ufeff# a byte order mark\nread_only = false",
        'theme = 3\ncolour = 3\n[keys]\n"app.help" = 3\n[refresh]\ninterval = "often"',
        '[ssh.hosts]\nprotected = "ops@10.0.0.1"',
    ],
)
def test_other_mistakes_keep_nothing_back(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).refuses_because == ""


def test_read_only_in_the_file_is_told_as_the_reason(tmp_path: Path) -> None:
    assert read(tmp_path, "\nread_only = true").refuses_because == f"{tmp_path}/config.toml, line 2: read_only = true."


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("readonly", "read_only"),
        ("themes", "theme"),
        ("refresh.intervall", "refresh.interval"),
        ("intervall", "refresh.interval"),
        ("key", "keys"),
        ("ssh.host", "ssh.hosts"),
    ],
)
def test_a_name_that_does_not_exist_gets_a_guess(tmp_path: Path, name: str, meant: str) -> None:
    [problem] = read(tmp_path, f"{name} = 1").problems
    assert problem.endswith(f"there is no setting {name}. Did you mean {meant}?")


@pytest.mark.parametrize("spelled", ["prod", " Prod", "ssh://ops@mgr1/", "SSH://ops@MGR1"])
def test_a_protected_endpoint_is_known_however_it_is_spelled(tmp_path: Path, spelled: str) -> None:
    assert read(tmp_path, f'protected = ["{spelled}"]').protects("prod", "ssh://ops@mgr1")
    assert not read(tmp_path, f'protected = ["{spelled}"]').protects("production", "ssh://ops@mgr12")


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


def test_recording_is_off_unless_the_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert not load_settings(path).record.always
    path.write_text("[record]\nalways = true\nmegabytes = 5\nhours = 0.5\nfiles = 2\n")
    settings = load_settings(path)
    assert settings.problems == ()
    assert settings.record == Recording(always=True, megabytes=5, hours=0.5, files=2)
    path.write_text("[record]\nmegabytes = 0.5\n")
    assert "record.megabytes must be a whole number from 1 to 100000" in load_settings(path).problems[0]

"""The door to the user: questions wait, are answered from any thread, and can be taken back."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from swarmtui.tunnel.questions import (
    HostKeyQuestion,
    NobodyToAsk,
    PassphraseQuestion,
    PasswordQuestion,
    Prompt,
    PromptQueue,
    PromptsQuestion,
)
from tests.patience import DEAD

HOST_KEY = HostKeyQuestion("prod", "10.0.0.1:22", "", "ssh-ed25519", "SHA256:x", Path("/known_hosts"))
PASSPHRASE = PassphraseQuestion(Path("/key"))
PROMPTS = PromptsQuestion("ops", "prod", "", "", (Prompt("Code: "),))


def test_one_question_at_a_time_in_their_order() -> None:
    changes: list[None] = []
    desk = PromptQueue(lambda: changes.append(None))
    first, second = desk.confirm_host_key(HOST_KEY), desk.ask_secret(PASSPHRASE)
    assert len(changes) == 2
    shown = desk.current
    assert shown is not None
    assert shown.question is HOST_KEY
    shown.answer(True)
    assert first.result(0) is True
    assert not shown.is_open
    shown = desk.current
    assert shown is not None
    assert shown.question is PASSPHRASE
    shown.decline()
    assert second.result(0) is None
    assert desk.current is None
    assert len(changes) == 4


def test_declined_host_key_is_no() -> None:
    desk = PromptQueue(lambda: None)
    future = desk.confirm_host_key(HOST_KEY)
    assert desk.current is not None
    desk.current.decline()
    assert future.result(0) is False


def test_question_that_is_taken_back() -> None:
    desk = PromptQueue(lambda: None)
    future = desk.ask_prompts(PROMPTS)
    shown = desk.current
    assert shown is not None
    future.cancel()
    assert not shown.is_open
    assert desk.current is None
    shown.answer(("too late",))  # nobody minds


def test_answer_from_another_thread() -> None:
    desk = PromptQueue(lambda: None)
    future = desk.ask_secret(PasswordQuestion("ops", "prod"))
    shown = desk.current
    assert shown is not None
    threading.Thread(target=shown.answer, args=("secret",)).start()
    assert future.result(DEAD) == "secret"
    assert "secret" not in repr(shown)


def test_nobody_declines_everything() -> None:
    nobody = NobodyToAsk()
    assert nobody.confirm_host_key(HOST_KEY).result(0) is False
    assert nobody.ask_secret(PASSPHRASE).result(0) is None
    assert nobody.ask_prompts(PROMPTS).result(0) is None


@pytest.mark.parametrize("module", ["questions", "status", "targets", "socket_directories", "ssh_config.config_hosts"])
def test_what_others_import_loads_no_asyncssh(module: str) -> None:
    script = f"import sys, swarmtui.tunnel.{module}; sys.exit('asyncssh' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

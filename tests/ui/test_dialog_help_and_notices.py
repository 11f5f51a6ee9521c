"""In a dialog: `?` explains it, and what is told meanwhile stands beside its buttons, never upon them."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from swarmtui.tunnel.questions import HostKeyQuestion, OpenQuestion
from swarmtui.ui.shell.questions import HostKeyDialog
from tests.ui.driving import Program
from tests.ui.test_help_and_palette import help_text
from tests.ui.test_layout import SMALL

NOTICE = "The connection to the manager mgr1 broke. Retrying through mgr2, which is reachable since 12 s."


async def test_help_explains_a_dialog_and_goes_back_to_it(program: Program) -> None:
    await program.resize(*SMALL)
    await program.on_row("2", "web")
    await program.press("s")
    await program.see("Scale web")
    await program.press("question_mark")
    await program.see("↑↓ scroll")
    text = help_text(program)
    for words in ("How many tasks the service should have", "One replica more", "Close without changes", "a warning"):
        assert words in text
    assert "Drain the node" not in text
    await program.press("escape")
    await program.see(r"Replicas +3")
    await program.press("7")
    await program.see("Scale web from 3 to 7")


async def test_f1_explains_a_form_while_a_field_takes_every_letter(program: Program) -> None:
    await program.press("2", "n")
    await program.type("a?")
    await program.see(r"a\?")
    await program.press("f1")
    await program.see("↑↓ scroll")
    assert "8080:80" in help_text(program)
    await program.press("f1")
    await program.see(r"a\?")


async def test_a_notice_covers_neither_the_question_nor_the_buttons(program: Program) -> None:
    await program.resize(*SMALL)
    question = HostKeyQuestion("mgr1", "mgr1:22", "", "ssh-ed25519", f"SHA256:{'x' * 43}", Path("/home/me/known_hosts"))
    dialog = HostKeyDialog(OpenQuestion(question, Future()), question)
    program.app.push_screen(dialog)
    await program.see("Is this mgr1")
    for severity in ("information", "warning", "error"):
        program.app.notify(NOTICE, title="Connection", severity=severity, markup=False)
    await program.read(NOTICE)
    for sentence in ("Is this mgr1? Its host key is unknown", f"SHA256:{'x' * 43}", "▸ No ◂", "Yes, trust it"):
        assert program.says(sentence), sentence
    await program.press("escape")
    await program.until(lambda: len(program.app.screen_stack) == 1)
    await program.see("Retrying through mgr2")


async def test_a_notice_from_before_is_not_told_again_in_a_dialog(program: Program) -> None:
    program.app.notify("told before", markup=False)
    await program.see("told before")
    await program.on_row("2", "web")
    await program.press("s")
    await program.see("Scale web")
    assert not program.says("told before")

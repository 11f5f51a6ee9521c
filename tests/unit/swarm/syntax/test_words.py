"""Names, variables, labels and the words of a command."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.syntax.words import (
    read_command,
    read_label,
    read_service_name,
    read_variable,
)


@pytest.mark.parametrize("name", ["web", "shop_api-2", "A", "a" * 63])
def test_names(name: str) -> None:
    assert read_service_name(name) == name


@pytest.mark.parametrize("name", ["", "-web", "web-", "a b", "wéb", "a.b", "a" * 64, "web\n"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(Unreadable):
        read_service_name(name)


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"))))
def test_words_are_read_back(words: list[str]) -> None:
    assert read_command(shlex.join(words)) == words


def test_pairs() -> None:
    assert read_variable("A=b = c ") == ("A", "b = c ")
    assert read_variable("A=") == ("A", "")
    assert read_label("com.example.only") == ("com.example.only", "")
    for text in ("A", "=b", "A B=c"):
        with pytest.raises(Unreadable):
            read_variable(text)
    for text in ("", "=b", "a b=c"):
        with pytest.raises(Unreadable):
            read_label(text)
    with pytest.raises(Unreadable, match="quote"):
        read_command("echo 'x")

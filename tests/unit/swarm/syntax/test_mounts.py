"""Mounts, read and written; and the references to secrets, configs and networks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.syntax.comma_separated import read_settings, settings_text
from swarmtui.swarm.syntax.mounts import PROPAGATIONS, Mount, read_mount
from swarmtui.swarm.syntax.references import Attachment, FileReference, read_attachment, read_file_reference
from swarmtui.swarm.syntax.unreadable import Unreadable

texts = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12)
names = texts.filter(lambda text: text.strip() == text and text != "")
paths = names.map(lambda text: f"/{text}")


@st.composite
def mounts(draw: st.DrawFn) -> Mount:
    target, read_only = draw(paths), draw(st.booleans())
    kind = draw(st.sampled_from(("volume", "bind", "tmpfs")))
    if kind == "bind":
        return Mount(kind, target, draw(paths), read_only, draw(st.sampled_from(("", *PROPAGATIONS))))
    if kind == "tmpfs":
        size, mode = draw(st.none() | st.integers(1, 2**60)), draw(st.none() | st.integers(0, 0o77777))
        return Mount(kind, target, read_only=read_only, size=size, mode=mode)
    options = st.lists(st.tuples(names.filter(lambda name: "=" not in name), names), max_size=3)
    source = draw(st.just("") | st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,20}", fullmatch=True))
    return Mount(
        kind, target, source, read_only, no_copy=draw(st.booleans()), driver=draw(texts.map(str.strip)),
        options=tuple(draw(options)),
    )  # fmt: skip


@given(mounts())
def test_a_mount_is_read_back(mount: Mount) -> None:
    assert read_mount(mount.text) == read_mount(mount.line) == mount
    assert Mount.of(mount.spec()) in (mount, replace(mount, mode=None), replace(mount, options=_once(mount.options)))


def _once(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Of options with one name the last holds, and one without a value is as good as none for the engine."""
    return tuple(dict(pairs).items())


def test_a_mount_that_holds_more_than_a_line_can_say_is_none() -> None:
    assert Mount.of({"Type": "bind", "Source": "/a", "Target": "/b", "BindOptions": {"CreateMountpoint": True}}) is None
    assert Mount.of({"Type": "bind", "Source": "/a", "Target": "/b", "ReadOnly": False, "VolumeOptions": None})


@pytest.mark.parametrize(
    ("text", "mount"),
    [
        ("data:/var/lib/data", Mount("volume", "/var/lib/data", "data")),
        ("/srv:/srv:ro", Mount("bind", "/srv", "/srv", read_only=True)),
        ("source=data,target=/d", Mount("volume", "/d", "data")),
        ("type=bind,src=/a,dst=/b,readonly", Mount("bind", "/b", "/a", read_only=True)),
        ("type=tmpfs,target=/t,tmpfs-size=10m,tmpfs-mode=1777", Mount("tmpfs", "/t", size=10 * 2**20, mode=0o1777)),
        ("target=/anonymous", Mount("volume", "/anonymous")),
        ('type=bind,"source=/a,b",target=/c', Mount("bind", "/c", "/a,b")),
        ("type=bind,source=/a,target=/b,bind-recursive=disabled", Mount("bind", "/b", "/a", non_recursive=True)),
        (r"type=npipe,source=\\.\pipe\a,target=\\.\pipe\a", Mount("npipe", r"\\.\pipe\a", r"\\.\pipe\a")),
        ("type=cluster,source=group:fast,target=/d", Mount("cluster", "/d", "group:fast")),
        (r"source=data,target=C:\data", Mount("volume", r"C:\data", "data")),
    ],
)
def test_the_ways_to_write_a_mount(text: str, mount: Mount) -> None:
    assert read_mount(text) == mount


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("data", "like data:/var"),
        ("/srv:/srv:rx", "like data:/var"),
        ("source=data", "target=/…"),
        ("data:var", "must be absolute: /…"),
        ("type=bind,source=data,target=/d", "an absolute path on the node"),
        ("source=/srv,target=/d", "type=bind"),
        ("type=tmpfs,source=a,target=/d", "no source"),
        ("type=image,target=/d", "volume, bind, tmpfs, npipe or cluster"),
        ("type=npipe,source=/d,target=/d", r"like \\\\\.\\pipe"),
        ("type=cluster,target=/d", "its name, or a group"),
        ("type=cluster,source=group:,target=/d", "its name, or a group"),
        ("type=cluster,source=a,target=/d,volume-nocopy", "for mounts of type volume"),
        ("type=bind,source=/a,target=/b,tmpfs-size=1m", "for mounts of type tmpfs"),
        ("source=a,target=/b,bind-propagation=shared", "for mounts of type bind"),
        ("source=a,target=/b,consistency=cached", "e edits its whole spec"),
        ("type=tmpfs,target=/t,tmpfs-mode=9", "octal"),
        ("type=tmpfs,target=/t,tmpfs-size=much", "a size"),
        ("target=/t,readonly=perhaps", "true or false"),
        ('"target=/t', "a quote is not closed"),
    ],
)
def test_what_is_wrong_with_a_mount_is_told(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_mount(text)


@given(st.lists(st.tuples(names.map(lambda n: n.replace("=", "").lower().strip() or "x"), names), min_size=1))
def test_settings_are_read_back(settings: list[tuple[str, str]]) -> None:
    assert read_settings(settings_text(settings)) == settings


@given(names, st.just("") | names, st.integers(0, 99), st.integers(0o000, 0o777))
def test_a_reference_is_read_back(source: str, target: str, uid: int, mode: int) -> None:
    reference = FileReference(source, target, str(uid), "0", mode)
    text = reference.text
    if len(text) >= 3 and "mode=0" in text and mode < 0o10:
        return  # docker wants three digits, and so do we
    assert read_file_reference(text) == reference


@given(names, st.lists(names, max_size=2), st.booleans())
def test_a_network_is_read_back(name: str, aliases: list[str], options: bool) -> None:
    attachment = Attachment(name, tuple(aliases), (("a.b", "c=d"),) if options else ())
    assert read_attachment(attachment.text) == attachment


def test_references_that_are_wrong() -> None:
    assert read_file_reference("source=cert,target=/etc/cert,mode=0400,uid=5") == FileReference(
        "cert", "/etc/cert", "5", "0", 0o400
    )
    for text, words in {
        "target=x": "source=",
        "source=a,colour=b": "like name",
        "source=a,mode=9": "octal",
        "source=a,uid=root": "numbers",
    }.items():
        with pytest.raises(Unreadable, match=words):
            read_file_reference(text)
    for text in ("alias=www", "name=a,ip=1.2.3.4", "name=a,driver-opt=b"):
        with pytest.raises(Unreadable):
            read_attachment(text)


@given(st.text())
def test_nothing_typed_is_met_by_anything_but_a_value_or_words(text: str) -> None:
    for read in (read_mount, read_file_reference, read_attachment):
        try:
            read(text)
        except Unreadable:
            continue

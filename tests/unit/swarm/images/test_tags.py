"""Which tags are newer versions of one: of the same form, by numbers, without pre-releases nobody runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.swarm.images.tags import TagVersion, in_order, newer_tags


@pytest.mark.parametrize(
    ("present", "tags", "newer"),
    [
        ("1.5-alpine", "1.4-alpine 1.6-alpine 1.7-alpine 1.7-debian 1.7 latest alpine", "1.7-alpine 1.6-alpine"),
        ("1.9", "1.8 1.10 1.11 1.9.1 2 latest", "1.11 1.10"),
        ("v1.2.3", "1.2.4 v1.2.4 v1.10.0 v1.2.3", "v1.10.0 v1.2.4"),
        ("1.27", "1.28-rc1 1.28.0-beta.2 1.28rc1 1.28", "1.28"),
        ("1.28-rc1", "1.28-beta9 1.28-rc2 1.28 1.27 1.29-alpha1", "1.29-alpha1 1.28 1.28-rc2"),
        ("3.14.0a1-slim", "3.14.0b1-slim 3.14.0-slim 3.14.0rc2", "3.14.0-slim 3.14.0b1-slim"),
        ("2024.05.01", "2024.05.02 2024.4.30 2023.12.31 3.0.0", "2024.05.02"),
        ("3", "4 20240923 2024 3.1 edge", "4"),
        ("20240329", "20230901 20240923 9", "20240923"),
        ("R.2024-05-01T01-11-10Z", "R.2024-05-10T01-41-38Z R.2023-12-30T00-00-00Z", "R.2024-05-10T01-41-38Z"),
        ("1.27-alpine3.19", "1.27-alpine3.20 1.26-alpine3.21 1.28-alpine", "1.27-alpine3.20"),
        ("1.2.3-3f2a1c9", "1.2.4-9b8c7d6 1.2.3-aa11bb2", "1.2.4-9b8c7d6"),
        ("12.4-devel-ubuntu22.04", "12.5-devel-ubuntu22.04 12.5-ubuntu22.04", "12.5-devel-ubuntu22.04"),
        ("3f2a1c9d", "4f2a1c9d 5", ""),
        ("latest", "1.0 2.0", ""),
        ("8.5.0-1", "8.5.0-2 8.5.1-1 8.5.0", "8.5.1-1 8.5.0-2"),
    ],
)  # fmt: skip
def test_newer_versions_of_the_same_form_the_newest_first(present: str, tags: str, newer: str) -> None:
    assert newer_tags(present, tags.split()) == tuple(newer.split())


def test_what_is_looked_for_comes_first() -> None:
    tags = ["latest", "1.25", "1.27-rc1", "1.25-alpine", "1.27-alpine", "alpine", "1.26"]
    wanted = "1.27-alpine 1.25-alpine 1.26 1.25 1.27-rc1 alpine latest"
    assert in_order(tags, "1.26-alpine") == tuple(wanted.split())


numbers = st.lists(st.integers(0, 120), min_size=1, max_size=4).map(lambda each: ".".join(map(str, each)))
tags = st.one_of(
    st.builds(
        lambda *parts: "".join(parts),
        st.sampled_from(["", "v", "release-"]),
        numbers,
        st.sampled_from(["", "-rc1", "b2", "-alpha.3"]),
        st.sampled_from(["", "-alpine", "-alpine3.20", "-3f2a1c9", "-r1"]),
    ),
    st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,40}", fullmatch=True),
)


@given(tags, st.lists(tags))
def test_newer_is_an_order_within_one_form(present: str, others: list[str]) -> None:
    newer = newer_tags(present, [*others, present])
    assert present not in newer
    own = TagVersion.parse(present)
    for at, tag in enumerate(newer):
        version = TagVersion.parse(tag)
        assert own is not None
        assert version is not None
        assert version.form == own.form
        assert present not in newer_tags(tag, [present])
        if version.is_final or not own.is_final:
            assert set(newer_tags(tag, others)) <= set(newer[:at])


@given(st.lists(tags), tags)
def test_every_tag_has_one_place(found: list[str], present: str) -> None:
    ordered = in_order(found, present)
    assert sorted(ordered) == sorted(set(found))
    assert ordered == in_order(reversed(found), present)

"""TagList: which tags a registry has of a repository, or why nobody knows; in words, with what helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.images.tags import newer_tags
from swarmtui.swarm.short_text import clipped, counted
from swarmtui.swarm.syntax.image import ImageName
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.units import age

__all__ = ["MOST_TAGS", "TagList", "newer_of", "newest_words", "refused_list", "repository_of", "said_by", "with_tag"]

MOST_TAGS = 20_000
"""Tags of a repository that are taken in: there are repositories that get one with every build."""
SHOWN = 2
"""Newer tags that are named in a line."""
LONGEST_REASON = 160
_NO_LIST = (405, 501)


@dataclass(frozen=True)
class TagList:
    """What a registry has said when it was asked for the tags of a repository.

    Attributes:
        repository: as docker writes it: "nginx", "registry.example.com:5000/shop/api".
        tags: as the registry lists them, in no order that means anything.
        why_not: why there is no list, a sentence; "" where there is one.
        remedy: what helps against that, sentences; "" where nothing is known to.
        asked_at: when, in seconds since 1970.
        is_whole: no tag was left out.
        with_login: this machine's login for the registry was sent along.
        no_way: it is the way to the registry that failed, or what stands at its end is none.
        remark: from where the registry was asked, where that was not as it should be: a sentence.
    """

    repository: str
    tags: tuple[str, ...] = ()
    why_not: str = ""
    remedy: str = ""
    asked_at: float = 0.0
    is_whole: bool = True
    with_login: bool = False
    no_way: bool = False
    remark: str = ""

    @property
    def found(self) -> bool:
        """Whether the registry has given a list, if an empty one."""
        return not self.why_not

    def told(self, now: float) -> str:
        """ "412 tags, asked 3 min ago": how much is known, and how old that is."""
        number = counted(len(self.tags), "tag") if self.is_whole else f"the first {len(self.tags)} tags"
        login = " with this machine's login" if self.with_login else ""
        seconds = now - self.asked_at
        return f"{number}, asked{login} {'just now' if seconds < 1 else f'{age(seconds)} ago'}"

    @property
    def trouble(self) -> str:
        """Why there is no list, and what helps."""
        return " ".join(filter(None, (self.why_not, self.remedy, self.remark)))


def repository_of(image: str) -> str:
    """An image without tag and digest, as docker writes it; "" of what is no image."""
    try:
        name = ImageName.parse(image.strip())
    except Unreadable:
        return ""
    return ImageName(name.registry, name.repository, "-", "").familiar.removesuffix(":-")


def with_tag(image: str, tag: str) -> str:
    """The image with another tag, and so without a digest."""
    name = ImageName.parse(image.strip())
    return ImageName(name.registry, name.repository, tag, "").familiar


def newer_of(image: str, known: TagList | None) -> tuple[str, ...]:
    """The tags of an image's repository that are newer than its own, the newest first."""
    if known is None or not known.found or known.repository != repository_of(image):
        return ()
    return newer_tags(ImageName.parse(image.strip()).tag, known.tags)


def newest_words(newer: Sequence[str]) -> str:
    """ "1.27, 1.26 (2 more)": the first of them; "" where there are none."""
    more = f" ({len(newer) - SHOWN} more)" if len(newer) > SHOWN else ""
    return f"{', '.join(newer[:SHOWN])}{more}"


def said_by(content: Any) -> tuple[str, str]:
    """The code and the words of a registry's error: the first of its `errors`, as the API has them."""
    for each in Raw(content).each("errors"):
        return each.text("code"), " ".join((each.text("message") or each.text("code")).split())
    return "", ""


def refused_list(
    repository: str, status: int, content: Any, *, with_login: bool, has_login: bool = False, retry_after: str = ""
) -> TagList:
    """What a registry's answer means that is no list.

    Args:
        status: of HTTP.
        content: its body as JSON; None where it is none.
        retry_after: the header of that name.
    """
    name = ImageName.parse(repository)
    registry = name.registry
    code, said = said_by(content)
    words = f": {clipped(said, LONGEST_REASON).rstrip('.')}" if said else ""
    login = f"docker login {registry}".removesuffix(" docker.io")
    if status in (401, 403):
        why = f"{registry} refuses to list the tags of {name.path}{words}."
        if with_login:
            remedy = f"This machine's login was refused, too: log in again with {login}."
        elif has_login:
            remedy = f"This machine's login for it cannot be used: log in again with {login}."
        else:
            remedy = f"Log in on this machine with {login}, and ask again; or the repository does not exist."
    elif status == 429:
        why = f"{registry} answers no more for now: its limit of requests is reached."
        wait = f"Wait {age(float(retry_after))}" if retry_after.isdecimal() else "Wait"
        remedy = f"{wait}, and ask again{'' if with_login else f'; a login ({login}) has a limit of its own'}."
    elif status == 404 and code not in ("", "UNSUPPORTED"):
        why, remedy = f"{registry} has no repository {name.path}.", "Is its name spelt right, and was it pushed?"
    elif status in (404, *_NO_LIST):
        why = f"{registry} lists no tags: it answered {status}{words}."
        remedy = "It does not offer this part of the registry API; look for tags on its page, and type one."
    elif status >= 500:
        why, remedy = f"{registry} is in trouble: it answered {status}{words}.", "Ask again later."
    else:
        why, remedy = f"{registry} gave no list of tags: it answered {status}{words}.", ""
    return TagList(repository, why_not=why, remedy=remedy, with_login=with_login)

"""Why tasks get no node, in words: the sentence for a line, and the lines node by node."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from swarmtui.swarm.diagnosis.scheduling import Filter, Refusal, Survey, constraint_text
from swarmtui.swarm.services.constraints import InvalidConstraint, parse
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.units import cpus_text, rough_size, size_text

__all__ = ["MOST_LINES", "because", "lines_by_node", "why"]

MOST_LINES = 8
"""Lines that tell node by node why; then the other nodes are summed up."""

SORTED = 100
"""Nodes whose names are sorted to name the first ones."""

MOST_NAMES = 4
"""Nodes that are named in a line; then they are counted."""


def why(survey: Survey) -> str:
    """What keeps the next task off every node: "no node has gpu=true", "needs 500 GiB of memory, at most 60 GiB free";
    "" when a node could take it.

    The nodes that the service's placement leaves are what counts: the others were never meant to take it.
    """
    if survey.fits or not survey.refusals:
        return "" if survey.fits else "the swarm has no node"
    if not survey.suitable:
        return _unsuitable(survey.refusals)
    groups: dict[Filter, list[Refusal]] = {}
    for each in survey.suitable:
        groups.setdefault(each.telling.filter, []).append(each)
    every = len(survey.suitable) == len(survey.refusals)
    # What can be helped by a change of the service comes first; a node that is away is known already.
    return "; ".join(_WORDS[which](survey, groups[which], every) for which in _TELLING if which in groups)


def because(survey: Survey) -> str:
    """What to know about that in a sentence, where `why` is not all of it; "" of a swarm without nodes."""
    told = {each.telling.filter for each in survey.suitable or survey.refusals}
    return next((_BECAUSE[which] for which in (*_TELLING, *_BECAUSE) if which in told), "")


def _unsuitable(refusals: Sequence[Refusal]) -> str:
    """No node is one for the service by what it is: the first thing that none of them has."""
    unmet = set(refusals[0].unmet).intersection(*(each.unmet for each in refusals))
    for expression in refusals[0].unmet:
        if expression in unmet:
            return _no_node_has(expression)
    filters = [{reason.filter: reason for reason in each.reasons} for each in refusals]
    if all(Filter.PLATFORM in each for each in filters):
        return f"no node is {filters[0][Filter.PLATFORM].general.removeprefix('is not ')}"
    if all(Filter.PLUGINS in each for each in filters):
        return f"no node has the {filters[0][Filter.PLUGINS].detail.removeprefix('has no ')}"
    if any(Filter.CONSTRAINTS in each for each in filters) and not any(
        Filter.PLATFORM in each or Filter.PLUGINS in each for each in filters
    ):
        texts = list(dict.fromkeys(constraint_text(text) for each in refusals for text in each.unmet))
        return f"no node meets all of {listed(texts)}"
    return "no node meets the constraints and has the platform and plugins"


def _no_node_has(expression: str) -> str:
    text = constraint_text(expression)
    try:
        constraint = parse(expression)
    except InvalidConstraint:
        return f"no node meets {text}"
    if not constraint.equal:
        return f"every node has {text.replace('!=', '=')}"
    return f"no node has {text}"


def _places(refusals: Collection[Refusal], every: bool) -> str:
    """ "wrk1 and wrk2", "all 12 nodes", "12 nodes that qualify"."""
    if len(refusals) <= 3:
        return listed([each.node.name for each in refusals])
    return f"all {len(refusals)} nodes" if every else f"{len(refusals)} nodes"


def _whole(survey: Survey, refusals: Collection[Refusal], every: bool) -> bool:
    return every and len(refusals) == len(survey.refusals)


def _no_room(survey: Survey, refusals: Sequence[Refusal], every: bool) -> str:
    demand = survey.demand
    cpus = max(max(each.free_cpus for each in refusals), 0)
    memory = max(max(each.free_memory for each in refusals), 0)
    wanted, free = list[str](), list[str]()
    for place, (kind, amount) in enumerate(demand.generic):
        left = max(max(each.free_generic[place][1] for each in refusals), 0)
        if amount > left:
            wanted.append(f"{amount} {kind}")
            free.append(str(left))
    lacks_cpus, lacks_memory, lacks_generic = demand.nano_cpus > cpus, demand.memory_bytes > memory, bool(wanted)
    if lacks_cpus or (not lacks_memory and not lacks_generic and demand.nano_cpus):
        wanted.append(cpus_text(demand.nano_cpus))
        free.append(cpus_text(cpus))
    if lacks_memory or (not lacks_cpus and not lacks_generic and demand.memory_bytes):
        wanted.append(f"{size_text(demand.memory_bytes)} of memory")
        free.append(rough_size(memory))
    where = "" if _whole(survey, refusals, every) else f" on {_places(refusals, every)}"
    most = "at most " if len(refusals) > 1 else ""
    together = " together" if len(wanted) > 1 and not (lacks_cpus or lacks_memory or lacks_generic) else ""
    return f"needs {' and '.join(wanted)}{together}, {most}{' and '.join(free)} free{where}"


def _in_use(survey: Survey, refusals: Sequence[Refusal], every: bool) -> str:
    general = {each.telling.general for each in refusals}
    details = {each.telling.detail for each in refusals}
    words = next(iter(details if len(details) == 1 else general if len(general) == 1 else ("host ports are in use",)))
    where = "every node" if _whole(survey, refusals, every) else _places(refusals, every)
    return f"{words} on {where}"


def _volumes(survey: Survey, refusals: Sequence[Refusal], every: bool) -> str:
    details = list(dict.fromkeys(each.telling.detail for each in refusals))
    general = list(dict.fromkeys(each.telling.general for each in refusals))
    if len(details) > 1 and len(general) > 1:
        return f"the cluster volumes cannot be mounted on {_places(refusals, every)}"
    where = "" if _whole(survey, refusals, every) else f" (on {_places(refusals, every)})"
    return f"{details[0] if len(details) == 1 else general[0]}{where}"


def _full(survey: Survey, refusals: Sequence[Refusal], every: bool) -> str:
    where = "every node" if _whole(survey, refusals, every) else _places(refusals, every)
    return f"limit of {survey.demand.most} per node reached on {where}"


def _away(survey: Survey, refusals: Sequence[Refusal], every: bool) -> str:
    words = list[str]()
    by_word: dict[str, list[Refusal]] = {}
    for each in refusals:
        by_word.setdefault(each.telling.detail, []).append(each)
    for word, those in by_word.items():
        words.append(f"{_places(those, every and len(by_word) == 1)} {'is' if len(those) == 1 else 'are'} {word}")
    return "; ".join(words)


_WORDS: dict[Filter, Callable[[Survey, Sequence[Refusal], bool], str]] = {
    Filter.RESOURCES: _no_room,
    Filter.HOST_PORTS: _in_use,
    Filter.MAX_REPLICAS: _full,
    Filter.VOLUMES: _volumes,
    Filter.READY: _away,
}
_TELLING = tuple(_WORDS)

_BECAUSE = {
    Filter.RESOURCES: "Only reservations count, not actual use.",
    Filter.HOST_PORTS: "A node gives each host port to one task only.",
    Filter.MAX_REPLICAS: "The service's placement allows no more of its tasks on a node.",
    Filter.VOLUMES: "A volume's access mode, availability and place say who can mount it: docker volume inspect NAME.",
    Filter.READY: "The nodes that qualify take no new tasks now.",
    Filter.PLUGINS: "A node needs the plugin: docker plugin install NAME on it. Or the spec names another driver.",
    Filter.PLATFORM: "The image is built for another processor or system. Build it for that of the nodes as well.",
    Filter.CONSTRAINTS: "Constraints are compared with the labels as they are written: a typing error looks the same.",
}


# ------------------------------------------------------------------------------------------------ node by node


def lines_by_node(survey: Survey) -> Iterator[str]:
    """A line for the nodes with the same reason: "mgr1, mgr2 and mgr3: node.role is manager, not worker".

    Nodes that the service's placement leaves come first. Where that makes too many lines, nodes that only differ in
    what they have are told together, and the last line sums up the rest.
    """
    ordered = [*survey.suitable, *(each for each in survey.refusals if not each.suits)]
    groups = _grouped(ordered, lambda each: each.telling.detail)
    if len(groups) > MOST_LINES:
        groups = _grouped(ordered, lambda each: each.telling.general or each.telling.detail)
    for words, those in groups[: MOST_LINES if len(groups) <= MOST_LINES else MOST_LINES - 1]:
        yield f"{_names(those)}: {words}"
    rest = groups[MOST_LINES - 1 :] if len(groups) > MOST_LINES else []
    if rest:
        number = sum(len(those) for _, those in rest)
        most = [f"{words} ({len(those)})" for words, those in rest[:2]]
        yield f"and {counted(number, 'other node')}: {', '.join([*most, *(['…'] if len(rest) > 2 else [])])}"


def _names(refusals: Sequence[Refusal]) -> str:
    """Sorting thousands of names takes longer than all else: of many, any will do."""
    if len(refusals) <= SORTED:
        return listed([each.node.name for each in refusals], MOST_NAMES)
    names = [each.node.name for each in refusals[:MOST_NAMES]]
    return f"{', '.join(names)} and {len(refusals) - MOST_NAMES} more"


def _grouped(refusals: Iterable[Refusal], words: Callable[[Refusal], str]) -> list[tuple[str, list[Refusal]]]:
    groups: dict[tuple[bool, Filter, str], list[Refusal]] = {}
    for each in refusals:
        groups.setdefault((each.suits, each.telling.filter, words(each)), []).append(each)
    return [(key[2], those) for key, those in groups.items()]

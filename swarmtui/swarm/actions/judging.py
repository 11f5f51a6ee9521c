"""Actions before the judge: one by itself, or several as the set that they are.

An action says what the swarm will be (`expected`) and which tasks it replaces (`replaces`). Its impact is what the
judge finds in that, and the remarks that it alone can make.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.consequences import Consequence, Impact, Severity, impact_of
from swarmtui.swarm.judgement.replacement import Replacement
from swarmtui.swarm.judgement.sentences import consequences_of, quorum_consequences
from swarmtui.swarm.judgement.verdict import Verdict, judge

__all__ = ["Judged", "SetImpact", "impact_of_set", "verdict_of"]


class Judged(Action):
    """Base of the actions that change nodes and services: the judge tells what comes of them."""

    @abstractmethod
    def remarks(self, cluster: Cluster) -> Impact:
        """What only the action itself knows, and no judge can tell from what the swarm will be."""

    def impact(self, cluster: Cluster) -> Impact:
        verdict, remarks = verdict_of([self], cluster), self.remarks(cluster)
        consequences = [*consequences_of(verdict), *quorum_consequences(verdict), *remarks.consequences]
        return impact_of(consequences, remarks.type_to_confirm or (self.target.name if is_grave(verdict) else ""))


@dataclass(frozen=True)
class SetImpact:
    """What several actions mean as a set.

    Attributes:
        consequences: what comes of all of them together, the worst first.
        remarks: what each has to say for itself, one for each action.
        must_type: whether a press of the button is not enough.
    """

    consequences: tuple[Consequence, ...]
    remarks: tuple[Impact, ...]
    must_type: bool

    @property
    def severity(self) -> Severity:
        return max((each.severity for each in (Impact(self.consequences), *self.remarks)), default=Severity.NOTE)


def verdict_of(actions: Sequence[Action], cluster: Cluster) -> Verdict:
    """What comes of actions, when all of them are done."""
    after, replacements = cluster, dict[str, Replacement]()
    for action in actions:
        replacements |= action.replaces(after)
        after = action.expected(after)
    return judge(cluster, after, replacements)


def impact_of_set(actions: Sequence[Action], cluster: Cluster) -> SetImpact:
    """Judge several actions as one change. Those that the judge knows nothing of speak for themselves alone."""
    verdict = verdict_of(actions, cluster)
    consequences, after, remarks = [*consequences_of(verdict), *quorum_consequences(verdict)], cluster, list[Impact]()
    for action in actions:
        remarks.append(action.remarks(after))
        after = action.expected(after)
    must_type = is_grave(verdict) or any(each.type_to_confirm for each in remarks)
    return SetImpact(impact_of(consequences).consequences, tuple(remarks), must_type)


def is_grave(verdict: Verdict) -> bool:
    """Whether it takes more than the press of a button: nothing could be changed, or run, any more."""
    return verdict.loses_quorum or (verdict.leaves_no_taker and bool(verdict.lost))

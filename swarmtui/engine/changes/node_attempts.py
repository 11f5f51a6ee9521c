"""Attempts at changes on a node's own engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.engine.changes.attempt import LOST, Attempt, warnings_in
from swarmtui.engine.polling.observation import Outcome
from swarmtui.errors import EngineRefused, ObjectNotFound
from swarmtui.swarm.actions.node_call import NodeCall, NodeRemovals

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["NodeCallAttempt", "NodeRemovalsAttempt"]


class NodeCallAttempt(Attempt[NodeCall]):
    """Ask once. That what is to be removed is gone already is as good."""

    def carry_out(self, client: EngineClient) -> Outcome:
        action = self._action
        self.sent += 1
        try:
            answer = client.send(action.method, action.path, action.parameters, action.body)
        except ObjectNotFound:
            if action.method != "DELETE":
                raise
            return Outcome(0, self.sent, ("It was already gone.",))
        except LOST as error:
            self.uncertain = True
            raise type(error)(
                f"{error.message} It is not known whether it was done.",
                f"Check {action.target.name} on {action.node.name} before you try again.",
            ) from error
        return Outcome(0, self.sent, warnings_in(answer), output=action.told(answer))


class NodeRemovalsAttempt(Attempt[NodeRemovals]):
    """Delete one after another. What is gone already is as good; what the engine refuses to remove is told."""

    def carry_out(self, client: EngineClient) -> Outcome:
        action, refused = self._action, dict[str, str]()
        for number, path in enumerate(action.paths):
            if self._closing.is_set():
                refused[path] = "the program was closed before"
                continue
            self.sent += 1
            try:
                client.send(action.method, path, action.parameters, None)
            except ObjectNotFound:
                continue
            except EngineRefused as error:
                refused[path] = str(error)
                if len(refused) == len(action.paths):
                    raise
            except LOST as error:
                self.uncertain = True
                raise type(error)(
                    f"{error.message} {number - len(refused)} of {len(action.paths)} were removed before.",
                    f"Look at {action.node.name} again before you try again.",
                ) from error
        return Outcome(0, self.sent, output=action.told_of(refused))

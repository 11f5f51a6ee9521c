"""How the commands on a service ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.editing.parts import VALUES
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.create import CreateService
from swarmtui.swarm.services.form_change import FormChange
from swarmtui.swarm.services.lines_change import LinesChange
from swarmtui.swarm.services.removal import RemoveService
from swarmtui.swarm.services.rolling import ForceUpdate, ResumeUpdate, RollBack
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.settings import SETTINGS, SetRollbackPolicy, SetUpdatePolicy
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, RawConfirmation, confirm
from swarmtui.ui.kit.dialogs.menu import MenuDialog
from swarmtui.ui.services.create import CreateServiceDialog
from swarmtui.ui.services.form_dialog import FormDialog
from swarmtui.ui.services.lines_dialog import LinesDialog
from swarmtui.ui.services.scale import ScaleDialog
from swarmtui.ui.services.update_image import ImageDialog

__all__ = ["ServiceAskings", "menu_of"]


def _scale(difference: int) -> Callable[[Service, DialogContext], Dialog]:
    def scale(service: Service, context: DialogContext) -> Dialog:
        return ScaleDialog(service, difference, context.observation)

    return scale


def _more(difference: int) -> Callable[[Service, Cluster | None], Action]:
    def more(service: Service, _: Cluster | None) -> Action:
        replicas = int(ScaleService.of(service, replicas=0).seen) + difference
        if replicas < 0:
            raise NotPossible(f"{service.name} is already set to 0.")
        return ScaleService.of(service, replicas)

    return more


def _same_number(service: Service, action: Action, _: Cluster | None) -> Action:
    if not isinstance(action, ScaleService):
        return action
    wanted = ScaleService.of(service, int(action.wanted))
    if wanted.seen == wanted.wanted:
        raise NotPossible(f"{service.name} is already set to {wanted.wanted}.")
    return wanted


def menu_of(choices: Mapping[str, str]) -> Asking:
    """A menu of commands.

    Args:
        choices: what the menu calls each, by their names.
    """
    return Asking(lambda service, _: MenuDialog(f"Change {service.name}: what?", choices))


def _image(_: Service, context: DialogContext) -> Dialog:
    return ImageDialog(context.raw, context.observation)


def _lines(kind: type[LinesChange]) -> Callable[[Service, DialogContext], Dialog]:
    return lambda _, context: LinesDialog(kind, context.raw, context.observation)


def _form(kind: type[FormChange]) -> Callable[[Service, DialogContext], Dialog]:
    def dialog(service: Service, context: DialogContext) -> Dialog:
        if service.spec.mode.name.endswith("-job") and kind in (SetUpdatePolicy, SetRollbackPolicy):
            raise NotPossible(f"{service.name} is a job: its tasks are not replaced one after another.")
        return FormDialog(kind, context.raw, context.observation)

    return dialog


def _create(_: object, context: DialogContext) -> Dialog:
    """The form; with what was typed before, when the engine has refused that."""
    refused = context.refused.pop(CreateService.name, None)
    form = refused.form if isinstance(refused, CreateService) else None
    return CreateServiceDialog(context.observation, form=form, refused=refused is not None)


def _remove(service: Service, _: Cluster | None) -> Action:
    return RemoveService.of(service)


class ServiceAskings:
    """Those of each command; of the sets and the forms by the name of their action."""

    scale: ClassVar[Asking] = Asking(_scale(0), (ScaleService,), again=_same_number)
    more: ClassVar[Asking] = Asking(_scale(1), (ScaleService,), each=_more(1))
    less: ClassVar[Asking] = Asking(_scale(-1), (ScaleService,), each=_more(-1))
    image: ClassVar[Asking] = Asking(_image, (UpdateImage,))
    force: ClassVar[Asking] = Asking(RawConfirmation(ForceUpdate.of), (ForceUpdate,))
    roll_back: ClassVar[Asking] = Asking(RawConfirmation(RollBack.of), (RollBack,))
    lines: ClassVar[dict[str, Asking]] = {
        kind.name: Asking(_lines(kind), (kind,)) for kind in VALUES if issubclass(kind, LinesChange)
    }
    forms: ClassVar[dict[str, Asking]] = {kind.name: Asking(_form(kind), (kind,)) for kind in SETTINGS}
    resume: ClassVar[Asking] = Asking(RawConfirmation(ResumeUpdate.of), (ResumeUpdate,))
    remove: ClassVar[Asking] = Asking(confirm(_remove), (RemoveService,))
    create: ClassVar[Asking] = Asking(_create, (CreateService,))

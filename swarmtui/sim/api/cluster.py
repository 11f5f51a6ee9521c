"""The calls about the swarm: itself, its nodes, services and tasks.

Status codes and the order of the checks are those of moby's `daemon/server/router/swarm/cluster_routes.go`.
"""

from __future__ import annotations

from aiohttp import web

from swarmtui.sim.api import answers, logs, query
from swarmtui.sim.api.call import Call


async def swarm_inspect(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.swarm.inspect())


async def swarm_init(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.swarm.init(await call.read("swarm.InitRequest")))


async def swarm_join(call: Call) -> web.StreamResponse:
    call.engine.swarm.join(await call.read("swarm.JoinRequest"))
    return answers.empty()


async def swarm_leave(call: Call) -> web.StreamResponse:
    call.engine.swarm.leave(call.flag("force"))
    return answers.empty()


async def swarm_update(call: Call) -> web.StreamResponse:
    spec = await call.read("swarm.Spec")
    version = query.version_number(call.query, "invalid swarm version '{value}': {reason}")
    plain = "{name}: {value}"
    call.engine.swarm.update(
        version,
        spec,
        rotate_worker_token=query.strict_bool(call.query, "rotateWorkerToken", plain),
        rotate_manager_token=query.strict_bool(call.query, "rotateManagerToken", plain),
        rotate_manager_unlock_key=query.strict_bool(call.query, "rotateManagerUnlockKey", plain),
    )
    return answers.empty()


async def swarm_unlock_key(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.swarm.unlock_key())


async def swarm_unlock(call: Call) -> web.StreamResponse:
    call.engine.swarm.unlock(await call.read("swarm.UnlockRequest"))
    return answers.empty()


async def node_list(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.nodes.list(call.filters()))


async def node_inspect(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.nodes.inspect(call.name))


async def node_update(call: Call) -> web.StreamResponse:
    spec = await call.read("swarm.NodeSpec")
    version = query.version_number(call.query, "invalid node version '{value}': {reason}")
    call.engine.nodes.update(call.name, version, spec)
    return answers.empty()


async def node_remove(call: Call) -> web.StreamResponse:
    call.engine.nodes.remove(call.name, call.flag("force"))
    return answers.empty()


async def service_list(call: Call) -> web.StreamResponse:
    filters = call.filters(status=400)
    return answers.json(call.engine.services.list(filters, query.strict_bool(call.query, "status")))


async def service_inspect(call: Call) -> web.StreamResponse:
    defaults = query.strict_bool(call.query, "insertDefaults")
    return answers.json(call.engine.services.inspect(call.name, defaults))


async def service_create(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.services.create(await call.read("swarm.ServiceSpec")), 201)


async def service_update(call: Call) -> web.StreamResponse:
    spec = await call.read("swarm.ServiceSpec")
    version = query.version_number(call.query, "invalid service version '{value}': {reason}")
    answer = call.engine.services.update(
        call.name,
        version,
        spec,
        rollback=call.query.get("rollback", ""),
        registry_auth_from=call.query.get("registryAuthFrom", ""),
    )
    return answers.json(answer)


async def service_remove(call: Call) -> web.StreamResponse:
    call.engine.services.remove(call.name)
    return answers.empty()


async def service_logs(call: Call) -> web.StreamResponse:
    request = logs.of_swarm(call.query)
    return await logs.send(call, request, call.engine.logs.service(call.name))


async def task_list(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.tasks.list(call.filters()))


async def task_inspect(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.tasks.inspect(call.name))


async def task_logs(call: Call) -> web.StreamResponse:
    request = logs.of_swarm(call.query)
    return await logs.send(call, request, call.engine.logs.task(call.name))

"""Objects as the engine's JSON. Shapes: as engines 20.10 and 26.1 give them; sources: moby daemon/cluster/convert.

Tasks are put together from bytes, not from dicts: their spec is encoded once for a whole service, and each keeps its
JSON until it changes. A list of 150,000 is then one join.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network

from swarmtui.sim.bodies.shown import shown as shown_as
from swarmtui.sim.manager import authority
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import USUAL_POOLS, Blob, Network, Node, Object, Service, Swarm, Task, dotted
from swarmtui.sim.objects.spec import JSON, encode
from swarmtui.sim.objects.timestamps import iso
from swarmtui.sim.scheduler.genericresource import shown

_STATES = {number: name.encode() for number, name in states.NAMES.items()}


def array(items: Iterable[bytes]) -> bytes:
    """A JSON array of what is encoded already; a big one is copied only once."""
    parts = list(items)
    if not parts:
        return b"[]"
    parts[0] = b"[" + parts[0]
    parts[-1] += b"]"
    return b",".join(parts)


def meta(thing: Object) -> JSON:
    """The fields that every object begins with."""
    version = {"Index": thing.version} if thing.version else {}
    return {"ID": thing.id, "Version": version, "CreatedAt": iso(thing.created), "UpdatedAt": iso(thing.updated)}


# ----------------------------------------------------------------------------------------------- tasks


def task(thing: Task) -> bytes:
    """A task's JSON."""
    if thing.cached is None:
        thing.cached = _task(thing)
    return thing.cached


def _task(thing: Task) -> bytes:
    slot = f'"Slot":{thing.slot},' if thing.slot else ""
    node = f'"NodeID":"{thing.node_id}",' if thing.node_id else ""
    head = (
        f'{{"ID":"{thing.id}","Version":{{"Index":{thing.version}}},"CreatedAt":"{iso(thing.created)}",'
        f'"UpdatedAt":"{iso(thing.updated)}","Labels":{{}},"Spec":'
    )
    middle = f',"ServiceID":"{thing.service_id}",{slot}{node}"Status":'
    parts = [head.encode(), thing.spec.task.encoded, middle.encode(), _task_status(thing)]
    parts += [b',"DesiredState":"', _STATES[thing.desired], b'"']
    if thing.addresses:
        parts.append(b',"NetworksAttachments":')
        parts.append(array(_attachment(network, address) for network, address in thing.addresses))
    if thing.volumes:
        given = [{"ID": id, "Source": source, "Target": target} for id, source, target in thing.volumes]
        parts += [b',"Volumes":', encode(given)]
    if thing.assigned:
        parts += [b',"GenericResources":', encode(shown(thing.assigned))]
    if thing.iteration is not None:
        parts.append(b',"JobIteration":' + (f'{{"Index":{thing.iteration}}}' if thing.iteration else "{}").encode())
    parts.append(b"}")
    return b"".join(parts)


def _task_status(thing: Task) -> bytes:
    status = (
        f'{{"Timestamp":"{iso(thing.timestamp)}","State":"{states.NAMES[thing.state]}",'
        f'"Message":{_text(thing.message)}{_error(thing.err)}'
    )
    if thing.container_id is not None:
        status += (
            f',"ContainerStatus":{{"ContainerID":"{thing.container_id}","PID":{thing.pid},'
            f'"ExitCode":{thing.exit_code}}}'
        )
    return status.encode() + b',"PortStatus":' + _ports(thing) + b"}"


def _text(text: str) -> str:
    return encode(text).decode()


def _error(text: str) -> str:
    return f',"Err":{_text(text)}' if text else ""


def _ports(thing: Task) -> bytes:
    """The ports that a running task has opened on its node."""
    if thing.state != states.RUNNING or not thing.spec.ports:
        return b"{}"
    host = [port for port in thing.spec.ports if port["PublishMode"] == "host"]
    return encode({"Ports": host}) if host else b"{}"


def _attachment(network: Network, address: int) -> bytes:
    given = f',"Addresses":["{dotted(address)}/{network.prefix}"]' if address else ""
    return b'{"Network":' + _network_of_task(network) + given.encode() + b"}"


def _network_of_task(thing: Network) -> bytes:
    if thing.cached is None:
        spec: JSON = {"Name": thing.name, "Labels": thing.spec.get("Labels") or {}}
        spec["DriverConfiguration"] = {} if thing.ingress else {"Name": thing.driver}
        spec |= {"IPv6Enabled": True} if thing.spec.get("EnableIPv6") else {}
        spec |= {key: True for key in ("Attachable", "Internal", "Ingress") if thing.spec.get(key)}
        asked = {"Driver": {}} if thing.ingress else thing.spec.get("IPAM")
        spec |= {"IPAMOptions": asked} if asked else {}
        spec["Scope"] = "swarm"
        shown = {**meta(thing), "Spec": spec}
        if thing.node_local:
            shown |= {"DriverState": {"Name": thing.driver}, "IPAMOptions": {"Driver": {}}}
        elif thing.allocated:
            state = {"Name": "overlay", "Options": driver_options(thing)}
            ipam = {"Driver": {"Name": "default"}, "Configs": subnets(thing)}
            shown |= {"DriverState": state, "IPAMOptions": ipam}
        thing.cached = encode(shown)
    return thing.cached


def driver_options(thing: Network) -> dict[str, str]:
    """What the driver was told of a network."""
    numbers = range(thing.vxlan, thing.vxlan + len(subnets(thing)))
    return {"com.docker.network.driver.overlay.vxlanid_list": ",".join(map(str, numbers))}


def subnets(thing: Network) -> list[JSON]:
    """A network's addresses: those that were asked for, with a gateway each, or the ones it was given."""
    own: JSON = {"Subnet": f"{dotted(thing.base)}/{thing.prefix}", "Gateway": dotted(thing.gateway)}
    asked = (thing.spec.get("IPAM") or {}).get("Configs") or []
    return [{**each, **_gateway(each, own)} for each in asked if each.get("Subnet")] or [own]


def _gateway(asked: JSON, own: JSON) -> JSON:
    if asked["Subnet"] == own["Subnet"]:
        return {"Gateway": own["Gateway"]}
    return {"Gateway": asked.get("Gateway") or str(ip_network(asked["Subnet"], strict=False)[1])}


# -------------------------------------------------------------------------------------------- services


def service(thing: Service) -> bytes:
    """A service's JSON, with its closing brace."""
    if thing.cached is None:
        parts = [encode(meta(thing))[:-1], b',"Spec":', thing.spec.encoded]
        if thing.previous is not None:
            parts += [b',"PreviousSpec":', thing.previous.encoded]
        parts.append(b',"Endpoint":' + encode(_endpoint(thing)))
        if thing.update_status is not None:
            parts.append(b',"UpdateStatus":' + encode(_update_status(thing)))
        if thing.spec.is_job:
            iteration = {"Index": thing.iteration} if thing.iteration else {}
            job = {"JobIteration": iteration, "LastExecution": iso(thing.last_execution)}
            parts.append(b',"JobStatus":' + encode(job))
        parts.append(b"}")
        thing.cached = b"".join(parts)
    return thing.cached


def _endpoint(thing: Service) -> JSON:
    endpoint: JSON = {"Spec": thing.spec.endpoint or {} if thing.allocated else {}}
    if thing.ports:
        endpoint["Ports"] = thing.ports
    if thing.vips:
        endpoint["VirtualIPs"] = [
            {"NetworkID": network.id, **({"Addr": f"{dotted(address)}/{network.prefix}"} if address else {})}
            for network, address in thing.vips
        ]
    return endpoint


def _update_status(thing: Service) -> JSON:
    status = thing.update_status
    assert status is not None
    result: JSON = {"State": status.state, "StartedAt": iso(status.started)}
    if status.completed is not None:
        result["CompletedAt"] = iso(status.completed)
    return {**result, "Message": status.message}


# ----------------------------------------------------------------------------------------------- nodes


def node(thing: Node, manager_status: JSON | None) -> bytes:
    """A node's JSON; how it is as a manager is for the asked manager to say."""
    if thing.cached is None:
        name = {"Name": thing.name} if thing.name else {}
        spec = {**name, "Labels": thing.labels, "Role": thing.desired_role, "Availability": thing.availability}
        message = {"Message": thing.message} if thing.message else {}
        status = {"State": thing.state, **message, "Addr": thing.addr}
        thing.cached = b"".join(
            [
                encode({**meta(thing), "Spec": spec})[:-1],
                b',"Description":',
                thing.machine.description(),
                b',"Status":',
                encode(status),
            ]
        )
    if manager_status is None:
        return thing.cached + b"}"
    return thing.cached + b',"ManagerStatus":' + encode(manager_status) + b"}"


# ---------------------------------------------------------------------------------------------- others


def secret(thing: Blob) -> JSON:
    """A secret: its data is never given out."""
    return {**meta(thing), "Spec": _blob_spec(thing)}


def config(thing: Blob) -> JSON:
    """A config, with its data."""
    return {**meta(thing), "Spec": {**_blob_spec(thing), "Data": thing.data}}


def _blob_spec(thing: Blob) -> JSON:
    spec: JSON = {"Name": thing.name, "Labels": thing.labels}
    if thing.driver is not None:
        spec["Driver"] = thing.driver
    if thing.templating is not None:
        spec["Templating"] = thing.templating
    return spec


def swarm_info(thing: Swarm) -> JSON:
    """The swarm as /info shows it to managers."""
    return {
        **meta(thing),
        "Spec": shown_as("swarm.Spec", thing.spec),
        "TLSInfo": authority.shown(thing),
        "RootRotationInProgress": bool(thing.next_ca),
        "DefaultAddrPool": list(thing.pools or USUAL_POOLS),
        "SubnetSize": thing.subnet_size,
        "DataPathPort": thing.data_path_port,
    }


def swarm(thing: Swarm) -> JSON:
    """The swarm with its join tokens."""
    tokens = {"Worker": thing.worker_token, "Manager": thing.manager_token}
    return {**swarm_info(thing), "JoinTokens": tokens}

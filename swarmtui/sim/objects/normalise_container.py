"""A posted container spec as the engine gives it back. Rules: moby daemon/cluster/convert/container.go."""

from __future__ import annotations

from swarmtui.sim.control.errors import ApiError, Panic
from swarmtui.sim.objects.spec import JSON

_MOUNTS = ("bind", "volume", "tmpfs", "npipe", "cluster")
_NOT_KEPT = ("Consistency", "BindOptions", "ImageOptions", "ClusterOptions")
_PROPAGATIONS = ("rprivate", "private", "rshared", "shared", "rslave", "slave")
_PROFILES = {"Seccomp": ("unconfined", "custom"), "AppArmor": ("disabled",)}
_ISOLATIONS = ("hyperv", "process")


def container(raw: JSON) -> JSON:
    """A container spec with what the engine fills in; ApiError for what it does not take."""
    if any(each is None for key in ("Secrets", "Ulimits") for each in raw.get(key) or []):
        raise Panic
    result = dict(raw)
    isolation = str(raw.get("Isolation") or "").lower()
    result["Isolation"] = isolation if isolation in _ISOLATIONS else "default"
    if raw.get("Privileges") is not None:
        result["Privileges"] = _privileges(raw["Privileges"])
    for each in raw.get("Configs") or []:
        _check_config(each)
    if raw.get("Mounts"):
        result["Mounts"] = [_mount(each) for each in raw["Mounts"]]
    if raw.get("Healthcheck") is not None:
        check = raw["Healthcheck"]
        result["Healthcheck"] = {**check, "Retries": _as_int32(check.get("Retries") or 0)}
    return result


def _privileges(raw: JSON) -> JSON:
    """A credential spec has one source; profiles of no known mode have the usual one."""
    result = dict(raw)
    for key, modes in _PROFILES.items():
        if raw.get(key) is not None:
            mode = raw[key].get("Mode")
            result[key] = {**raw[key], "Mode": mode if mode in modes else "default"}
    given = raw.get("CredentialSpec")
    if given is None:
        return result
    sources = [f'"{key.lower()}"' for key in ("Config", "File", "Registry") if given.get(key)]
    if not sources:
        fault = 'must either provide "file", "registry", or "config" for credential spec'
    elif len(sources) == 2:
        fault = f"cannot specify both {sources[0]} and {sources[1]} credential specs"
    elif len(sources) > 2:
        fault = f"cannot specify both {', '.join(sources[:-1])}, and {sources[-1]} credential specs"
    else:
        return result
    raise ApiError(400, f"invalid CredentialSpec: {fault}")


def _check_config(raw: JSON | None) -> None:
    """A config is for a file or for the runtime."""
    if raw is None:
        raise Panic
    given = [key for key in ("File", "Runtime") if raw.get(key) is not None]
    if not given:
        raise ApiError(400, "invalid Config: either File or Runtime should be set")
    if len(given) > 1:
        raise ApiError(400, "invalid Config: cannot specify both File and Runtime")


def _mount(raw: JSON) -> JSON:
    """A mount whose kind is known; how consistent it is, is not kept."""
    kind = str(raw.get("Type") or "bind")
    if kind.lower() not in _MOUNTS:
        raise ApiError(400, f'invalid MountType: "{kind}"')
    kept = {key: value for key, value in raw.items() if key not in _NOT_KEPT}
    bind = raw.get("BindOptions")
    if bind is not None:
        propagation = str(bind.get("Propagation") or "")
        if propagation and propagation.lower() not in _PROPAGATIONS:
            raise ApiError(400, f'invalid MountPropagation: "{propagation}"')
        recursive = not bind.get("NonRecursive")
        if propagation or not recursive:
            kept["BindOptions"] = {"Propagation": propagation.lower() or "rprivate", "NonRecursive": not recursive}
    return {**kept, "Type": kind.lower()}


def _as_int32(number: int) -> int:
    """A number as 32 bits hold it."""
    return (number + (1 << 31)) % (1 << 32) - (1 << 31)

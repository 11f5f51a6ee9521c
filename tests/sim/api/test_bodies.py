"""Bodies as clients of other languages send them, over a node's socket; answers as engines have them."""

from __future__ import annotations

import json

import aiohttp
import pytest

from .conftest import IMAGE, Served

CONTAINER = {"Image": IMAGE}


async def kept(served: Served, **fields: object) -> dict[str, object]:
    """A service's template as it is shown after it was created with these fields of its container."""
    spec = {"Name": "x", "TaskTemplate": {"ContainerSpec": {**CONTAINER, **fields}}}
    answer = await served.ask("POST", "/services/create", spec)
    assert answer.status == 201, answer.data
    shown = await served.get(f"/services/{answer.json['ID']}")
    found: dict[str, object] = shown["Spec"]["TaskTemplate"]["ContainerSpec"]
    return found


async def test_keys_in_any_case_make_the_same_service(served: Served) -> None:
    body = json.dumps({"name": "x", "tasktemplate": {"containerspec": {"image": IMAGE}}, "mode": {"global": {}}})
    assert (await served.ask("POST", "/services/create", body)).status == 201
    spec = (await served.get("/services/x"))["Spec"]
    assert (spec["TaskTemplate"]["ContainerSpec"]["Image"], spec["Mode"]) == (IMAGE, {"Global": {}})


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        (
            "/services/create",
            '{"Labels":{"a":1}}',
            "number into Go struct field ServiceSpec.Annotations.Labels of type string",
        ),
        ("/secrets/create", '{"name":5}', "number into Go struct field SecretSpec.Annotations.Name of type string"),
        (
            "/configs/create",
            '{"Labels":[]}',
            "array into Go struct field ConfigSpec.Annotations.Labels of type map[string]string",
        ),
        (
            "/networks/create",
            '{"Internal":1}',
            "number into Go struct field NetworkCreateRequest.NetworkCreate.Internal of type bool",
        ),
        ("/swarm/join", '{"RemoteAddrs":"x"}', "string into Go struct field JoinRequest.RemoteAddrs of type []string"),
        ("/swarm/unlock", "[]", "array into Go value of type swarm.UnlockRequest"),
    ],
)
async def test_wrong_types_are_refused_on_every_path(served: Served, path: str, body: str, sentence: str) -> None:
    answer = await served.ask("POST", path, body)

    assert (answer.status, answer.message) == (400, f"json: cannot unmarshal {sentence}")


async def test_null_is_no_value(served: Served) -> None:
    check = {"Test": ["CMD", "true"], "Retries": None, "Interval": None}
    shown = await kept(served, Healthcheck=check, Env=None, TTY=None, Mounts=[None])
    assert shown == {
        "Image": IMAGE,
        "Mounts": [{"Type": "bind"}],
        "Healthcheck": {"Test": ["CMD", "true"]},
        "Isolation": "default",
    }


async def test_of_mounts_and_files_everything_is_shown_that_an_engine_shows(served: Served) -> None:
    bind = {
        "Type": "BIND",
        "Target": "/a",
        "Source": "/b",
        "Consistency": "cached",
        "BindOptions": {"NonRecursive": True},
    }
    plain = {"Type": "bind", "Target": "/c", "Source": "/d", "BindOptions": {}}
    secret = (await served.ask("POST", "/secrets/create", {"Name": "s", "Data": "QUJD"})).json["ID"]
    file = {"SecretID": secret, "SecretName": "s", "File": {"Name": "s"}}
    shown = await kept(served, Mounts=[bind, plain], Secrets=[file])
    options = {"Propagation": "rprivate", "NonRecursive": True}
    assert shown["Mounts"] == [
        {"Type": "bind", "Source": "/b", "Target": "/a", "BindOptions": options},
        {"Type": "bind", "Source": "/d", "Target": "/c"},
    ]
    assert shown["Secrets"] == [
        {"File": {"Name": "s", "UID": "", "GID": "", "Mode": 0}, "SecretID": secret, "SecretName": "s"}
    ]


async def test_networks_of_the_service_itself_stay_there_and_its_tasks_have_them(served: Served) -> None:
    network = (await served.ask("POST", "/networks/create", {"Name": "net", "Driver": "overlay"})).json["Id"]
    await served.service("web", 1, Networks=[{"Target": "net"}])
    spec = (await served.get("/services/web"))["Spec"]
    assert (spec["Networks"], "Networks" in spec["TaskTemplate"]) == ([{"Target": network}], False)
    (task,) = await served.get('/tasks?filters={"service":["web"]}')
    assert [each["Network"]["ID"] for each in task["NetworksAttachments"]] == [network]


async def test_a_secret_of_a_driver_needs_its_plugin(served: Served) -> None:
    answer = await served.ask("POST", "/secrets/create", {"Name": "s", "Driver": {"Name": "vault"}})
    assert (answer.status, answer.message) == (500, 'rpc error: code = Unknown desc = plugin "vault" not found')
    answer = await served.ask("POST", "/secrets/create", {"Name": "s", "Data": "QUJD", "Driver": {}})
    assert answer.message == "rpc error: code = InvalidArgument desc = secret driver must have a name"


@pytest.mark.parametrize("image", ["UPPER/x", "Ubuntu", "ab" * 32, "x@sha256:12", "a//b"])
async def test_images_that_no_engine_takes(served: Served, image: str) -> None:
    spec = {"Name": "x", "TaskTemplate": {"ContainerSpec": {"Image": image}}}
    answer = await served.ask("POST", "/services/create", spec)
    wanted = f'rpc error: code = InvalidArgument desc = ContainerSpec: "{image}" is not a valid repository/tag'
    assert (answer.status, answer.message) == (400, wanted)


async def test_what_an_engine_s_own_code_fails_on_gets_no_answer(served: Served) -> None:
    spec = {"Name": "x", "TaskTemplate": {"ContainerSpec": {**CONTAINER, "Secrets": [None]}}}
    with pytest.raises(aiohttp.ClientError):
        await served.ask("POST", "/services/create", spec)
    assert (await served.ask("GET", "/services")).json == []


@pytest.mark.parametrize(
    ("mount", "err"),
    [
        (
            {"Type": "bind", "Source": "/nosuch", "Target": "/x"},
            'invalid mount config for type "bind": bind source path does not exist: /nosuch',
        ),
        ({"Type": "bind", "Source": "b", "Target": "/x"}, "invalid bind mount source, must be an absolute path: b"),
        ({"Type": "volume", "Source": "v", "Target": "x"}, "invalid mount target, must be an absolute path: x"),
    ],
)
async def test_mounts_that_cannot_be_made_are_the_task_s_end(served: Served, mount: dict[str, str], err: str) -> None:
    await kept(served, Mounts=[mount])
    served.cluster.advance(10)
    tasks = await served.get('/tasks?filters={"service":["x"]}')
    assert ("rejected", err) in {(each["Status"]["State"], each["Status"].get("Err")) for each in tasks}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("Env", ["A={{.Nonsense}}"], 'expanding env failed: expanding env "A={{.Nonsense}}": template: expansion:1:2'),
        (
            "Hostname",
            "{{.Task.Nonsense}}",
            "expanding hostname failed: template: expansion:1:7: executing "
            '"expansion" at <.Task.Nonsense>: can\'t evaluate field Nonsense in type struct { ID string; '
            "Name string; Slot string }",
        ),
        ("Mounts", [{"Type": "volume", "Target": "/{{.Node"}], "expanding mounts failed: expanding mount target"),
    ],
)
async def test_templates_that_no_node_could_expand_are_refused(
    served: Served, field: str, value: object, sentence: str
) -> None:
    spec = {"Name": "x", "TaskTemplate": {"ContainerSpec": {**CONTAINER, field: value}}}
    answer = await served.ask("POST", "/services/create", spec)
    assert answer.status == 400
    assert answer.message.startswith(f"rpc error: code = InvalidArgument desc = {sentence}")

"""Bodies are read as Go's decoder reads them; sentences and values as the lab's engine 20.10 has them."""

from __future__ import annotations

import json

import pytest

from swarmtui.sim.bodies.decode import BodyFault, decoded


def service(body: str) -> dict[str, object]:
    return decoded(body.encode(), "swarm.ServiceSpec")


def refusal(body: str, name: str = "swarm.ServiceSpec") -> str:
    with pytest.raises(BodyFault) as caught:
        decoded(body.encode(), name, known=(1, 41))
    return str(caught.value)


def container(field: str, value: str) -> str:
    return f'{{"TaskTemplate":{{"ContainerSpec":{{"{field}":{value}}}}}}}'


def test_keys_are_matched_without_regard_to_case_and_the_last_of_two_wins() -> None:
    mode = '"Mode":{"replicated":{"replicas":3}}'
    body = f'{{"name":"x","tasktemplate":{{"containerspec":{{"IMAGE":"alpine"}}}},{mode},"NAME":"y"}}'
    assert service(body) == {
        "Name": "y",
        "TaskTemplate": {"ContainerSpec": {"Image": "alpine"}},
        "Mode": {"Replicated": {"Replicas": 3}},
    }


def test_objects_that_are_given_twice_are_one() -> None:
    template = '"TaskTemplate":{"ForceUpdate":1},"tasktemplate":{"Runtime":"container"}'
    body = f'{{"Labels":{{"a":"1"}},"labels":{{"b":"2"}},{template}}}'
    assert service(body) == {
        "Labels": {"a": "1", "b": "2"},
        "TaskTemplate": {"ForceUpdate": 1, "Runtime": "container"},
    }


def test_null_is_as_good_as_absent() -> None:
    assert service('{"Name":null,"Mode":null,"UpdateConfig":null,"Labels":{"a":"1"},"Labels":null}') == {}
    nulls = '{"Retries":null,"Test":null,"Interval":null}'
    assert service(container("Healthcheck", nulls)) == {"TaskTemplate": {"ContainerSpec": {"Healthcheck": {}}}}
    assert service("null") == {}


def test_null_in_a_list_or_a_map_is_an_empty_value() -> None:
    assert service(container("Env", '["A=1",null]')) == {"TaskTemplate": {"ContainerSpec": {"Env": ["A=1", ""]}}}
    assert service('{"Labels":{"a":null}}') == {"Labels": {"a": ""}}


def test_unknown_fields_and_what_follows_the_object_are_dropped() -> None:
    assert service('{"Nonsense":{"a":[1]},"Name":"x"} and more') == {"Name": "x"}


def test_an_old_client_cannot_set_what_its_version_does_not_know() -> None:
    mount = '[{"Target":"/tmp","TmpfsOptions":{"SizeBytes":1,"Options":[["noexec"]]}}]'
    body = f'{{"TaskTemplate":{{"ContainerSpec":{{"Sysctls":{{"a":"b"}},"Ulimits":[{{}}],"Mounts":{mount}}}}}}}'
    assert decoded(body.encode(), "swarm.ServiceSpec", (1, 40)) == {
        "TaskTemplate": {
            "ContainerSpec": {"Sysctls": {"a": "b"}, "Mounts": [{"Target": "/tmp", "TmpfsOptions": {"SizeBytes": 1}}]}
        }
    }


def test_an_old_engine_does_not_look_at_fields_that_came_later() -> None:
    body = container("OomScoreAdj", '"text"').encode()
    with pytest.raises(BodyFault):
        decoded(body, "swarm.ServiceSpec", (1, 41), (1, 51))
    assert decoded(body, "swarm.ServiceSpec", (1, 41), (1, 41)) == {"TaskTemplate": {"ContainerSpec": {}}}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (container("Env", '"A=1"'), "string into Go struct field {container}.Env of type []string"),
        (container("Env", "[1]"), "number into Go struct field {container}.Env of type string"),
        (container("TTY", '"yes"'), "string into Go struct field {container}.TTY of type bool"),
        (
            container("Mounts", '[{"Type":1}]'),
            "number into Go struct field Mount.{template}.Mounts.Type of type mount.Type",
        ),
        (
            container("StopGracePeriod", '"10s"'),
            "string into Go struct field {container}.StopGracePeriod of type time.Duration",
        ),
        ('{"Labels":{"a":1}}', "number into Go struct field ServiceSpec.Labels of type string"),
        (
            '{"Mode":{"Replicated":{"Replicas":-1}}}',
            "number -1 into Go struct field ReplicatedService.Mode.Replicated.Replicas of type uint64",
        ),
        (
            '{"EndpointSpec":{"Ports":[{"TargetPort":8080.5}]}}',
            "number 8080.5 into Go struct field PortConfig.EndpointSpec.Ports.TargetPort of type uint32",
        ),
        (
            '{"UpdateConfig":{"Delay":99999999999999999999}}',
            "number 99999999999999999999 into Go struct field UpdateConfig.UpdateConfig.Delay of type time.Duration",
        ),
        ('{"Name":1,"Labels":1}', "number into Go struct field ServiceSpec.Name of type string"),
        ("[]", "array into Go value of type swarm.ServiceSpec"),
        ('"x"', "string into Go value of type swarm.ServiceSpec"),
    ],
)  # fmt: skip
def test_wrong_types_are_refused(body: str, sentence: str) -> None:
    places = {"container": "ContainerSpec.TaskTemplate.ContainerSpec", "template": "TaskTemplate.ContainerSpec"}
    assert refusal(body) == f"json: cannot unmarshal {sentence.format(**places)}"


def test_newer_engines_name_embedded_structs_too() -> None:
    with pytest.raises(BodyFault) as caught:
        service('{"Labels":true}')
    of = "ServiceSpec.Annotations.Labels of type map[string]string"
    assert str(caught.value) == f"json: cannot unmarshal bool into Go struct field {of}"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "got EOF while reading request body"),
        ("{", "unexpected EOF"),
        ('{"a":"b', "unexpected EOF"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("'a'", r"invalid character '\'' looking for beginning of value"),
        ('{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":[1 2]}', "invalid character '2' after array element"),
        ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        ('{"a":NaN}', "invalid character 'N' looking for beginning of value"),
        ('{"a":trie}', "invalid character 'i' in literal true (expecting 'u')"),
        ('{"a":-}', "invalid character '}' in numeric literal"),
        ('{"a":1.}', "invalid character '}' after decimal point in numeric literal"),
        ('{"a":"\\x"}', "invalid character 'x' in string escape code"),
        ('{"a":"\n"}', r"invalid character '\n' in string literal"),
        ("[" * 10_001, "invalid character '[' exceeded max depth"),
    ],
)
def test_what_is_no_json_is_refused_in_go_s_words(body: str, sentence: str) -> None:
    assert refusal(body) == sentence


@pytest.mark.parametrize(
    ("data", "byte"), [("%%%", 0), ("QQ=", 3), ("QUJD=", 4), ("QQ==QQ==", 4), ("Q", 0), ("QU%D", 2), ("=QUJ", 0)]
)
def test_data_that_is_no_base64(data: str, byte: int) -> None:
    body = json.dumps({"Name": "s", "Data": data})
    assert refusal(body, "swarm.SecretSpec") == f"illegal base64 data at input byte {byte}"


def test_base64_may_have_line_breaks() -> None:
    assert decoded(b'{"Data":"QU\\nJD\\r\\n"}', "swarm.ConfigSpec") == {"Data": "QUJD"}

"""What runs in the demo's swarm: a shop, and what its operators need."""

from __future__ import annotations

import base64

from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.objects.spec import JSON, SECOND

MIB = 1 << 20


def label(name: str) -> dict[str, str]:
    """By which an object of a stack is known."""
    return {"com.docker.stack.namespace": name.partition("_")[0]}


def _text(content: str) -> str:
    return base64.b64encode(content.encode()).decode()


NODE_LABELS = {
    "mgr1": {"zone": "a"},
    "mgr2": {"zone": "b"},
    "mgr3": {"zone": "c"},
    "wrk1": {"zone": "a", "storage": "ssd"},
    "wrk2": {"zone": "b", "storage": "ssd"},
    "wrk3": {"zone": "c", "storage": "hdd"},
    "wrk4": {"zone": "a", "storage": "hdd"},
}
NETWORKS = ("shop_backend", "shop_public", "ops_monitoring")
SECRETS = {
    "shop_db_password": _text("correct horse battery staple"),
    "shop_session_key": _text("9f1c7d0a55e04b1e"),
    "shop_smtp_password": _text("mail-3b1f"),
    "ops_grafana_admin": _text("graf-7712"),
}
CONFIGS = {
    "shop_nginx_conf_v4": _text("server {\n  listen 80;\n  location /api { proxy_pass http://api:8080; }\n}\n"),
    "ops_prometheus_yml_v2": _text("scrape_configs:\n  - job_name: node\n"),
    "ops_traefik_toml": _text('[entryPoints.web]\naddress = ":80"\n'),
}
BEHAVIOURS = {
    "shop/recommender:1.9.0": Behaviour(exits_after=6.0, exit_code=1),
    "shop/api": Behaviour(checked=True),
    "postgres": Behaviour(checked=True),
    "shop/reindex": Behaviour(exits_after=40.0, exit_code=0),
}

_CHECK: JSON = {"Test": ["CMD", "wget", "-qO-", "http://localhost:8080/health"], "Interval": 10 * SECOND, "Retries": 3}


def services(ids: dict[str, str]) -> list[JSON]:
    """The specs, as a client posts them; `ids` are those of secrets and configs by name."""
    return [*_shop_front(ids), *_shop_back(ids), *_ops(ids)]


BACKEND, PUBLIC, MONITORING = NETWORKS


def _shop_front(ids: dict[str, str]) -> list[JSON]:
    return [
        _service(
            "shop_frontend",
            "shop/frontend:3.8.0",
            4,
            [PUBLIC],
            ports=[(80, 8080)],
            configs=_refs("Config", ids, {"shop_nginx_conf_v4": "/etc/nginx/conf.d/default.conf"}),
            update={"Parallelism": 2, "Order": "start-first", "FailureAction": "rollback"},
            preferences=["node.labels.zone"],
        ),
        _service(
            "shop_api",
            "shop/api:2.13.2",
            4,
            [PUBLIC, BACKEND],
            secrets=_refs("Secret", ids, {"shop_db_password": "db_password", "shop_session_key": "session_key"}),
            env=["DB_HOST=db", "CACHE_HOST=cache", "LOG_LEVEL=info"],
            health=_CHECK,
            update={"Parallelism": 1, "Order": "start-first", "FailureAction": "rollback", "Monitor": 15 * SECOND},
            reserve=(500, 512),
        ),
        _service("shop_cart", "shop/cart:1.6.3", 3, [PUBLIC, BACKEND], env=["CACHE_HOST=cache"], reserve=(250, 256)),
        _service(
            "shop_recommender",
            "shop/recommender:1.8.4",
            3,
            [BACKEND],
            env=["MODEL=/models/latest"],
            update={"Parallelism": 1, "Delay": 10 * SECOND, "FailureAction": "pause", "Monitor": 20 * SECOND},
            reserve=(1000, 2048),
        ),
    ]


def _shop_back(ids: dict[str, str]) -> list[JSON]:
    return [
        _service(
            "shop_db",
            "postgres:17.6",
            1,
            [BACKEND],
            constraints=["node.labels.storage==ssd", "node.role==worker"],
            secrets=_refs("Secret", ids, {"shop_db_password": "postgres_password"}),
            mounts=[("shop_db_data", "/var/lib/postgresql/data")],
            reserve=(2000, 8192),
        ),
        _service("shop_cache", "valkey/valkey:8.1-alpine", 1, [BACKEND], reserve=(500, 1024)),
        _service(
            "shop_worker",
            "shop/worker:2.13.2",
            3,
            [BACKEND],
            secrets=_refs("Secret", ids, {"shop_db_password": "db_password"}),
            constraints=["node.role==worker"],
            reserve=(500, 512),
        ),
        _service(
            "shop_mailer",
            "shop/mailer:0.9.1",
            1,
            [BACKEND],
            secrets=_refs("Secret", ids, {"shop_smtp_password": "smtp_password"}),
            restart={"Condition": "on-failure", "Delay": 10 * SECOND, "MaxAttempts": 5, "Window": 120 * SECOND},
        ),
    ]


def _ops(ids: dict[str, str]) -> list[JSON]:
    reindex = _service("ops_reindex", "shop/reindex:1.2", None, [BACKEND], restart={"Condition": "on-failure"})
    reindex["Mode"] = {"ReplicatedJob": {"MaxConcurrent": 2, "TotalCompletions": 4}}
    return [
        _service(
            "ops_traefik",
            "traefik:v3.5",
            None,
            [MONITORING, PUBLIC],
            constraints=["node.role==manager"],
            ports=[(443, 443)],
            configs=_refs("Config", ids, {"ops_traefik_toml": "/etc/traefik/traefik.toml"}),
        ),
        _service("ops_node-exporter", "prom/node-exporter:v1.9.1", None, [MONITORING], host_port=(9100, 9100)),
        _service(
            "ops_prometheus",
            "prom/prometheus:v3.6.0",
            1,
            [MONITORING],
            constraints=["node.labels.storage==ssd"],
            configs=_refs("Config", ids, {"ops_prometheus_yml_v2": "/etc/prometheus/prometheus.yml"}),
            mounts=[("ops_prometheus_data", "/prometheus")],
            reserve=(1000, 4096),
        ),
        _service(
            "ops_grafana",
            "grafana/grafana:12.1.0",
            1,
            [MONITORING],
            ports=[(3000, 3000)],
            secrets=_refs("Secret", ids, {"ops_grafana_admin": "admin_password"}),
        ),
        _service("ops_loki", "grafana/loki:3.5", 1, [MONITORING], mounts=[("ops_loki_data", "/loki")]),
        reindex,
    ]


def _refs(kind: str, ids: dict[str, str], targets: dict[str, str]) -> list[JSON]:
    """References to secrets or configs: under which name each appears in the container."""
    return [
        {
            "File": {"Name": target, "UID": "0", "GID": "0", "Mode": 292},
            f"{kind}ID": ids[name],
            f"{kind}Name": name,
        }
        for name, target in targets.items()
    ]


def _service(
    name: str,
    image: str,
    replicas: int | None,
    networks: list[str],
    *,
    ports: list[tuple[int, int]] | None = None,
    host_port: tuple[int, int] | None = None,
    constraints: list[str] | None = None,
    preferences: list[str] | None = None,
    secrets: list[JSON] | None = None,
    configs: list[JSON] | None = None,
    mounts: list[tuple[str, str]] | None = None,
    env: list[str] | None = None,
    health: JSON | None = None,
    update: JSON | None = None,
    restart: JSON | None = None,
    reserve: tuple[int, int] | None = None,
) -> JSON:
    """A spec as `docker stack deploy` posts it; `reserve` is thousandths of a CPU and MiB, no replicas means global."""
    volumes = [{"Type": "volume", "Source": source, "Target": target} for source, target in mounts or []]
    parts = {"Env": env, "Healthcheck": health, "Secrets": secrets, "Configs": configs, "Mounts": volumes}
    template: JSON = {
        "ContainerSpec": {"Image": image, "Labels": label(name), **{key: part for key, part in parts.items() if part}},
        "RestartPolicy": restart or {"Condition": "any", "Delay": 5 * SECOND, "MaxAttempts": 0},
        "Networks": [{"Target": each, "Aliases": [name.partition("_")[2]]} for each in networks],
        "Placement": {
            "Constraints": constraints or [],
            "Preferences": [{"Spread": {"SpreadDescriptor": each}} for each in preferences or []],
        },
    }
    if reserve:
        template["Resources"] = {"Reservations": {"NanoCPUs": reserve[0] * 10**6, "MemoryBytes": reserve[1] * MIB}}
    spec: JSON = {
        "Name": name,
        "Labels": {**label(name), "com.docker.stack.image": image},
        "TaskTemplate": template,
        "Mode": {"Global": {}} if replicas is None else {"Replicated": {"Replicas": replicas}},
        "EndpointSpec": {"Mode": "vip", "Ports": _ports(ports, host_port)},
    }
    return {**spec, "UpdateConfig": update} if update else spec


def _ports(ports: list[tuple[int, int]] | None, host: tuple[int, int] | None) -> list[JSON]:
    published = [(*each, "ingress") for each in ports or []] + ([(*host, "host")] if host else [])
    return [
        {"Protocol": "tcp", "TargetPort": target, "PublishedPort": number, "PublishMode": mode}
        for number, target, mode in published
    ]

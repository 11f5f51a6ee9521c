"""The embedded swarm's Docker Engine API: HTTP on one private Unix socket for each node.

What a request means is decided by the core (`swarmtui.sim.control`); here is only how it travels:

    server     sockets of a whole swarm, opened and closed as engines live and die
    listener   one node's socket: engines that are stopped, slow or dead, answers that never come
    routes     which function answers which path; versions the API versions and their differences
    call       one request, as the functions see it; query its parameters; answers what they give back
    cluster, objects, networks, system, containers      those functions, by subject
    events, logs, exec, hijack                          answers that continue for a while
    shell, commands, files, line_editor                 the tiny shell that `docker exec` meets
    steering   the private socket of the demo's chaos menu, the scenarios and the tests
    process    all of it as a process of its own (`python -m swarmtui.sim`)

The rules come from moby's `daemon/server/router` and `daemon/cluster`, and were compared with real engines
(tests/lab/test_conformance.py).
"""

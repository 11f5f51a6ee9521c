"""The embedded swarm: a simulated Docker Swarm that behaves as swarmkit does, with no Docker underneath.

It imports nothing else of this program: it is an independent witness of how a swarm behaves, not an echo of what we
believe about it. Its modules are named after those of swarmkit (https://github.com/moby/swarmkit, `manager/…` and
`agent/…`), so that who knows one finds the rule in the other.

::

    populate ─► cluster ─► raft ─► manager ─► replicated, globals, jobs, updater, restart, reaper, enforcer,
                   │                  │       allocator, scheduler, dispatcher, roles
                   │                  └─────► store (objects, encode, spec)
                   ├─► machine ─► agent ─► images (how a container behaves)
                   ├─► faults, authority
                   └─► control (what each node's engine answers)
"""

"""One class for each thing a user can do to a swarm. See `action.Action` for what such a class says of itself.

The classes themselves are with their subjects: `swarm.services`, `swarm.nodes` and so on.
"""

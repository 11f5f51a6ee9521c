"""The embedded swarm compared with a real one: the same calls and the same events on both.

target       a swarm of three managers and two workers, real or embedded, behind the same few functions
script       the calls: docker command lines, docker-py, and bare HTTP where neither shows the status
calls_*      those of one subject; calls_tables many of one form
clients      small programs of other clients: aiodocker, python-on-whales, dockerode, Go, two docker CLIs
scenarios    updates, rollbacks, restarts and jobs, step by step; stories what they are written with
events       the events (drain, kill, failing update, ...) and what the swarm looks like afterwards
observation  what a call gave, freed of what differs between any two swarms (IDs, times, addresses)
comparison   what two observations differ in, and the differences that are known (differences.toml)
"""

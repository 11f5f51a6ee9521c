"""The embedded swarm compared with a real one: the same calls and the same events on both.

target       a swarm of three managers and two workers, real or embedded, behind the same few functions
script       the calls: docker command lines, docker-py, and bare HTTP where neither shows the status
events       the events (drain, kill, failing update, ...) and what the swarm looks like afterwards
observation  what a call gave, freed of what differs between any two swarms (IDs, times, addresses)
comparison   what two observations differ in, and the differences that are known (differences.toml)
"""

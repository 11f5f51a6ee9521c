"""Networks of the swarm and of one engine. Source: moby daemon/network.go, daemon/cluster/networks.go, libnetwork."""

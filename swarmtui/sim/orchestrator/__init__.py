"""Which tasks there should be. Source: swarmkit manager/orchestrator."""

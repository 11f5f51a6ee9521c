"""Which node a task goes to. Source: swarmkit manager/scheduler."""

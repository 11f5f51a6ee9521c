"""What each node's engine answers: the rules of swarmkit's controlapi and of the engine around it."""

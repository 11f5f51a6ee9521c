"""What is wrong with a swarm, why, since when, and which commands help: findings, worst first."""

"""Tests against a real Docker Swarm, and the lab that provides it (`python -m tests.lab`, `make lab`)."""

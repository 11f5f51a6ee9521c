"""The one way by which changes go to an engine."""

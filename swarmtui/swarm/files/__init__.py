"""Secrets and configs: what can be done to one, and one in words."""

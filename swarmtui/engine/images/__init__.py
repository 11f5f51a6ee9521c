"""Registries: asked through the engine, with the credentials of this machine's docker."""

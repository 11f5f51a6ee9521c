"""Images as registries have them: what a name stands for, for which platforms, and what that means for a service."""

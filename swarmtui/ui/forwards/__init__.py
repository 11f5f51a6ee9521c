"""Local ports that lead to tasks: asked for, listed and ended."""

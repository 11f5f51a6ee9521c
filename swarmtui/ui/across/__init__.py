"""One command in several containers: asked for, and its outputs and exit codes side by side."""

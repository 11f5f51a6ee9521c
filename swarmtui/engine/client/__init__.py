"""One engine: docker's client, and what it lacks; what went wrong, in words."""

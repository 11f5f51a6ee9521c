"""The calls about the containers of a node."""

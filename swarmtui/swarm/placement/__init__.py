"""Who runs where, as a grid of services and nodes."""

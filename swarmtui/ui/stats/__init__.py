"""Live figures: what tasks, services and nodes use now."""

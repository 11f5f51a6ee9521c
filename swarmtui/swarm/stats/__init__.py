"""Live figures: what containers use now, and have used in the last minutes."""

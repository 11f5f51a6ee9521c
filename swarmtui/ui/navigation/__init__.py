"""From one object to another that belongs to it, and back."""

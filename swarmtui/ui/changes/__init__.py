"""From a key to a change, its progress, its end, and its undoing."""

"""Each node's own engine: the way to it, and what one does there."""

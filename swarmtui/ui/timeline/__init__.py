"""What happened: the time line, an entry of it, and the report of a span."""

"""The engine side: the only package that imports docker."""

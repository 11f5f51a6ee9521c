"""One object on the screen, in words or as YAML."""

"""What can be asked for by a key or a command. Each subject has its own, in a module of that name."""

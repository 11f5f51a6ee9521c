"""ssh_config: read as OpenSSH reads it. `ssh -G` is the judge."""

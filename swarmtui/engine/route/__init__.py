"""Which manager is used, and continuing through another one."""

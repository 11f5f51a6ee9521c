"""Services: what can be done to one, what comes of it, and a service in words."""

"""How a service's containers are made: what runs in them, as whom, with which names, rights and log."""

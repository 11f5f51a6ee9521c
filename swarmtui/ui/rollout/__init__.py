"""The update of a service, watched while it goes on."""

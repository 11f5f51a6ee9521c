"""A container's terminal: asked for, and put in the place of this program for as long as it lasts."""

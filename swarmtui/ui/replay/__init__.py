"""A record on the screen: the whole program on it, with a line that tells and moves the moment."""

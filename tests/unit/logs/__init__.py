"""The parts of the log screen that need no screen."""

"""The panes of the main screen: objects of a Cluster made into rows."""

"""What an engine sends for as long as one listens: logs and events."""

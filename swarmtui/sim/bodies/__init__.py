"""Request bodies, read as an engine reads them: Go's rules for JSON, and the types of the Engine API."""

"""Long texts, and text from outside made fit for a terminal."""

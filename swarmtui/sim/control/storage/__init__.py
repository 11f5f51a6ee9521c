"""What lies on one engine: images, volumes, and how much room they take."""

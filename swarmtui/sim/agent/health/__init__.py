"""Health checks of containers: run where what they do is known, made up from the image where it is not."""

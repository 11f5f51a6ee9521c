"""The calls about images and volumes of one engine."""

"""The program around the subjects: app, main screen, header, palette, help, keys."""

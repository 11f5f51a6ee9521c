"""Live tables: things that come, change and go while one looks at them."""

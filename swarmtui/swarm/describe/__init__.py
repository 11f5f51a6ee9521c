"""What the descriptions of objects are made of: sections, masked values, amounts, and raw JSON read without trust."""

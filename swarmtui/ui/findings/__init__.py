"""What is wrong, why, and what helps."""

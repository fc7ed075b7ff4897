"""What whoever runs an installation looks at: whether it is ready, what waits, and what is wrong with it."""

"""What functions are compared with."""

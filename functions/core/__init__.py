"""What it means: pure, no I/O, no clock, no environment, no logging."""

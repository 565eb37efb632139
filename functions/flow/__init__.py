"""What happens, step by step, through ports."""

"""What happens, in order, told through ports."""

"""The functions with their tokens, stores and queues on this machine."""

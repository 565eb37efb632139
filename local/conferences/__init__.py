"""A small conference system that speaks the signed webhook: for one machine and for tests."""

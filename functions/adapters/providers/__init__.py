"""Conference systems, each told of changes in its own way."""

"""One module per outside system; each translates its vendor's errors once, at its edge."""

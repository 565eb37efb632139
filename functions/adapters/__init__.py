"""One package for each port. An adapter translates its vendor's answers and errors once, at its edge."""

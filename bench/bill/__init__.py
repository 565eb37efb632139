"""What the service costs: calls counted on the flows themselves, and a dated table of prices."""

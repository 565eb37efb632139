"""HTTP: to public addresses only for providers, within limits; and whose signature a caller's token has."""

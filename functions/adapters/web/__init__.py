"""HTTP for providers: to public addresses only, within limits."""

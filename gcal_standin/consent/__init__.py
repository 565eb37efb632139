"""Google's consent: who allowed which client what, and the tokens that say so. No HTTP, no files."""

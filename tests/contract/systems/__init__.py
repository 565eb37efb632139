"""The conference systems that this service comes with providers for, as their promises are tested on them."""

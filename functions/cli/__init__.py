"""The operator's command line, on the same flows and adapters as the deployed functions."""

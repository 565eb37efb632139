"""Speed, memory and cost of the service, measured on the machine it runs on: `python -m bench`."""

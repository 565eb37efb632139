"""What every provider promises, as tests for anybody's provider: see docs/provider.md. And what a receiver of
webhooks promises, for `python -m local send --check`: see docs/webhook.md.
"""

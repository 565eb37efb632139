"""What every provider promises, as tests for anybody's provider: see docs/provider.md."""

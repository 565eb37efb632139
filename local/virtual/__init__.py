"""What production does and no emulator shows, at virtual times: deterministic, without threads and sleep."""

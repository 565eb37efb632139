"""The calendar without HTTP, threads of its own or files: what is stored, and what each call does to it."""

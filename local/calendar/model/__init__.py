"""The calendar without HTTP, threads or files: what is stored, and what each call does to it."""

"""Keeps the zoo: `python -m tools.zoo add RUN --name=...`, `remove NAME`, `docs`."""

"""What a dataset can be exported to, by name; imports nothing, so that refusals are quick."""

HUGGING_FACE = "huggingface"
"""A folder; all others are one file."""

NAMES: tuple[str, ...] = ("npz", "csv", "parquet", "torch", "gymnasium", HUGGING_FACE)
"""All of them."""

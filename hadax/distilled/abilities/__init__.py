"""What results can do: be saved, looked at, played, exported, and go on with other options."""

"""What files hold and where they are: artifacts, pairs in .npz and .csv, and statistics."""

"""What people are shown of a result: files, pictures, a report, what it is read beside."""

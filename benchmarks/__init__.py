"""What hadax costs, and against what: one script a question, run by `make bench`."""

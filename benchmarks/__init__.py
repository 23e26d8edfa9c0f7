"""What hadax costs, and against what: one script a question, run by `make bench`."""

from hadax.launch.devices import use_every_core

# Before evosax is imported, as the commands do.
use_every_core()

"""What hadax costs, and against what: one script a question, run by `make bench`."""

from hadax.launch.machine.allocator import use_few_arenas
from hadax.launch.machine.collector import collect_rarely
from hadax.launch.machine.start import use_every_core

# Before evosax is imported, as the commands do.
use_few_arenas()
collect_rarely()
use_every_core()

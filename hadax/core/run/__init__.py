"""The run on its host: the loop, what ends and interrupts it, where it goes on, its result."""

"""One generation: ask, evaluate, tell, and what is kept from one to the next."""

"""How a dataset does on learners that it was not evolved for."""

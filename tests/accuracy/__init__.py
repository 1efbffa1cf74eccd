"""How near are the numbers to 50-digit arithmetic? ``python -m tests.accuracy`` measures and prints it."""

import tests.accuracy.formulas_networks
import tests.accuracy.formulas_ranks
import tests.accuracy.formulas_vectors
import tests.accuracy.formulas_zoo  # noqa: F401

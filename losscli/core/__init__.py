"""The house: data structures and arithmetic between inputs and outputs."""

"""losscli beside other tools on the same files, as whole processes: ``python -m tests.benchmarks --help``."""

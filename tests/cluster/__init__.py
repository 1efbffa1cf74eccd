"""A real scheduler, real workers and an object store: ``python -m pytest tests/cluster`` runs these tests."""

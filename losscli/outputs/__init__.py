"""From a report to text; one module for each kind of output."""

#!/bin/sh
# A submission and a solution in another order of rows: paired by their ids.
losscli bce examples/submission.csv examples/solution.csv --join PassengerId --worst 2

#!/bin/sh
# Two models on the same rows: which one is better, by how much, and how sure is that?
losscli ce examples/digits_better.csv --against examples/digits.csv -n 3
losscli acc examples/digits_better.csv --against examples/digits.csv -n 0

#!/bin/sh
# How good are these class probabilities, and where are they worst?
losscli ce examples/digits.csv --worst 5

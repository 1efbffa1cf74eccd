#!/bin/sh
# Regression: squared and absolute error of the same predictions.
losscli mse examples/diabetes.csv -q
losscli mae examples/diabetes.csv -n 3

#!/bin/sh
# Losses as rows for the next program: the three samples that cost most.
losscli bce examples/breast_cancer.csv -f csv | tail -n +2 | sort -t, -k2 -gr | head -3

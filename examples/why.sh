#!/bin/sh
# The same row under four conventions: a probability of 0 for the right class.
for convention in keras sklearn torch exact; do
    losscli ce '[[0.9,0.1,0.0]]' 2 --like "$convention" -q
done

#!/bin/sh
# The same model, once as probabilities and once as logits: one and the same loss.
losscli ce examples/digits.csv -q
losscli ce examples/digits_logits.csv --from-logits -q
losscli softmax examples/digits_logits.csv -p 'z_*' | losscli ce - -q

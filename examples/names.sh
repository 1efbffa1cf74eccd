#!/bin/sh
# Labels that are words are matched to the names of the columns, whatever their order.
losscli ce examples/iris.csv --label species --worst 3

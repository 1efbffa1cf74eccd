#!/bin/sh
# Log-probabilities of the tokens of a language model, as OpenAI-style servers log them: perplexity, bits per byte, and
# the mean over completions.
tokens='choices[].logprobs.content[].logprob'
losscli perplexity examples/llm.jsonl --pred "$tokens" -q
losscli nll examples/llm.jsonl --pred "$tokens" --bytes 'choices[].logprobs.content[].bytes' -f markdown
losscli nll examples/llm.jsonl --pred "$tokens" --per id -q

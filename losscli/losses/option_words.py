"""Names of options in other tools, for hints."""

from __future__ import annotations

MEANS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("logits", "use-logits", "with-logits", "raw", "raw-scores", "output-margin"), ("from-logits",)),
    **dict.fromkeys(("labels", "target", "targets", "truth", "y-true", "y", "true", "gold"), ("label",)),
    **dict.fromkeys(("preds", "prediction", "predictions", "y-pred", "probs", "scores", "score"), ("pred",)),
    **dict.fromkeys(("weights", "weight", "sample-weights", "w"), ("sample-weight", "class-weight", "weight")),
    **dict.fromkeys(("quantile", "tau", "q"), ("alpha", "quantile-alpha")),
    **dict.fromkeys(("num-classes", "n-classes", "class-names", "names"), ("classes",)),
    **dict.fromkeys(("framework", "convention", "backend", "as"), ("like",)),
    **dict.fromkeys(("smoothing", "epsilon", "eps"), ("label-smoothing", "clip")),
    **dict.fromkeys(("ignore", "ignore-label", "ignore-class", "padding"), ("ignore-index", "ignore-class")),
    **dict.fromkeys(("reduce", "aggregate", "average"), ("reduction",)),
    **dict.fromkeys(("threshold", "cutoff", "cut-off"), ("at", "threshold")),
    **dict.fromkeys(("bins", "num-bins"), ("n-bins",)),
    **dict.fromkeys(("axis", "dim"), ("class-axis", "axis")),
    **dict.fromkeys(("top-k", "topk", "at"), ("k",)),
    **dict.fromkeys(("group", "groups", "qid", "groupby", "group-by"), ("by",)),
    **dict.fromkeys(("slope", "huber-slope"), ("delta",)),
    **dict.fromkeys(("file", "input"), ("label",)),
}

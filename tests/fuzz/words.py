"""What options may be given, well or badly: words that are data of the campaign."""

from __future__ import annotations

from losscli.losses.index import CALLS_OF, HOME
from losscli.losses.other_names import STRINGS
from tests.fuzz.scenes import NUMBERS

# fmt: off
OUTPUTS = ("o.csv", "o.json", "o.txt", "o.md", "o.html", "o.tsv", "o", "d.csv", "x.npy", "-", "", "no/o.csv", "s",
    "o.xml")
CALL_NAMES = tuple(dict.fromkeys(first for _, first in CALLS_OF.values()))
OTHER_NAMES = (*CALLS_OF, *HOME, *STRINGS, "", "ce|", "mse|x", "torch.nn.", "CrossEntropy", "loss", "error@0.7",
    "ndcg@3-")
# Signatures, whole and with something smuggled in.
SIGNATURES = (
    "cross-entropy|probabilities|labels:sparse|exact|mean/2|float64|losscli:0.1.0",
    "focal,gamma=3|logits|labels:sparse,base=1|keras|sum|float64|losscli:0.1.0",
    "mean-squared-error|values|labels:values|exact|mean|float64|losscli:0.1.0",
    "huber,delta=--output=o|values|labels:values|exact|mean|float64|losscli:0.1.0",
    "cross-entropy|probabilities|labels:sparse,classes=a;b|exact,clip=1e-7|mean/N|float32|losscli:9",
    "torch.nn.CrossEntropyLoss(label_smoothing=0.1)|mean|float64|losscli:0.1.0",
    "keras.losses.Huber(delta=2)|labels:values|sum_over_batch_size/6|float64|losscli:0.1.0",
)
GATES = ("value > 0.35", "mean<1", "low < 90%", "samples >= 3 and value==0", "value", "1", "max > 1e308",
    "abs(value)>2", "not value > 1", "value > `lang=de`.value", "std/0 > 1", "(((((value)))))", "x > 1",
    "value > nan", "", "a.b > 1", "value >", "2**value > 1", "regress > 1%", "difference < 0", "p < 0.05",
    "groups > 1", "-value<-1")
PICKS = ("lang == \"de\"", "age >= 18", "lang == 'de' and age < 30", "label == 1", "age", "1 == 1", "lang > 3",
    "age == 'x'", "`lang` != 'en'", "nothing > 1", "", "age in (1, 2)", "not (age > 3)", "lang == null",
    "id == 'r1' or w > 0", "age + w > 3", "p_0 > 0.5", "age == 1 == 2", "lang.upper() == 'DE'", "lang in ('de','en')")
COLUMNS = ("label", "y", "id", "lang", "age", "w", "base", "p_0", "p_*", "p", "1", "2-3", "-1", "2-", "0", "*", "",
    "no", "p_cat,p_dog", "id,lang", "age:18,30", "age/10", "lang,age", "predicted", "file", "age:", "w/0", "lang/2")
# What an option is given that takes text.
TEXTS: dict[str, tuple[str, ...]] = {
    "-o": ("o.csv", "o.json", "o.txt", "o.md", "o.html", "o.tsv", "o", "d.csv", "x.npy", "-", "", "no/o.csv", "s",
        "o.xml"),
    "-d": (",", ";", "tab", "space", "|", "", "ab", "\t", "0", "\\t", "\""),
    "--comment": ("#", "%", "//", "", "0", ",", "\n"),
    "--encoding": ("utf-8", "latin-1", "utf-16", "utf-16-le", "cp1252", "rot13", "x", "", "idna", "utf-7", "hex",
        "ascii"),
    "--na": ("-999", "NA", "", "0", "x", "nan"),
    "--join": ("id", "id=id", "lang", "id,lang", "age", "no", "", "=", "id=", "a=b"),
    "--like": ("exact", "keras", "torch", "sklearn", "optax", "tf", "kaggle", "torch==1.4", "sklearn==1.1", "x",
        "torch==", ""),
    "--compare": ("", "torch,keras", "torch", "x", "sklearn,sklearn"),
    "--ci": ("90", "95%", "0", "100", ".5", "99.9999999999", "1e9", "x"),
    "--from-log-probs": ("2", "10", "e", "3", ""),
    "--append": ("loss", "l", "label", "", "a b"),
    "--explain": ("", "1", "1,2", "0", "99", "x", "1-3"),
    "--also": ("mse", "brier,acc", "focal:gamma=2,brier", "x", "mae,mae", "auc", "", "focal:gamma=", "huber:delta=x",
        ":"),
    "--sweep": ("gamma=1,2", "temperature=0.5,1", "delta=1,2", "x=1", "gamma=", "=", "gamma=1,x",
        "label-smoothing=0,0.1"),
    "--classes": ("3", "a,b", "cat,dog,ant", "0,1,2", "2", "0", "-1", "", "a,a", "99999999999", "1e3", "cat"),
    "--class-weight": ("balanced", "1,2", "cat=2,dog=1", "1,2,3", "[1]", "x", "", "0,0,0", "-1,1,1", "nan,1", "y.npy"),
    "--value": (*NUMBERS, "0.6931", "2.3026", "16.118", "1.0986", "50%", "0.35 nats"),
    "--loss": ("ce", "bce", "mse", "x", "auc", "torch.nn.MSELoss"),
    "--cost": ("fp=1,fn=5", "fp=1", "fp=x", "tp=-1", "", "fp=inf", "a=1", "fp=1,fp=2"),
    "--positive": ("1", "cat", "0", "x", ""),
    "--plot": ("o.svg", "o.txt", "o"),
    "--max-regress": ("1%", "0.002", "-1", "x", "nan", ""),
    "--memory-limit": ("1k", "1M", "512M", "x", "0"),
    "--sample-weight": ("w", "1,2,3", "[1,0]", "1", "age", "0,0,0", "nan", "-1,2,3", "id", "x.npy", "no.csv",
        "inf,1,1"),
    "--margin": ("0", "1", "0.1", "-1", "nan", "inf", "w"),
}

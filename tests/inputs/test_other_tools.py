"""What other tools print: is it read as it stands?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

WEKA = """=== Predictions on test data ===

    inst#     actual  predicted error distribution{0}
        1 1:negative 1:negative       *0.9,0.1{1}
        2 2:positive 1:negative   +   *0.726,0.274{1}
        3 2:positive 2:positive       0.32,*0.68{1}
        4 1:negative 2:positive   +   0.413,*0.587{1}

"""
CSV = """inst#,actual,predicted,error,distribution,
1,1:no,1:no,,*0.9,0.1
2,2:yes,1:no,+,*0.726,0.274
3,2:yes,2:yes,,0.32,*0.68
"""
NAMED = """=== Predictions on test data ===
 inst# actual predicted error prediction
 1 1:a 1:a 0.9
 2 2:b 1:a + 0.6
"""
NUMBERS = """=== Predictions on test data ===

    inst#     actual  predicted      error
        1      21.5      22.1        0.6
        2      18.2      17.9       -0.3
"""


@pytest.mark.parametrize(
    ("loss", "text", "value"),
    [
        ("ce", WEKA.format("", ""), 0.6674894637712455),
        ("ce", WEKA.format(" (id)", " (7)"), 0.6674894637712455),
        ("acc", WEKA.format("", ""), 0.5),
        ("ce", CSV, 0.5952167),  # -(ln .9 + ln .274 + ln .68) / 3
        ("acc", CSV, 2 / 3),
        ("mae", NUMBERS, 0.45),
        ("acc", NAMED, 0.5),
    ],
)
def test_weka(loss: str, text: str, value: float, tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text(text)
    done = losscli(loss, str(tmp_path / "out.txt"), "-q")
    assert done.status == 0, done.err
    assert float(done.out) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("args", "value"),
    [
        (("mse", "c(1, 2, 3.5)", "c(1L,2L,3L)"), 1 / 12),
        (("ce", "structure(c(0.9, 0.2, 0.1, 0.8), dim = c(2L, 2L))", "c(0, 1)"), 0.164252033486018),
        (
            ("ce", 'structure(c(.9, .2, .1, .8), .Dim = c(2L, 2L), .Dimnames = list(NULL, c("a", "b")))', "c(0,1)"),
            0.1642520,
        ),
        (("mse", "c(1, 2, NA)", "c(1, 2, 3)", "--nan", "skip"), 0.0),
        (("bce", "c(a = 0.9, b = 0.2)", "c(TRUE, FALSE)"), 0.164252033486018),
        (("acc", 'c("a", "b", "a")', 'c("a", "b", "b")'), 2 / 3),
    ],
)
def test_vectors_of_r(args: tuple[str, ...], value: float) -> None:
    done = losscli(*args, "-q")
    assert done.status == 0, done.err
    assert float(done.out) == pytest.approx(value, rel=1e-6)


FIVE = [(0.9, "ant"), (0.2, "bee"), (0.4, "bee"), (0.7, "ant"), (0.1, "bee")]
FIVE_CE = 0.2602730  # -(ln .9 + ln .8 + ln .6 + ln .7 + ln .9) / 5


@pytest.mark.parametrize(
    ("loss", "text", "value"),
    [
        # BigML, with a confidence beside
        ("mae", "a,b,a (predicted),confidence\n5,1.5,5.5,.9\n4,1.5,4.25,.8\n", 0.375),
        ("acc", "a,kind,__kfold__,kind (predicted),confidence\n5,ant,0,ant,.9\n4,bee,1,ant,.8\n", 0.5),
        # Azure, with features beside
        (
            "ce",
            'x,Label,"Scored Probabilities for Class ""ant""","Scored Probabilities for Class ""bee""",Scored Labels\n'
            + "".join(f"{i + 0.5},{k},{p},{1 - p:.1f},ant\n" for i, (p, k) in enumerate(FIVE)),
            FIVE_CE,
        ),
        # DataRobot, with the class and the threshold beside
        (
            "ce",
            "y,Prediction,PredictionThreshold,Class_1.0,Class_0.0\n"
            + "".join(f"{int(k == 'ant')},1.0,0.5,{p},{1 - p:.1f}\n" for p, k in FIVE),
            FIVE_CE,
        ),
        # StatsForecast, with bounds
        (
            "mae",
            "unique_id,ds,cutoff,y,ARIMA,ARIMA-lo-90,ARIMA-hi-90\n"
            + "".join(f"H1,{i},700,{i + 2},{i + 2.5},{i},{i + 4}\n" for i in range(5)),
            0.5,
        ),
    ],
)
def test_predictions_of(loss: str, text: str, value: float, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text(text)
    done = losscli(loss, str(tmp_path / "out.csv"), "-q")
    assert done.status == 0, done.err
    assert float(done.out) == pytest.approx(value, rel=1e-6)


OUT_OF_FOLD = """Row ID,OrigNPI,State,oof_p_wrong,oof_p_seen,y_wrong,shap_of_confidence
7,1083291587.0,MI,0.25,0.99,1.0,-0.3
3,1174783336.0,NY,0.5,0.98,0.0,0.1
9,1184600017.0,NY,0.2,,0.0,0.2
"""
GAMES = """season,date,team1,team2,prob1,prob1_outcome,prob2,prob2_outcome
2022,2022-06-16,Celtics,Warriors,0.75,0,0.25,1
2022,2022-06-13,Warriors,Celtics,0.5,1,0.5,0
2021,2021-06-10,Celtics,Warriors,0.5,1,0.5,0
"""
ROUNDS = """season,team,rd1_win,rd1_win_outcome,rd2_win,rd2_win_outcome
2014,Florida,0.9,1,0.5,1
2014,Albany,0.1,0,0.25,0
2015,Duke,0.8,1,0.5,0
"""
BOTH_KINDS = """row_id,text,label,label_name,bert_prediction,bert_predicted_label
8,a long one,2,positive,1 star,0
4,another,1,neutral,4 stars,2
5,third,0,negative,1 star,0
6,fourth,2,positive,5 stars,2
"""
MATCHES = "league,result,p_home,p_draw,p_away,p_btts,p_over25\n" + "".join(
    f"{i},{result},0.5,0.25,0.25,{0.4 + i / 10},0.3\n" for i, result in enumerate((0, 2, 1, 0))
)


@pytest.mark.parametrize(
    ("args", "text", "value"),
    [
        (("brier",), OUT_OF_FOLD, (0.75**2 + 0.5**2 + 0.2**2) / 3),
        (("brier", "--label", "prob1_outcome"), GAMES, (0.75**2 + 0.5**2 + 0.5**2) / 3),
        (("brier", "--label", "prob2_outcome"), GAMES, (0.75**2 + 0.5**2 + 0.5**2) / 3),
        (("brier", "--label", "rd2_win_outcome"), ROUNDS, (0.5**2 + 0.25**2 + 0.5**2) / 3),
        (("acc",), BOTH_KINDS, 0.5),
        (("acc", "--label", "label_name"), BOTH_KINDS.replace("1 star", "negative"), 0.25),
        (("ce", "--label", "result"), MATCHES, 1.03972077083991796),  # (2 ln 2 + 2 ln 4) / 4
        # H2O, whose threshold is not a half
        (("acc",), "y,predict,p0,p1\n1,1,.6,.4\n0,0,.8,.2\n1,1,.3,.7\n0,1,.7,.3\n1,1,.9,.1\n", 0.8),
        (("mae",), "Predicted,Actual,Error,Player\n1,24,23,A\n2,34,32,B\n3,5,2,C\n4,7,3,D\n", 15.0),
        (("acc", "--label", "2", "--pred", "3"), "The\tO\tO\n" + 6 * "the\tO\tO\na\tB\tO\n", 7 / 13),
        (("brier", "--nan", "skip"), "date,y_true,y_pred_naive,ticker\n,,,\na,1,0.5,X\nb,0,0.25,X\n", 0.15625),
    ],
)
def test_what_a_name_says_of_another(args: tuple[str, ...], text: str, value: float, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text(text)
    done = losscli(args[0], str(tmp_path / "out.csv"), *args[1:], "-q")
    assert done.status == 0, done.err
    assert float(done.out) == pytest.approx(value, rel=1e-6)


VERDICTS = "agent,label_true,dir_true,verdict,dir_pred\n" + "".join(
    f"{i},{row}\n"
    for i, row in enumerate(
        ("big_up,up,big_up,up", "small_up,up,big_up,up", "same,same,same,same", "small_up,up,same,up")
    )
)


@pytest.mark.parametrize(
    ("args", "text", "message"),
    [
        (
            ("acc", "--label", "label_true"),
            VERDICTS,
            "Error: column dir_pred is named like predictions and holds 'up', which is not a label; verdict holds only "
            "labels\n  at   out.csv\n  try  --pred 'verdict', or --pred 'dir_pred'\n",
        ),
        (
            ("acc", "--label", "2", "--pred", "1"),
            "site\tspam\n" + 6 * "ham\tspam\nspam\tham\n",
            "Error: the first row holds 'site', which is in no row below, as a name, and 'spam', which is\n"
            "  at   out.csv:1\n  try  --no-header if it is data, --header if it names the columns\n",
        ),
        (
            ("ce",),
            "y_true,p_cut,p_hold,p_rise\n0,0,.5,.5\n-1,.5,.5,0\n1,0,.5,.5\n",
            "  try  --ignore-index=-1 if that marks rows without a label; labels run from -1 to 1: --label-base=-1 if "
            "they count from -1 (the loss would be 0.6931472)\n",
        ),
        (
            ("auc",),
            "label,predict,p0,p1\nF,F,.9,.1\nM,F,.6,.4\n",
            "  try  --pred with the column of a yes, and --pos-label with its label\n",
        ),
        (
            ("brier", "--label", "won"),
            "cycle,her_WinProbability,his,won\n2018,0.3,0,1\n2018,0.6,1,0\n2018,0.9,0,1\n",
            "  try  --pred with the columns that are, or --id with one that tells the rows apart\n",
        ),
    ],
)
def test_refused(
    args: tuple[str, ...], text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out.csv").write_text(text)
    done = losscli(args[0], "out.csv", *args[1:])
    assert done.status == 3
    assert done.err.endswith(message)


@pytest.mark.parametrize(
    ("scores", "labels", "value"),
    [
        ("labels 2 1\n1 .25 .75\n2 .5 .5\n", "1 3:.5 7:2\n2 1:1\n", 0.4904146265058631),  # -(ln .75 + ln .5) / 2
        ("labels 2 1\n1 .25 .75\n2 .5 .5\n", "1 qid:7 3:.5 # one\n+2 qid:7 1:1 2:.5 9:1\n", 0.4904146265058631),
    ],
)
def test_labels_before_features(scores: str, labels: str, value: float, tmp_path: Path) -> None:
    for name, text in (("out.txt", scores), ("test.svm", labels)):
        (tmp_path / name).write_text(text)
    done = losscli("ce", str(tmp_path / "out.txt"), str(tmp_path / "test.svm"), "-q")
    assert done.status == 0, done.err
    assert float(done.out) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    ("args", "predictions", "labels", "value"),
    [
        # words that are the same in both files are data of the rows
        (("acc",), "id,sex,toxic\na,m,1\nb,f,0\nc,f,1\nd,m,0\n", "id,sex,toxic\na,m,0\nb,f,0\nc,f,1\nd,m,1\n", 0.5),
        (("acc",), "id,model,spam\nx,A,1\ny,A,0\nz,A,1\nw,A,1\n", "id,model,spam\nx,A,0\ny,A,0\nz,A,1\nw,A,1\n", 0.75),
        (
            ("acc", "--label-form", "multi-hot"),
            "id,model,a,b\nx,A,1,0\ny,A,0,1\nz,A,1,1\n",
            "id,model,a,b\nx,A,0,0\ny,A,0,1\nz,A,1,1\n",
            5 / 6,
        ),
    ],
)
def test_words_beside(args: tuple[str, ...], predictions: str, labels: str, value: float, tmp_path: Path) -> None:
    for name, text in (("out.csv", predictions), ("true.csv", labels)):
        (tmp_path / name).write_text(text)
    done = losscli(args[0], str(tmp_path / "out.csv"), str(tmp_path / "true.csv"), *args[1:], "-q")
    assert done.status == 0, done.err
    assert float(done.out) == pytest.approx(value, rel=1e-6)


def test_words_that_say_who_wrote_a_text(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("id,model,pred_label\na,gpt,ai\nb,human,human\nc,mpt,ai\n")
    done = losscli("acc", str(tmp_path / "out.csv"))
    assert done.status == 3
    assert done.err.startswith("Error: no column has a usual label name")

"""What the scripts share: the job from standard input, the timing, the answer on standard output, MiniLM from a folder.

A job is {"train": [{text, label}], "test": [text], "single": n, "labels": [...], "seed": n}; the answer is its last line.
"""

import json
import os
import pathlib
import resource
import sys
import time

MODEL = "all-minilm-l6-v2"


def model_folder():
    beside = pathlib.Path(__file__).resolve().parents[4] / "shared" / "models"
    folder = pathlib.Path(os.environ.get("HANDFUL_BENCH_MODELS", beside)) / MODEL
    if not folder.is_dir():
        raise SystemExit(f"{MODEL} is not in the folder of HANDFUL_BENCH_MODELS")
    return str(folder)


def run(train):
    """Trains by train(job) -> predict(texts) -> (labels, probabilities or None), and answers the test part."""
    job = json.load(sys.stdin)
    # Progress bars of libraries stay off standard output, which carries the answer.
    out, sys.stdout = sys.stdout, sys.stderr
    begun, begun_cpu = time.perf_counter(), time.process_time()
    predict, version = train(job)
    train_seconds = time.perf_counter() - begun
    train_cpu = time.process_time() - begun_cpu
    single = job["single"]
    answers = []
    begun = time.perf_counter()
    for text in job["test"][:single]:
        answers += as_answers(job, predict([text]))
    single_seconds = time.perf_counter() - begun
    rest = job["test"][single:]
    begun = time.perf_counter()
    answers += as_answers(job, predict(rest)) if rest else []
    batch_seconds = time.perf_counter() - begun
    # Kilobytes on Linux, bytes on macOS.
    unit = 2**20 if sys.platform == "darwin" else 1024
    json.dump(
        {
            "version": version,
            "note": None,
            "answers": answers,
            "trainSeconds": train_seconds,
            "trainCpuSeconds": train_cpu,
            "singlePerSecond": single / single_seconds,
            "batchPerSecond": len(rest) / batch_seconds if rest else None,
            "mostMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit,
        },
        out,
    )
    out.write("\n")


def as_answers(job, predicted):
    labels, rows = predicted
    if rows is None:
        return [{"label": str(label)} for label in labels]
    names = job["labels"]
    return [
        {"label": str(label), "scores": [{"label": name, "probability": float(p)} for name, p in zip(names, row)]}
        for label, row in zip(labels, rows)
    ]


def texts_and_labels(job):
    """The training texts and the numbers of their labels."""
    numbers = {name: number for number, name in enumerate(job["labels"])}
    return [row["text"] for row in job["train"]], [numbers[row["label"]] for row in job["train"]]

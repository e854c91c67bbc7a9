"""Exports of Handful in the Python packages that they are for: README.md says how to run this.

Compares what onnxruntime, peft and the NumPy reader of docs/formats.md compute with Handful's own answers, and what Handful
computes with an adapter that peft wrote. Prints the largest differences; ends with 1 where one is above the tolerance.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModel, AutoTokenizer

ROOT = Path(__file__).resolve().parents[2]
TOLERANCE = 1e-4
differences = {}


def compare(what, actual, expected):
    difference = float(np.abs(np.asarray(actual, np.float64) - np.asarray(expected, np.float64)).max())
    differences[what] = difference
    print(f"{what:42} {difference:.1e}{'' if difference <= TOLERANCE else '   too much'}")


def base_model(encoder):
    return AutoModel.from_pretrained(encoder, dtype=torch.float32).eval()


def write_adapter(encoder, folder):
    """An adapter as training would leave it: nothing of it is zero."""
    torch.manual_seed(0)
    config = LoraConfig(r=4, lora_alpha=8, target_modules=["query", "value", "intermediate.dense"], init_lora_weights=False)
    get_peft_model(base_model(encoder), config).save_pretrained(folder)


def peft_vectors(encoder, adapter, texts, prefix):
    """Unit-length vectors, pooled as sentence-transformers' files say; texts are cut as they say."""
    folder = Path(encoder)
    pooling = json.loads((folder / "1_Pooling/config.json").read_text())
    limit = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    model = PeftModel.from_pretrained(base_model(encoder), adapter).eval()
    rows = []
    for text in texts:
        batch = tokenizer((prefix + text).strip(), truncation=True, max_length=limit, return_tensors="pt")
        with torch.no_grad():
            states = model(**batch).last_hidden_state[0]
            with model.disable_adapter():
                bare = model(**batch).last_hidden_state[0]
        assert (states - bare).abs().max() > 0.01, "the adapter changes nothing"
        pooled = states[0] if pooling.get("pooling_mode_cls_token") else states.mean(0)
        rows.append((pooled / pooled.norm()).numpy())
    return rows


def documented_reader():
    """The Python of docs/formats.md, run as it stands there."""
    text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    names = {}
    exec(re.search(r"```python\n(.*?)```", text, re.S).group(1), names)
    return names


def check_onnx(name, folder, expected):
    model = str(folder / "onnx/model.onnx")
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    inputs = {
        key: np.array(value["data"], np.dtype(value["type"])).reshape(-1, value["width"])
        for key, value in expected["inputs"].items()
    }
    probabilities, similarity = session.run(["probabilities", "similarity"], inputs)
    compare(f"{name}: onnxruntime, probabilities", probabilities, expected["probabilities"])
    compare(f"{name}: onnxruntime, similarity", similarity, expected["similarity"])


def check_reader(name, folder, expected):
    reader = documented_reader()
    tensors, description = reader["load"](folder / "safetensors")
    facts = json.loads((folder / "onnx/handful.json").read_text(encoding="utf-8"))["inputs"]
    answers = []
    for row, grams in enumerate(expected["grams"]):
        ids = {}
        for key, fact in facts.items():
            if fact["kind"] != "ids":
                continue
            width = expected["inputs"][key]["width"]
            mask = expected["inputs"].get(key.replace("input_ids", "attention_mask").replace("_ids", "_mask"))
            values = expected["inputs"][key]["data"][row * width : (row + 1) * width]
            kept = mask["data"][row * width : (row + 1) * width] if mask else [1] * width
            ids[fact["encoder"]] = [value for value, keep in zip(values, kept) if keep]
        answers.append(reader["answer"](tensors, description, ids, grams))
    compare(f"{name}: NumPy reader, probabilities", [p for p, _ in answers], expected["probabilities"])
    compare(f"{name}: NumPy reader, similarity", [s for _, s in answers], expected["similarity"])


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--encoder", required=True, help="folder of a BERT-family encoder with safetensors")
    encoder = str(Path(arguments.parse_args().encoder).resolve())
    with tempfile.TemporaryDirectory() as out:
        write_adapter(encoder, Path(out, "from-peft"))
        make = ["npx", "vitest", "run", "--config", "test/interop/vitest.config.ts"]
        subprocess.run(make, cwd=ROOT, check=True, env={**os.environ, "INTEROP_OUT": out, "INTEROP_ENCODER": encoder})
        for name in ["embedded", "bert-lora", "bert-dora"]:
            folder = Path(out, name)
            expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
            check_onnx(name, folder, expected)
            check_reader(name, folder, expected)
            if (folder / "peft").exists():
                description = json.loads((folder / "onnx/handful.json").read_text(encoding="utf-8"))
                prefix = description["encoders"][Path(encoder).name]["tokenizer"]["prefix"]
                vectors = peft_vectors(encoder, folder / "peft", expected["texts"], prefix)
                compare(f"{name}: peft, vectors", vectors, expected["tuned"])
        adapter = Path(out, "from-peft")
        expected = json.loads((adapter / "expected.json").read_text(encoding="utf-8"))
        vectors = peft_vectors(encoder, adapter, expected["texts"], prefix)
        compare("from peft into Handful, vectors", vectors, expected["tuned"])
    sys.exit(0 if max(differences.values()) <= TOLERANCE else 1)


if __name__ == "__main__":
    main()

"""SetFit: the encoder learns from pairs of examples, then logistic regression on its vectors."""

import sys

# This file is called setfit too: the package must be found before it.
sys.path.append(sys.path.pop(0))

import shared  # noqa: E402

EPOCHS = 1
BATCH = 16


def train(job):
    import setfit
    from datasets import Dataset

    model = setfit.SetFitModel.from_pretrained(shared.model_folder(), labels=job["labels"])
    # The weights lie there in half precision, which no processor trains well.
    model.model_body.float()
    texts, labels = shared.texts_and_labels(job)
    settings = setfit.TrainingArguments(
        num_epochs=EPOCHS, batch_size=BATCH, seed=job["seed"], report_to="none", save_strategy="no", show_progress_bar=False
    )
    rows = Dataset.from_dict({"text": texts, "label": labels})
    setfit.Trainer(model=model, args=settings, train_dataset=rows).train()

    def predict(some):
        rows = model.predict_proba(some, as_numpy=True).tolist()
        if len(rows[0]) != len(job["labels"]):
            return model.predict(some), None
        return [job["labels"][row.index(max(row))] for row in rows], rows

    return predict, setfit.__version__


if __name__ == "__main__":
    shared.run(train)

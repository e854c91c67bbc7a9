"""Sentence vectors of sentence-transformers, and scikit-learn's logistic regression on them."""

import shared


def train(job):
    import sentence_transformers
    import sklearn
    from sklearn.linear_model import LogisticRegression

    encoder = sentence_transformers.SentenceTransformer(shared.model_folder(), device="cpu")
    # The weights lie there in half precision, which processors compute slowly.
    encoder.float()
    texts, labels = shared.texts_and_labels(job)
    head = LogisticRegression(C=10, max_iter=1000, random_state=job["seed"])
    head.fit(encoder.encode(texts, normalize_embeddings=True), labels)

    def predict(some):
        found = head.predict_proba(encoder.encode(some, normalize_embeddings=True))
        # A label without an example has no column.
        rows = [[0.0] * len(job["labels"]) for _ in some]
        for row, own in zip(rows, found):
            for number, probability in zip(head.classes_, own):
                row[number] = probability
        return [job["labels"][row.index(max(row))] for row in rows], rows

    return predict, f"{sentence_transformers.__version__}, scikit-learn {sklearn.__version__}"


if __name__ == "__main__":
    shared.run(train)

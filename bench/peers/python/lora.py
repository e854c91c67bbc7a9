"""PEFT LoRA inside MiniLM with a linear head on the mean of its tokens, trained together by cross-entropy."""

import shared

RANK, ALPHA, DROPOUT = 8, 16, 0.1
TARGETS = ["query", "key", "value"]
EPOCHS, BATCH = 20, 16
RATE, HEAD_RATE = 2e-3, 2e-2
MOST_TOKENS = 128


def train(job):
    import peft
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(job["seed"])
    folder = shared.model_folder()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    encoder = AutoModel.from_pretrained(folder, dtype=torch.float32)
    config = peft.LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=DROPOUT, target_modules=TARGETS)
    encoder = peft.get_peft_model(encoder, config)
    texts, labels = shared.texts_and_labels(job)
    right = torch.tensor(labels)
    head = torch.nn.Linear(encoder.config.hidden_size, len(job["labels"]))

    def vectors(some):
        batch = tokenizer(some, padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt")
        states = encoder(**batch).last_hidden_state
        mask = batch["attention_mask"].unsqueeze(-1)
        return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1)

    # From the labels' centroids, scaled as a sharp classifier is.
    with torch.no_grad():
        encoder.eval()
        shots = torch.cat([vectors(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])
        centred = shots - shots.mean(0)
        for number in set(labels):
            head.weight[number] = 15 * torch.nn.functional.normalize(centred[right == number].mean(0), dim=0)
        head.bias.zero_()
    encoder.train()
    tuned = [weight for weight in encoder.parameters() if weight.requires_grad]
    groups = [{"params": tuned, "lr": RATE}, {"params": head.parameters(), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    steps = EPOCHS * -(-len(texts) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [RATE, HEAD_RATE], total_steps=steps, pct_start=0.1)
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(texts)).split(BATCH):
            loss = torch.nn.functional.cross_entropy(head(vectors([texts[i] for i in chosen])), right[chosen])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*tuned, *head.parameters()], 1.0)
            optimizer.step()
            schedule.step()
    encoder.eval()

    def predict(some):
        with torch.no_grad():
            parts = [head(vectors(some[at : at + 32])) for at in range(0, len(some), 32)]
        rows = torch.softmax(torch.cat(parts), dim=1).tolist()
        return [job["labels"][row.index(max(row))] for row in rows], rows

    return predict, f"{peft.__version__}, torch {torch.__version__}"


if __name__ == "__main__":
    shared.run(train)

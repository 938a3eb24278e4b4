"""The other side of bench/train.ts: sentence-transformers' own step, a block at a time.

  train.py MODEL_FOLDER PAIRS.json BATCH MAX_LENGTH THREADS

Prints a JSON line of versions when it is ready. Each line on stdin is a number of steps; it makes them and answers with
{"tokens": real tokens, "seconds": CPU seconds of this process}. A step is the loop that a user writes: preprocess,
MultipleNegativesRankingLoss(scale=50), backward, clip 1.0, fused AdamW, zero_grad. Dropout is off, as we have none:
with the dropout of a model's config the peer is slower.
"""
import json
import os
import sys
import time

os.environ.update(TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1", RAYON_NUM_THREADS="1")

import sentence_transformers
import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

folder, pairs_file, *numbers = sys.argv[1:]
batch, max_length, threads = map(int, numbers)
torch.set_num_threads(threads)
torch.manual_seed(0)
with open(pairs_file, encoding="utf8") as file:
    pairs = json.load(file)
model = SentenceTransformer(folder, device="cpu")
model.max_seq_length = max_length
for module in model.modules():
    if isinstance(module, torch.nn.Dropout):
        module.p = 0.0
    if hasattr(module, "config") and hasattr(module.config, "attention_probs_dropout_prob"):
        module.config.attention_probs_dropout_prob = 0.0
loss_fn = MultipleNegativesRankingLoss(model, scale=50.0)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.0, fused=True)
model.train()
print(json.dumps({"sentence-transformers": sentence_transformers.__version__, "transformers": transformers.__version__,
                  "torch": torch.__version__}), flush=True)

step = 0
for line in sys.stdin:
    tokens, start = 0, time.process_time()
    for _ in range(int(line)):
        at = step * batch % (len(pairs) - batch + 1)
        chosen = pairs[at:at + batch]
        features = [model.preprocess([pair[side] for pair in chosen]) for side in (0, 1)]
        tokens += sum(int(f["attention_mask"].sum()) for f in features)
        loss_fn(features, torch.zeros(batch)).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step += 1
    print(json.dumps({"tokens": tokens, "seconds": time.process_time() - start}), flush=True)

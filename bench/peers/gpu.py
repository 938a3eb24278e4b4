"""The other side of bench/gpu.ts: sentence-transformers on the same GPU, a block at a time.

  gpu.py MODEL_FOLDER INPUT.json

INPUT holds `texts`, `pairs`, `maxLength`, `encodeBatch` and `trainBatch`. Prints a JSON line of versions when it is ready.
Each line on stdin is {"do": "encode", "from": F, "to": T, "bf16": B} or {"do": "train", "steps": N, "bf16": B}; the answer is
{"tokens": real tokens, "seconds": seconds on the clock, the GPU's work done}. bfloat16 means a model loaded in it for
encoding, and autocast for training. A step of training is the loop that a user writes, as in train.py.
"""
import json
import os
import sys
import time

os.environ.update(HF_HUB_OFFLINE="1")

import sentence_transformers
import torch
import transformers
from sentence_transformers import SentenceTransformer

try:
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
except ImportError:
    from sentence_transformers.losses import MultipleNegativesRankingLoss

folder, input_file = sys.argv[1:]
with open(input_file, encoding="utf8") as file:
    given = json.load(file)
texts, pairs, batch = given["texts"], given["pairs"], given["trainBatch"]


def load(dtype):
    model = SentenceTransformer(folder, device="cuda", model_kwargs={"torch_dtype": dtype})
    model.max_seq_length = given["maxLength"]
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
        if hasattr(module, "config") and hasattr(module.config, "attention_probs_dropout_prob"):
            module.config.attention_probs_dropout_prob = 0.0
    return model


models = {False: load(torch.float32), True: load(torch.bfloat16)}
model = models[False]
tokenize = getattr(model, "preprocess", None) or model.tokenize
loss_fn = MultipleNegativesRankingLoss(model, scale=50.0)
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.0, fused=True)
step = 0


def encode(first, last, bf16):
    start = time.perf_counter()
    models[bf16].encode(texts[first:last], batch_size=given["encodeBatch"], convert_to_numpy=True, show_progress_bar=False)
    seconds = time.perf_counter() - start
    tokens = sum(int(tokenize([text])["attention_mask"].sum()) for text in texts[first:last])
    return {"tokens": tokens, "seconds": seconds}


def train(steps, bf16):
    global step
    model.train()
    counts, start = [], time.perf_counter()
    for _ in range(steps):
        at = step * batch % (len(pairs) - batch + 1)
        chosen = pairs[at:at + batch]
        features = [tokenize([pair[side] for pair in chosen]) for side in (0, 1)]
        counts += [int(f["attention_mask"].sum()) for f in features]
        features = [{key: value.cuda() if torch.is_tensor(value) else value for key, value in f.items()} for f in features]
        with torch.autocast("cuda", torch.bfloat16, enabled=bf16):
            loss = loss_fn(features, torch.zeros(batch, device="cuda"))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        loss.item()
        step += 1
    torch.cuda.synchronize()
    seconds = time.perf_counter() - start
    model.eval()
    return {"tokens": sum(counts), "seconds": seconds}


print(json.dumps({"sentence-transformers": sentence_transformers.__version__, "transformers": transformers.__version__,
                  "torch": torch.__version__, "device": torch.cuda.get_device_name()}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    work = encode(asked["from"], asked["to"], asked["bf16"]) if asked["do"] == "encode" else train(asked["steps"], asked["bf16"])
    print(json.dumps(work), flush=True)

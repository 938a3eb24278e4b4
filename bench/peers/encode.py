"""The other side of bench/encode.ts: sentence-transformers' own `encode`, a block of texts at a time.

  encode.py MODEL_FOLDER TEXTS.json BATCH MAX_LENGTH THREADS

Prints a JSON line of versions when it is ready. Each line on stdin is "FROM TO"; it encodes those texts and answers with
{"tokens": real tokens, "seconds": CPU seconds of this process}. `encode` sorts by length in characters, as it always does.
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

folder, texts_file, *numbers = sys.argv[1:]
batch, max_length, threads = map(int, numbers)
torch.set_num_threads(threads)
with open(texts_file, encoding="utf8") as file:
    texts = json.load(file)
model = SentenceTransformer(folder, device="cpu")
model.max_seq_length = max_length
print(json.dumps({"sentence-transformers": sentence_transformers.__version__, "transformers": transformers.__version__,
                  "torch": torch.__version__}), flush=True)

for line in sys.stdin:
    first, last = map(int, line.split())
    chosen = texts[first:last]
    start = time.process_time()
    model.encode(chosen, batch_size=batch, convert_to_numpy=True, show_progress_bar=False)
    seconds = time.process_time() - start
    tokens = sum(int(model.preprocess([text])["attention_mask"].sum()) for text in chosen)
    print(json.dumps({"tokens": tokens, "seconds": seconds}), flush=True)

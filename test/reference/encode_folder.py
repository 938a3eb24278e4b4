"""Vectors of texts by sentence-transformers, for a folder; `saveTo` also saves the model there."""

import json
import sys

from sentence_transformers import SentenceTransformer

question = json.load(open(sys.argv[1], encoding="utf-8"))
model = SentenceTransformer(question["folder"], device="cpu")
vectors = model.encode(question["texts"], batch_size=8)
if "saveTo" in question:
    model.save(question["saveTo"])
json.dump(vectors.tolist(), open(sys.argv[2], "w", encoding="utf-8"))

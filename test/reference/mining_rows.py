"""The rows that sentence-transformers' mine_hard_negatives gives for fixed vectors and scores, for each case asked.

A question has `vectors` (text with its prompt -> vector), `corpus`, `pairs`, `scores` (query|passage -> what a
cross-encoder says) and `cases`: arguments of mine_hard_negatives, and `cross_encoder` true or absent. Each answer is the
list of its rows, each the list of a row's values in the order of the columns. A file holds a list of questions.
"""

import json
import sys

import numpy as np
import torch
from datasets import Dataset
from sentence_transformers.util import cos_sim, mine_hard_negatives, pairwise_cos_sim


class Model:
    device = torch.device("cpu")
    similarity = staticmethod(cos_sim)
    similarity_pairwise = staticmethod(pairwise_cos_sim)

    def __init__(self, vectors):
        self.vectors = vectors

    def encode(self, texts, prompt=None, **_):
        x = np.array([self.vectors[(prompt or "") + text] for text in texts], dtype=np.float32)
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    encode_query = encode_document = encode


class CrossEncoder:
    def __init__(self, scores):
        self.scores = scores

    def predict(self, pairs, **_):
        return torch.tensor([self.scores[f"{query}|{passage}"] for query, passage in pairs])


def rows_of(question):
    columns = {"anchor": [q for q, _ in question["pairs"]], "positive": [p for _, p in question["pairs"]]}
    answers = []
    for case in question["cases"]:
        case = dict(case)
        if case.pop("cross_encoder", False):
            case["cross_encoder"] = CrossEncoder(question["scores"])
        model = Model(question["vectors"])
        mined = mine_hard_negatives(Dataset.from_dict(columns), model, corpus=question["corpus"], verbose=False, **case)
        answers.append([list(row.values()) for row in mined])
    return answers


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        answers = [rows_of(question) for question in json.load(file)]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(answers, file)

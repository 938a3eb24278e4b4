"""Scores of sentence-transformers' InformationRetrievalEvaluator on vectors that are given."""

import json
import sys

import torch
from sentence_transformers.evaluation import InformationRetrievalEvaluator

question = json.load(open(sys.argv[1], encoding="utf-8"))
vectors = {text: torch.tensor(vector) for text, vector in question["vectors"].items()}


class Given:
    """Stands in for a model: looks its texts up."""

    similarity_fn_name = "cosine"
    model_card_data = None

    def similarity(self, a, b):
        return torch.nn.functional.normalize(a) @ torch.nn.functional.normalize(b).T

    def encode(self, texts, **_):
        return torch.stack([vectors[text] for text in texts])

    encode_query = encode_document = encode


evaluator = InformationRetrievalEvaluator(
    queries=question["queries"],
    corpus=question["corpus"],
    relevant_docs={query: set(docs) for query, docs in question["relevant"].items()},
    mrr_at_k=[10],
    ndcg_at_k=[10],
    accuracy_at_k=[1],
    precision_recall_at_k=[1, 3, 5, 10],
    map_at_k=[10],
    score_functions={"cosine": Given().similarity},
    write_csv=False,
)
scores = evaluator.compute_metrices(Given())["cosine"]
json.dump(
    {
        **{f"recallAt{k}": scores["recall@k"][k] for k in (1, 3, 5, 10)},
        "mrrAt10": scores["mrr@k"][10],
        "ndcgAt10": scores["ndcg@k"][10],
    },
    open(sys.argv[2], "w", encoding="utf-8"),
)

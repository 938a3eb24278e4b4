"""Makes a small model with random weights in transformers, saves it, and gives its last hidden states for ids."""

import json
import sys

import torch
import transformers

question = json.load(open(sys.argv[1], encoding="utf-8"))
torch.manual_seed(5)
config = getattr(transformers, question["configClass"])(**question["config"])
model = transformers.AutoModel.from_config(config).eval()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        parameter.normal_(1.0 if "norm" in name.lower() and name.endswith("weight") else 0.0, 0.2)
    hidden = [model(torch.tensor([ids])).last_hidden_state[0].flatten().tolist() for ids in question["ids"]]
model.save_pretrained(question["folder"])
json.dump(hidden, open(sys.argv[2], "w", encoding="utf-8"))

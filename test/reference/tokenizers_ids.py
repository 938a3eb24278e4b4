"""Ids of texts by Hugging Face `tokenizers`, for a tokenizer.json that is given or trained here."""

import json
import sys

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

question = json.load(open(sys.argv[1], encoding="utf-8"))


def train(form):
    bytes_form = form == "byteLevel"
    tokenizer = Tokenizer(models.BPE() if bytes_form else models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if bytes_form:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        special, alphabet = ["<|endoftext|>"], pre_tokenizers.ByteLevel.alphabet()
    else:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        # Words are learnt between the marks, and the marks are cut off again for use, as Llama-2's file has it.
        tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
        special, alphabet = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)], []
    trainer = trainers.BpeTrainer(
        vocab_size=question["vocabSize"], special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(question["corpus"], trainer)
    if not bytes_form:
        tokenizer.pre_tokenizer = None
    tokenizer.save(question["file"])
    return tokenizer


tokenizer = train(question["train"]) if "train" in question else Tokenizer.from_file(question["file"])
tokenizer.no_truncation()
tokenizer.no_padding()
ids = [encoding.ids for encoding in tokenizer.encode_batch(question["texts"])]
json.dump({"ids": ids, "decoded": tokenizer.decode_batch(ids)}, open(sys.argv[2], "w", encoding="utf-8"))

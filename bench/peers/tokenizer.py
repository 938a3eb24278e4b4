"""Hugging Face `tokenizers` for bench/tokenizer.ts: TEXTS.json, an array of texts, is the argument.

Each line on stdin is a job, {"encode": TOKENIZER.json} or {"train": vocabulary size}; each answer is
{"tokens": , "seconds": } with the CPU seconds of this process. A tokenizer is loaded anew, outside the clock, so its
cache is cold.
"""
import json, os, sys, time

os.environ["RAYON_NUM_THREADS"] = "1"  # before the import
os.environ["TOKENIZERS_PARALLELISM"] = "false"
from tokenizers import Tokenizer, __version__, models, pre_tokenizers, trainers

with open(sys.argv[1], encoding="utf-8") as file:
    TEXTS = json.load(file)


def encode(path):
    tokenizer = Tokenizer.from_file(path)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    start = time.process_time()
    encodings = tokenizer.encode_batch_fast(TEXTS)
    seconds = time.process_time() - start
    return dict(tokens=sum(len(e.ids) for e in encodings), seconds=seconds)


def train(vocab_size):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    trainer = trainers.BpeTrainer(vocab_size=vocab_size - 256, special_tokens=["<unk>", "<s>", "</s>"], limit_alphabet=400,
                                  max_token_length=16, show_progress=False)
    start = time.process_time()
    tokenizer.train_from_iterator(TEXTS, trainer)
    return dict(tokens=tokenizer.get_vocab_size() + 256, seconds=time.process_time() - start)


print(json.dumps(dict(version=__version__)), flush=True)
for line in sys.stdin:
    (what, argument), = json.loads(line).items()
    print(json.dumps(dict(encode=encode, train=train)[what](argument)), flush=True)

"""Trains a naive Bayes classifier on labelled sentences and writes it as JSON: python train.py DATA MODEL"""

import json
import math
import re
import sys
from collections import Counter

WORD = re.compile(r"[a-z']+")


def words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def train(lines: list[str]) -> dict:
    counts = {"negative": Counter(), "positive": Counter()}
    for line in lines:
        label, text = line.rstrip("\n").split("\t")
        # A word counts once a sentence, however often it is said.
        counts[label].update(set(words(text)))
    known = set(counts["negative"]) | set(counts["positive"])
    totals = {label: sum(count.values()) + len(known) for label, count in counts.items()}
    weights = {
        word: math.log((counts["positive"][word] + 1) / totals["positive"])
        - math.log((counts["negative"][word] + 1) / totals["negative"])
        for word in sorted(known)
    }
    return {"weights": weights}


if __name__ == "__main__":
    data, model = sys.argv[1:]
    with open(data, encoding="utf-8") as file:
        trained = train(file.readlines())
    with open(model, "w", encoding="utf-8") as file:
        json.dump(trained, file)
    print(f"{len(trained['weights'])} words weighed")

"""Says whether a sentence sounds content or not."""

import json
import math

from flask import Flask, jsonify, request

from train import words

with open("model.json", encoding="utf-8") as file:
    weights = json.load(file)["weights"]

app = Flask(__name__)


def judge(text: str) -> dict:
    said = {word: weights[word] for word in set(words(text)) if word in weights}
    positive = 1 / (1 + math.exp(-sum(said.values())))
    return {
        "sentiment": "positive" if positive >= 0.5 else "negative",
        "positive": round(positive, 4),
        "because": sorted(said, key=lambda word: (-abs(said[word]), word))[:3],
    }


@app.get("/")
def greeting():
    return "Ask /sentiment?text=… how a sentence sounds.\n"


@app.get("/health")
def health():
    return jsonify(status="ok", words=len(weights))


@app.get("/sentiment")
def one():
    return jsonify(judge(request.args.get("text", "What a lovely day")))


@app.post("/sentiment")
def many():
    texts = request.get_json()
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return jsonify(error="a JSON list of sentences is wanted"), 400
    return jsonify([judge(text) for text in texts])

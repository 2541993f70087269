"""Answers which iris species four measurements belong to."""

import joblib
from fastapi import FastAPI, Query
from pydantic import BaseModel, Field

trained = joblib.load("model.joblib")
model, species = trained["model"], trained["species"]

app = FastAPI(title="Iris", description="Which iris is it? Measurements are in centimetres.")


class Flower(BaseModel):
    sepal_length: float = Field(5.1, gt=0, le=30, examples=[5.1])
    sepal_width: float = Field(3.5, gt=0, le=30, examples=[3.5])
    petal_length: float = Field(1.4, gt=0, le=30, examples=[1.4])
    petal_width: float = Field(0.2, gt=0, le=30, examples=[0.2])


class Prediction(BaseModel):
    species: str
    probabilities: dict[str, float]


def predict(flower: Flower) -> Prediction:
    row = [[flower.sepal_length, flower.sepal_width, flower.petal_length, flower.petal_width]]
    probabilities = model.predict_proba(row)[0]
    by_species = {name: round(float(share), 4) for name, share in zip(species, probabilities, strict=True)}
    return Prediction(species=max(by_species, key=by_species.get), probabilities=by_species)


@app.get("/", summary="What this is")
def greeting() -> dict[str, str]:
    return {"message": "Ask /predict which iris it is, or open /docs."}


@app.get("/healthz", summary="Whether the model is loaded")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/predict", summary="The species of one flower")
def predict_one(
    sepal_length: float = Query(5.1, gt=0, le=30),
    sepal_width: float = Query(3.5, gt=0, le=30),
    petal_length: float = Query(1.4, gt=0, le=30),
    petal_width: float = Query(0.2, gt=0, le=30),
) -> Prediction:
    return predict(
        Flower(
            sepal_length=sepal_length,
            sepal_width=sepal_width,
            petal_length=petal_length,
            petal_width=petal_width,
        )
    )


@app.post("/predict", summary="The species of several flowers")
def predict_many(flowers: list[Flower]) -> list[Prediction]:
    return [predict(flower) for flower in flowers]

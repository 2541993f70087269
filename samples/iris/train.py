"""Trains the model on the iris measurements that come with scikit-learn and writes it to model.joblib."""

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

iris = load_iris()
train_x, test_x, train_y, test_y = train_test_split(
    iris.data, iris.target, test_size=0.2, stratify=iris.target, random_state=0
)

model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
model.fit(train_x, train_y)
accuracy = model.score(test_x, test_y)
print(f"accuracy on {len(test_y)} flowers it has not seen: {accuracy:.2f}")

joblib.dump({"model": model, "species": [str(name) for name in iris.target_names]}, "model.joblib")

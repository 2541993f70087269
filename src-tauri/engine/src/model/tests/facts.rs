use super::{
    super::{Compression, Format, Inputs, Library, Output, Step},
    *,
};

const FLOWER: [&str; 4] = ["sepal_length", "sepal_width", "petal_length", "petal_width"];
const SPECIES: &[&str] = &["setosa", "versicolor", "virginica"];
const NUMBERED: &[&str] = &["0", "1", "2"];

fn library(name: &str, version: Option<&str>) -> Library {
    Library { name: name.to_owned(), version: version.map(str::to_owned) }
}

/// Reads a model that takes the four measures of a flower and is safe to load.
fn flower((name, bytes): (&str, &[u8]), format: Format, class: &str, classes: &[&str]) -> Model {
    let model = model(bytes).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    assert_eq!(model.format, format, "{name}");
    assert_eq!(model.class.as_deref(), Some(class), "{name}");
    assert_eq!(model.size, bytes.len() as u64, "{name}");
    let inputs = model.inputs.as_ref().unwrap_or_else(|| panic!("{name}"));
    assert_eq!(inputs.count, Some(4), "{name}");
    assert_eq!(inputs.names, FLOWER, "{name}");
    assert_eq!(model.classes, classes, "{name}");
    assert_eq!(model.dangers, [], "{name}");
    assert_eq!(model.broken, None, "{name}");
    model
}

fn steps(model: &Model) -> Vec<(&str, &str)> {
    model.steps.iter().map(|Step { name, class }| (&**name, &**class)).collect()
}

const PIPELINE: &str = "sklearn.pipeline.Pipeline";
const PARTS: [(&str, &str); 2] = [
    ("scale", "sklearn.preprocessing._data.StandardScaler"),
    ("model", "sklearn.linear_model._logistic.LogisticRegression"),
];

#[test]
fn pipelines_of_five_versions_of_scikit_learn() {
    for (version, pickle, joblib, numpy_2) in [
        ("1.2.2", fixture!("iris-sklearn-1.2.2.pkl"), fixture!("iris-sklearn-1.2.2.joblib"), false),
        ("1.3.2", fixture!("iris-sklearn-1.3.2.pkl"), fixture!("iris-sklearn-1.3.2.joblib"), false),
        ("1.4.2", fixture!("iris-sklearn-1.4.2.pkl"), fixture!("iris-sklearn-1.4.2.joblib"), true),
        ("1.5.2", fixture!("iris-sklearn-1.5.2.pkl"), fixture!("iris-sklearn-1.5.2.joblib"), true),
        ("1.6.1", fixture!("iris-sklearn-1.6.1.pkl"), fixture!("iris-sklearn-1.6.1.joblib"), true),
    ] {
        for (file, format) in [(pickle, Format::Pickle), (joblib, Format::Joblib)] {
            let model = flower(file, format, PIPELINE, SPECIES);
            assert_eq!(model.library, Some(library("scikit-learn", Some(version))));
            assert_eq!(steps(&model), PARTS);
            assert_eq!(model.needs_numpy_2(), numpy_2, "{version}");
        }
    }
}

#[test]
fn every_protocol_of_pickle_says_the_same() {
    for file in [
        fixture!("iris-protocol-0.pkl"),
        fixture!("iris-protocol-1.pkl"),
        fixture!("iris-protocol-2.pkl"),
        fixture!("iris-protocol-3.pkl"),
        fixture!("iris-protocol-4.pkl"),
        fixture!("iris-protocol-5.pkl"),
    ] {
        let model = flower(file, Format::Pickle, PIPELINE, NUMBERED);
        assert_eq!(steps(&model), PARTS);
        assert_eq!(model.library, Some(library("scikit-learn", Some("1.5.2"))));
    }
}

#[test]
fn every_compression_of_joblib_says_the_same() {
    for (file, compression) in [
        (fixture!("forest-plain.joblib"), None),
        (fixture!("forest-zlib.joblib"), Some(Compression::Zlib)),
        (fixture!("forest-gzip.joblib"), Some(Compression::Gzip)),
        (fixture!("forest-bz2.joblib"), Some(Compression::Bz2)),
        (fixture!("forest-lzma.joblib"), Some(Compression::Lzma)),
        (fixture!("forest-xz.joblib"), Some(Compression::Xz)),
        (fixture!("forest-lz4.joblib"), Some(Compression::Lz4)),
    ] {
        let class = "sklearn.ensemble._forest.RandomForestClassifier";
        let model = flower(file, Format::Joblib, class, SPECIES);
        assert_eq!(model.compression, compression);
        assert_eq!(model.needs, [library("joblib", None), library("numpy", None)]);
    }
}

#[test]
fn estimators_with_losses_trees_random_states_and_searches_are_safe() {
    flower(fixture!("boost.pkl"), Format::Pickle, "sklearn.ensemble._gb.GradientBoostingClassifier", SPECIES);
    flower(
        fixture!("hist-boost.pkl"),
        Format::Pickle,
        "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingRegressor",
        &[],
    );
    flower(
        fixture!("grid-svc.pkl"),
        Format::Pickle,
        "sklearn.model_selection._search.GridSearchCV",
        NUMBERED,
    );
    flower(fixture!("log1p.pkl"), Format::Pickle, PIPELINE, NUMBERED);
    let model = flower(fixture!("columns-neighbours.joblib"), Format::Joblib, PIPELINE, SPECIES);
    assert_eq!(model.steps[0].class, "sklearn.compose._column_transformer.ColumnTransformer");
}

#[test]
fn a_model_of_words_has_no_features_but_steps_that_say_so() {
    let model = model(fixture!("words.pkl").1).unwrap();
    assert_eq!(model.inputs, None);
    assert_eq!(model.steps[0].class, "sklearn.feature_extraction.text.CountVectorizer");
    assert_eq!(model.classes, ["0", "1"]);
    assert_eq!(model.dangers, []);
}

#[test]
fn a_dictionary_of_models_is_looked_into() {
    let model = flower(fixture!("dict-of-models.pkl"), Format::Pickle, "builtins.dict", SPECIES);
    assert_eq!(
        steps(&model),
        [
            ("scaler", "sklearn.preprocessing._data.StandardScaler"),
            ("model", "sklearn.linear_model._logistic.LogisticRegression"),
        ]
    );
}

#[test]
fn xgboost_in_its_own_formats_and_pickled() {
    for (file, format, class) in [
        (fixture!("xgb.json"), Format::XgboostJson, "xgboost.core.Booster"),
        (fixture!("xgb.ubj"), Format::XgboostUbjson, "xgboost.core.Booster"),
        (fixture!("xgb.pkl"), Format::Pickle, "xgboost.sklearn.XGBClassifier"),
    ] {
        let model = flower(file, format, class, NUMBERED);
        assert_eq!(model.library, Some(library("xgboost", Some("3.2.0"))));
        assert_eq!(model.inputs.unwrap().types, ["float"; 4]);
    }
    let model = flower(fixture!("xgb-pipeline.joblib"), Format::Joblib, PIPELINE, NUMBERED);
    assert_eq!(model.library, Some(library("scikit-learn", Some("1.5.2"))));
    assert!(model.needs.contains(&library("xgboost", Some("3.2.0"))), "{:?}", model.needs);
}

#[test]
fn lightgbm_as_text_and_pickled() {
    let model = flower(fixture!("lgbm.txt"), Format::LightgbmText, "lightgbm.basic.Booster", NUMBERED);
    assert_eq!(model.library, Some(library("lightgbm", None)));
    let model = flower(fixture!("lgbm.pkl"), Format::Pickle, "lightgbm.sklearn.LGBMClassifier", SPECIES);
    assert_eq!(model.library, Some(library("lightgbm", None)));
    assert!(model.needs.contains(&library("scikit-learn", Some("1.5.2"))), "{:?}", model.needs);
}

#[test]
fn onnx_with_a_column_each_or_one_matrix() {
    let columns = model(fixture!("iris-columns.onnx").1).unwrap();
    assert_eq!(columns.format, Format::Onnx);
    assert_eq!(columns.library, Some(library("skl2onnx", Some("1.20.0"))));
    assert_eq!(columns.classes, SPECIES);
    assert_eq!(columns.inputs.as_ref().unwrap().names, FLOWER);
    assert_eq!(columns.inputs.unwrap().types, ["float32[?,1]"; 4]);
    let matrix = model(fixture!("iris-matrix.onnx").1).unwrap();
    assert_eq!(
        matrix.inputs,
        Some(Inputs { count: Some(1), names: vec!["X".into()], types: vec!["float32[?,4]".into()] })
    );
    assert_eq!(
        matrix.outputs,
        [
            Output { name: "label".into(), kind: "string[?]".into() },
            Output { name: "probabilities".into(), kind: "float32[?,3]".into() },
        ]
    );
}

#[test]
fn skops_safetensors_keras_and_torch() {
    let model = flower(fixture!("iris.skops"), Format::Skops, PIPELINE, &[]);
    assert_eq!(steps(&model), PARTS);
    assert_eq!(model.library, Some(library("scikit-learn", Some("1.5.2"))));

    let model = super::model(fixture!("net.safetensors").1).unwrap();
    assert_eq!(model.format, Format::Safetensors);
    assert_eq!(model.library, Some(library("torch", None)));
    assert_eq!(steps(&model), [("weight", "F32[3,4]"), ("bias", "F16[3]")]);

    let model = super::model(fixture!("layout.keras").1).unwrap();
    assert_eq!(model.format, Format::Keras);
    assert_eq!(model.class.as_deref(), Some("keras.Sequential"));
    assert_eq!(model.library, Some(library("keras", Some("3.5.0"))));
    assert_eq!(steps(&model), [("flower", "InputLayer"), ("dense", "Dense")]);
    assert_eq!(model.inputs.unwrap().types, ["float32[?,4]"]);

    for (file, class) in [
        (fixture!("torch-layout-state.pt"), "collections.OrderedDict"),
        (fixture!("torch-layout-module.pt"), "torch.nn.modules.linear.Linear"),
    ] {
        let model = super::model(file.1).unwrap();
        assert_eq!(model.format, Format::Torch);
        assert_eq!(model.class.as_deref(), Some(class));
        assert_eq!(model.library, Some(library("torch", None)));
        assert_eq!(model.dangers, []);
    }
}

#[test]
fn what_is_no_model_is_unknown() {
    for text in [
        "",
        "Hello",
        "N. America, 5\n",
        "Id,SepalLength\n1,5.1\n",
        "import os\nos.system('ls')\n",
        "(a, b)\n",
        "class A:\nos.system('ls')\n",
        "columns\nsys.path\n",
        "{\"a\": 1}",
        "{\"cells\": [], \"metadata\": {}}",
        "PK\u{3}\u{4}",
        "version: 1\n",
        "# Title\n",
    ] {
        let fault = model(text.as_bytes()).unwrap_err();
        assert!(
            matches!(fault, Fault::Unknown | Fault::Malformed { .. } | Fault::Truncated { .. }),
            "{text}: {fault}"
        );
    }
    assert_eq!(model(b"Hello").unwrap_err(), Fault::Unknown);
    assert_eq!(model(b"N. America").unwrap_err(), Fault::Unknown);
}

//! Keras 3's own format: the layers in `config.json`, the version in `metadata.json`.

use super::{
    Inputs, Step,
    danger::Findings,
    fault::Fault,
    json, limits,
    show::harmless,
    stream::Stream,
    tree::{Path, Value},
};

/// What the layers say.
#[derive(Debug, Default)]
pub struct Network {
    pub class: Option<String>,
    pub layers: Vec<Step>,
    pub inputs: Option<Inputs>,
}

/// The version of Keras in `metadata.json`.
pub fn version(stream: &mut Stream<'_>) -> Result<Option<String>, Fault> {
    let mut version = None;
    json::walk(stream, limits::HEADER, &mut |path, value| {
        if path.is(&["keras_version"]) {
            version = value.text().map(|version| harmless(version, 40));
        }
    })?;
    Ok(version)
}

/// The layers in `config.json`.
pub fn read(stream: &mut Stream<'_>, findings: &mut Findings) -> Result<Network, Fault> {
    let mut network = Network::default();
    let mut module = String::new();
    let mut inputs: Vec<(u64, String, Vec<String>)> = Vec::new();
    let mut lambdas = 0;
    json::walk(stream, limits::JSON, &mut |path: &Path, value| {
        // A lambda layer carries Python's bytecode, which loading runs unless it is told not to.
        if path.ends(&["class_name"]) && value.text() == Some("__lambda__") {
            lambdas += 1;
        }
        if path.is(&["module"]) {
            module = harmless(value.text().unwrap_or_default(), limits::SHORT);
        } else if path.is(&["class_name"]) {
            let class = harmless(value.text().unwrap_or_default(), limits::SHORT);
            network.class = Some(if module.is_empty() { class } else { format!("{module}.{class}") });
        }
        let Some(index) = path.index(2).filter(|_| path.keys().len() >= 4 && path.first() == Some("config"))
        else {
            return;
        };
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        if place >= limits::STEPS {
            return;
        }
        if network.layers.len() <= place {
            network.layers.resize(place + 1, Step { name: String::new(), class: String::new() });
        }
        let Some(layer) = network.layers.get_mut(place) else { return };
        if path.is(&["config", "layers", "*", "class_name"]) {
            layer.class = harmless(value.text().unwrap_or_default(), limits::SHORT);
        } else if path.is(&["config", "layers", "*", "config", "name"]) {
            layer.name = harmless(value.text().unwrap_or_default(), limits::SHORT);
        } else if path.is(&["config", "layers", "*", "config", "dtype"]) {
            if let (Some(kind), Some(input)) =
                (value.text(), inputs.iter_mut().find(|input| input.0 == index))
            {
                input.1 = harmless(kind, 40);
            }
        } else if path.is(&["config", "layers", "*", "config", "batch_shape", "*"]) {
            let side = match value {
                Value::Int(side) => side.to_string(),
                _ => "?".to_owned(),
            };
            match inputs.iter_mut().find(|input| input.0 == index) {
                Some(input) if input.2.len() < 16 => input.2.push(side),
                Some(_) => {}
                None => inputs.push((index, String::new(), vec![side])),
            }
        }
    })?;
    for _ in 0..lambdas {
        findings.trick("keras.layers.Lambda(<bytecode of Python>)".to_owned(), 0);
    }
    inputs.retain(|(index, ..)| {
        let layer = usize::try_from(*index).ok().and_then(|place| network.layers.get(place));
        layer.is_some_and(|layer| layer.class == "InputLayer")
    });
    if !inputs.is_empty() {
        network.inputs = Some(Inputs {
            count: Some(inputs.len() as u64),
            names: inputs
                .iter()
                .filter_map(|(index, ..)| network.layers.get(usize::try_from(*index).ok()?))
                .map(|layer| layer.name.clone())
                .collect(),
            types: inputs.iter().map(|(_, kind, shape)| format!("{kind}[{}]", shape.join(","))).collect(),
        });
    }
    Ok(network)
}

use std::time::{Duration, Instant};

use super::*;

/// All bases: each format, each protocol, each compression.
const BASES: &[(&str, &[u8])] = &[
    fixture!("iris-protocol-0.pkl"),
    fixture!("iris-protocol-1.pkl"),
    fixture!("iris-protocol-2.pkl"),
    fixture!("iris-protocol-4.pkl"),
    fixture!("iris-protocol-5.pkl"),
    fixture!("iris-sklearn-1.2.2.joblib"),
    fixture!("iris-sklearn-1.6.1.joblib"),
    fixture!("forest-zlib.joblib"),
    fixture!("forest-gzip.joblib"),
    fixture!("forest-bz2.joblib"),
    fixture!("forest-lzma.joblib"),
    fixture!("forest-xz.joblib"),
    fixture!("forest-lz4.joblib"),
    fixture!("danger-object-array.joblib"),
    fixture!("danger-inst.pkl"),
    fixture!("words.pkl"),
    fixture!("lgbm.txt"),
    fixture!("xgb.json"),
    fixture!("xgb.ubj"),
    fixture!("xgb.pkl"),
    fixture!("iris-columns.onnx"),
    fixture!("net.safetensors"),
    fixture!("layout.keras"),
    fixture!("torch-layout-module.pt"),
    fixture!("danger.npz"),
];

/// Changes a few bytes, mostly near each other, and sometimes the length.
fn mutated(random: &mut fastrand::Rng, base: &[u8]) -> Vec<u8> {
    let mut bytes = base.to_vec();
    for _ in 0..random.usize(1..8) {
        let at = random.usize(0..bytes.len().max(1));
        match random.u8(0..8) {
            0 if !bytes.is_empty() => bytes.truncate(at),
            1 => {
                let part = bytes[at.min(bytes.len())..].iter().take(random.usize(1..64)).copied().collect::<Vec<_>>();
                let to = random.usize(0..=bytes.len());
                bytes.splice(to..to, part);
            }
            2 => {
                bytes.drain(at.min(bytes.len())..(at + random.usize(0..16)).min(bytes.len()));
            }
            3 => {
                for byte in bytes.iter_mut().skip(at).take(8) {
                    *byte = 0xff;
                }
            }
            4 => bytes.insert(at.min(bytes.len()), *random.choice(b"(.012FIJKLMNPQRSTUVXabcde}gijl]oprst)u\x80\x81\x82\x85\x86\x87\x8a\x8b\x92\x93\x94\x95\x96\x97").unwrap()),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.u8(..);
                }
            }
        }
    }
    bytes
}

/// `MODEL_MUTATIONS` has more of them made, `MODEL_SEED` the same ones again.
#[test]
fn damaged_files_end_in_a_model_or_a_fault() {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    let seed = number("MODEL_SEED").unwrap_or_else(|| fastrand::u64(..));
    let count = number("MODEL_MUTATIONS").unwrap_or(20_000);
    println!("MODEL_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut models, mut faults) = (0u64, 0u64);
    for round in 0..count {
        let (name, base) = BASES[random.usize(0..BASES.len())];
        let bytes = mutated(&mut random, base);
        let begun = Instant::now();
        match model(&bytes) {
            Ok(model) => {
                models += 1;
                assert!(model.dangers.len() <= 100 && model.calls.len() <= 1000);
                let texts =
                    model.dangers.iter().map(|danger| &danger.call).chain(&model.calls).chain(&model.classes);
                for text in texts.chain(model.steps.iter().flat_map(|step| [&step.name, &step.class])) {
                    assert!(!text.chars().any(char::is_control), "{name}, round {round}: {text:?}");
                    assert!(text.len() < 8192, "{name}, round {round}");
                }
            }
            Err(_) => faults += 1,
        }
        assert!(begun.elapsed() < Duration::from_secs(1), "{name}, round {round} of seed {seed}");
    }
    // Were all of them the one or the other, the changes would be too small or too great to find anything.
    assert!(models > count / 50 && faults > count / 50, "{models} models, {faults} faults");
}

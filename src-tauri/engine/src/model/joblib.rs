//! joblib's own part: after the BUILD of a wrapper its array's bytes follow, in the middle of the pickle.
//! Source: joblib's `numpy_pickle.py`, `NumpyArrayWrapper.read_array`.

use super::{
    array,
    fault::Fault,
    machine::{Dialect, Reading},
    node::{Array, Id, Node},
};

/// Attributes of a wrapper: six, of which old versions lack one.
const ATTRIBUTES: usize = 16;
/// numpy's own bound.
const DIMENSIONS: usize = 64;

/// Passes the array behind the wrapper `object`, which becomes the array.
pub fn array(reading: &mut Reading<'_, '_>, object: Id, state: Id, at: u64) -> Result<(), Fault> {
    let malformed = |what| Fault::Malformed { at, what };
    let store = &*reading.store;
    match store.node(state) {
        Node::Dict(items) if items.count() <= 2 * ATTRIBUTES => {}
        _ => return Err(malformed("a damaged wrapper of joblib")),
    }
    let of = store.get(state, "dtype").ok_or(malformed("an array of joblib without a dtype"))?;
    let dtype = array::dtype(store, of).ok_or(malformed("an array of joblib of an unknown dtype"))?;
    if dtype.objects {
        // Here joblib asks pickle itself to write the array.
        let inner = reading.pickle(Dialect::Plain)?.ok_or(Fault::Truncated { at: reading.stream.at() })?;
        let node = reading.store.node(inner);
        reading.store.replace(object, node);
        return Ok(());
    }
    let shape = store.get(state, "shape").ok_or(malformed("an array of joblib without a shape"))?;
    let mut length = Some(dtype.size);
    for (index, side) in store.elements(shape).enumerate() {
        let side = array::count(store, side).filter(|_| index < DIMENSIONS);
        let side = side.ok_or(malformed("an array of joblib with a damaged shape"))?;
        length = length.and_then(|length| length.checked_mul(side));
    }
    let length = length.ok_or(malformed("an array of joblib with a damaged shape"))?;
    // Since joblib 1.2 a byte says how many more come before the array, so that it can be mapped into memory.
    let padded = store.get(state, "numpy_array_alignment_bytes");
    if padded.is_some_and(|padded| store.node(padded) != Node::None) {
        let padding = reading.stream.byte()?;
        reading.stream.skip(padding.into())?;
    }
    let blob = reading.blob(length)?;
    reading.store.make_array(object, Array { dtype: of, blob });
    Ok(())
}

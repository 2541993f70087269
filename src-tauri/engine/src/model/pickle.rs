//! All pickles of a file, one after the other.

use super::{
    Format,
    danger::{Findings, Kind},
    fault::Fault,
    limits,
    machine::{Dialect, Reading},
    node::{Id, Node, Store},
    sklearn::{self, Facts},
    stream::Stream,
};

/// The byte that begins protocols 2 to 5.
const PROTO: u8 = 0x80;

/// What was in the file.
#[derive(Debug, Default)]
pub struct Pickles {
    /// Every value that the pickles make.
    pub store: Store,
    /// What each of them leaves behind, in order.
    pub roots: Vec<Id>,
    /// Arrays of joblib were between the opcodes.
    pub arrays: bool,
    /// Bytes after the last STOP that are no pickle.
    pub trailing: u64,
    /// Why reading ended early. What had run until then would still have run.
    pub fault: Option<Fault>,
}

impl Pickles {
    /// PyTorch before 1.6: a number, the version of the layout, a description of the machine, then the model.
    fn old_torch(&self) -> bool {
        let node = |index: usize| self.roots.get(index).map(|id| self.store.node(*id));
        node(0) == Some(Node::Long) && node(1) == Some(Node::Int(1001)) && self.roots.len() > 3
    }

    /// Whose way of writing it is.
    pub fn format(&self) -> Format {
        if self.arrays {
            Format::Joblib
        } else if self.old_torch() {
            Format::Torch
        } else {
            Format::Pickle
        }
    }

    /// What the first says that says something: some programs write a version before the model.
    pub fn facts(&self) -> Facts {
        let skip = if self.old_torch() { 3 } else { 0 };
        let mut first = None;
        for root in self.roots.iter().skip(skip) {
            let facts = sklearn::facts(&self.store, *root);
            if facts.library.is_some() {
                return facts;
            }
            if first.is_none() && facts.class.is_some() {
                first = Some(facts);
            }
        }
        first.unwrap_or_default()
    }
}

/// Reads to the end of the stream, or to the first fault.
pub fn read(stream: &mut Stream<'_>, findings: &mut Findings, dialect: Dialect) -> Pickles {
    let mut pickles = Pickles::default();
    let mut reading = Reading { stream, store: &mut pickles.store, findings, opcodes: 0, arrays: 0 };
    loop {
        let start = reading.stream.at();
        let (dangers, calls) = (reading.findings.dangers.len(), reading.findings.calls.len());
        let announced = matches!(reading.stream.peek(), Ok(Some(PROTO)));
        if pickles.roots.len() >= limits::PICKLES {
            break;
        }
        match reading.pickle(dialect) {
            Ok(Some(root)) => pickles.roots.push(root),
            Ok(None) => break,
            Err(fault)
                if pickles.roots.is_empty() || announced || matches!(fault, Fault::TooLarge { .. }) =>
            {
                pickles.fault = Some(fault);
                break;
            }
            Err(_) => {
                // Not a pickle, then: most bytes are an opcode of protocol 0. What is dangerous beyond doubt stays.
                let mut place = 0;
                reading.findings.dangers.retain(|danger| {
                    place += 1;
                    place <= dangers || danger.kind == Kind::Known
                });
                reading.findings.calls.truncate(calls);
                pickles.trailing = reading.stream.at() - start + reading.stream.rest().unwrap_or(0);
                break;
            }
        }
    }
    pickles.arrays = reading.arrays > 0;
    pickles
}

/// Reads the first pickle as pickle itself would, for what it would run.
pub fn first(stream: &mut Stream<'_>, findings: &mut Findings) {
    let mut store = Store::default();
    let mut reading = Reading { stream, store: &mut store, findings, opcodes: 0, arrays: 0 };
    // Most end at the first array, which is no opcode.
    let _ = reading.pickle(Dialect::Plain);
}

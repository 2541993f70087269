//! What loading a pickle would run.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    known::Verdict,
    limits,
    node::{Global, Id, Node, Store},
    show::{harmless, show},
};

/// A call, or a function that is handed on, which loading would make and which is not known to be harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Danger {
    /// The call as a person would write it, bounded, on one line: `os.system('rm -rf …')`; without arguments when
    /// the function is only handed on.
    pub call: String,
    /// The byte of the opcode. In a compressed file, the byte of what comes out of it.
    pub place: u64,
    /// The file inside a zip.
    pub within: Option<String>,
    /// How sure this is.
    pub kind: Kind,
}

/// How sure it is that a call does harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It runs commands or code, opens files or connections, or hides what is called.
    Known,
    /// Nobody here knows what it does.
    Unknown,
}

/// What was found so far.
#[derive(Debug, Default)]
pub struct Findings {
    /// In the order of the file, at most `limits::DANGERS`.
    pub dangers: Vec<Danger>,
    /// How many more there are.
    pub more: u64,
    /// The names of all that is called, each once, at most `limits::CALLS`.
    pub calls: Vec<String>,
    /// Whether any of the dangers is more than a name.
    pub ran: bool,
    /// The file inside a zip that is being read.
    pub within: Option<String>,
    /// By the function: its place in `dangers` while it was not yet called.
    referred: HashMap<u32, usize>,
    called: Vec<bool>,
    /// How many calls were put into words: that takes time.
    shown: usize,
}

impl Findings {
    /// Forgets which function has which number: another pickle, with its own values, begins.
    pub fn begin(&mut self, within: Option<String>) {
        self.within = within.map(|name| harmless(&name, limits::SHORT));
        self.referred.clear();
        self.called.clear();
    }

    fn add(&mut self, call: String, place: u64, kind: Kind) {
        if self.dangers.len() < limits::DANGERS {
            self.dangers.push(Danger { call, place, within: self.within.clone(), kind });
        } else {
            self.more += 1;
        }
    }

    /// A function was named. Naming it imports its module, and whoever holds it may call it later.
    pub fn refer(&mut self, store: &Store, id: Id, place: u64) {
        let Node::Global(global) = store.node(id) else { return };
        let Some(found) = store.global(global) else { return };
        let Some(kind) = found.verdict.danger() else { return };
        if !self.referred.contains_key(&global) {
            self.referred.insert(global, self.dangers.len());
            self.add(show(store, id, None), place, kind);
        }
    }

    /// A function is called.
    pub fn call(&mut self, store: &Store, callable: Id, arguments: Id, place: u64) {
        let (index, global) = match store.node(callable) {
            Node::Global(index) => (index, store.global(index)),
            _ => (u32::MAX, None),
        };
        let Some(global) = global else {
            // What another call returned is called: whatever it is, no pickler writes that.
            self.ran = true;
            self.shown += 1;
            if self.shown > 4 * limits::DANGERS {
                self.more += 1;
            } else {
                self.add(show(store, callable, Some(arguments)), place, Kind::Unknown);
            }
            return;
        };
        self.list(index, global);
        let kind = match global.verdict {
            Verdict::Constructor => return,
            Verdict::Checked(check) if check.holds(store, arguments) => return,
            Verdict::Checked(_) | Verdict::Named | Verdict::Unknown => Kind::Unknown,
            Verdict::Known => Kind::Known,
        };
        self.ran = true;
        self.shown += 1;
        if self.shown > 4 * limits::DANGERS {
            self.more += 1;
            return;
        }
        let call = show(store, callable, Some(arguments));
        // The name alone says less than the call.
        let referred = self.referred.get(&index).and_then(|place| self.dangers.get_mut(*place));
        match referred {
            Some(danger) if !danger.call.ends_with(')') => {
                danger.call = call;
                danger.place = place;
            }
            Some(danger) if danger.call == call => {}
            _ => self.add(call, place, kind),
        }
    }

    /// Something else that no pickler does.
    pub fn trick(&mut self, call: String, place: u64) {
        self.ran = true;
        self.add(call, place, Kind::Known);
    }

    /// A function that only the loading program knows.
    pub fn unknown(&mut self, call: String, place: u64) {
        self.add(call, place, Kind::Unknown);
    }

    fn list(&mut self, index: u32, global: &Global) {
        let index = index as usize;
        if self.called.len() <= index {
            self.called.resize(index + 1, false);
        }
        if let Some(called) = self.called.get_mut(index)
            && !std::mem::replace(called, true)
            && self.calls.len() < limits::CALLS
        {
            let dotted = harmless(&global.dotted(), 2 * limits::NAME);
            if !self.calls.contains(&dotted) {
                self.calls.push(dotted);
            }
        }
    }
}

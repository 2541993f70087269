//! Folders that come to the window from outside: dropped on it, or named on a command line.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::Serialize;
use tauri::{DragDropEvent, ipc::Channel};
use ts_rs::TS;

/// Something that came from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "arrival", rename_all = "lowercase")]
#[ts(export)]
pub enum Arrival {
    /// Something is held over the window.
    Over,
    /// It was taken away again.
    Gone,
    /// A folder (or a file, which the engine then says) to be opened.
    Folder {
        /// Its path, absolute.
        path: PathBuf,
    },
}

/// Where arrivals go: to the page, once it listens.
#[derive(Default)]
pub struct Arrivals(Mutex<Listener>);

#[derive(Default)]
struct Listener {
    page: Option<Channel<Arrival>>,
    early: Option<PathBuf>,
}

impl Arrivals {
    /// The page listens from now on, and gets what came before it did.
    pub fn listen(&self, page: Channel<Arrival>) {
        let early = {
            let mut listener = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            listener.page = Some(page);
            listener.early.take()
        };
        if let Some(path) = early {
            self.tell(Arrival::Folder { path });
        }
    }

    /// What the window system says of something dragged.
    pub fn dragged(&self, event: &DragDropEvent) {
        match event {
            DragDropEvent::Enter { .. } => self.tell(Arrival::Over),
            DragDropEvent::Leave => self.tell(Arrival::Gone),
            DragDropEvent::Drop { paths, .. } => match paths.first() {
                Some(path) => self.tell(Arrival::Folder { path: path.clone() }),
                None => self.tell(Arrival::Gone),
            },
            _ => {}
        }
    }

    /// A command line: the program's name, then perhaps a folder, relative to `from`.
    pub fn named(&self, words: impl IntoIterator<Item = impl Into<PathBuf>>, from: &Path) {
        let flag = |word: &PathBuf| word.as_os_str().as_encoded_bytes().starts_with(b"-");
        let folder = words.into_iter().skip(1).map(Into::into).find(|word| !flag(word));
        if let Some(folder) = folder {
            self.tell(Arrival::Folder { path: from.join(folder) });
        }
    }

    fn tell(&self, arrival: Arrival) {
        let mut listener = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (&listener.page, arrival) {
            (Some(page), arrival) => {
                // A page that is gone hears nothing, which is no fault.
                let _ = page.send(arrival);
            }
            (None, Arrival::Folder { path }) => listener.early = Some(path),
            (None, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tauri::ipc::InvokeResponseBody;

    use super::*;

    fn page() -> (Channel<Arrival>, Arc<Mutex<Vec<String>>>) {
        let heard = Arc::<Mutex<Vec<String>>>::default();
        let channel = Channel::new({
            let heard = heard.clone();
            move |body| {
                if let InvokeResponseBody::Json(json) = body {
                    heard.lock().unwrap().push(json);
                }
                Ok(())
            }
        });
        (channel, heard)
    }

    #[test]
    fn a_folder_named_before_the_page_listens_is_not_lost() {
        let arrivals = Arrivals::default();
        arrivals.named(["slipway-window", "iris"], Path::new("/home/ana"));
        let (channel, heard) = page();
        arrivals.listen(channel);
        let path = Path::new("/home/ana").join("iris");
        let expected = serde_json::json!({ "arrival": "folder", "path": path }).to_string();
        assert_eq!(*heard.lock().unwrap(), [expected]);
    }

    #[test]
    fn a_command_line_without_a_folder_opens_none() {
        let arrivals = Arrivals::default();
        arrivals.named(["slipway-window", "--unknown"], Path::new("/"));
        let (channel, heard) = page();
        arrivals.listen(channel);
        assert!(heard.lock().unwrap().is_empty());
    }
}

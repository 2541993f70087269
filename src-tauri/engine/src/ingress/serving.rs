//! Whether a controller serves: the answer that it gives by itself, on this machine and from its own pod.

use std::{net::SocketAddr, time::Duration};

use super::found::Server;
use crate::{
    facts::Answer,
    http::{Ask, AskError},
    kubernetes::Connection,
};

/// A host that no Ingress has: the controller answers by itself, usually with a 404.
const NOBODY: &str = "http://nobody.slipway.invalid/";
const WITHIN: Duration = Duration::from_secs(5);

/// What keeps a controller from serving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// Nothing answers on this machine's port.
    NoAnswer(AskError),
    /// Something answers there that is not this controller: it says other things than the controller's pod.
    SomethingElse {
        /// What answered, shortened.
        said: String,
    },
}

/// The controller's own answer on this machine, seen to be the very one that its pod gives.
pub async fn own_answer(connection: &Connection, server: &Server, port: u16) -> Result<Answer, Silence> {
    let ask = Ask::get(NOBODY);
    let here = SocketAddr::from(([127, 0, 0, 1], port));
    let (outside, inside) = tokio::join!(
        ask.send(Some(here), WITHIN),
        connection.ask_pod(&server.namespace, &server.pod, server.pod_port, &ask, WITHIN)
    );
    let outside = outside.map_err(Silence::NoAnswer)?;
    match inside {
        Ok(inside) if (inside.status, &inside.body) != (outside.status, &outside.body) => {
            Err(Silence::SomethingElse { said: format!("{} {}", outside.status, first_line(&outside.body)) })
        }
        // A pod that cannot be asked by this user proves nothing either way: the answer on this machine counts.
        _ => Ok(Answer {
            request: format!("GET http://127.0.0.1:{port}/ (Host: nobody.slipway.invalid)"),
            ..outside
        }),
    }
}

fn first_line(body: &str) -> String {
    body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().chars().take(120).collect()
}

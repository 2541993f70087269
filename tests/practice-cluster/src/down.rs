//! Taking the cluster down: nothing of it stays but files in the user's cache folder.

use std::{fs, io};

use crate::{
    error::{Doing, Result},
    lock::Lock,
    machine, network,
    places::Places,
    progress::{Progress, Step},
    root::Root,
};

/// Takes it down, whatever is left of it.
pub(crate) async fn down(places: &Places, progress: &Progress) -> Result<()> {
    machine::can_run_here()?;
    let step = progress.step("cluster");
    let _lock = Lock::take(&places.root_lock(), "cluster down", &step).await?;
    take_down(&Root::at(places.root()), &step).await?;
    step.done("the cluster is down");
    Ok(())
}

/// The same, for one who holds the lock.
pub(crate) async fn take_down(root: &Root, step: &Step) -> Result<()> {
    let processes = root.processes()?;
    if !processes.is_empty() {
        step.says(format!("ends {} processes", processes.len()));
    }
    root.end_processes().await?;
    if let Some(state) = root.state() {
        // In another network, or after a new start of the machine, there is nothing to take back.
        if network::namespace()? == state.before.namespace && root.is_set_up()? {
            step.says("takes back firewall rules, links and addresses");
            network::take_back(root.path(), &state.before).await?;
        }
    }
    root.detach()?;
    root.cgroup().remove().await?;
    clear_networks(root)?;
    root.forget()
}

/// Addresses that were given to pods, which are all gone.
fn clear_networks(root: &Root) -> Result<()> {
    let folder = root.path().join("var/lib/cni");
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.doing(|| format!("remove {}", folder.display())),
    }
}

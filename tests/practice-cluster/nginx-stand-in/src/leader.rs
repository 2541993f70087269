//! Leader election by a Lease, so that one replica alone writes the status of Ingresses.

use std::time::Duration;

use k8s_openapi::{
    api::coordination::v1::{Lease, LeaseSpec},
    apimachinery::pkg::apis::meta::v1::MicroTime,
    jiff::Timestamp,
};
use kube::{Api, api::PostParams};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

use crate::{info, warning};

/// How long a Lease lasts that is not renewed.
const LASTS: Duration = Duration::from_secs(30);

/// How often it is renewed, or asked for.
const RENEWED: Duration = Duration::from_millis(7_500);

/// Seeks and keeps the lead until the future is dropped; `leads` says whether it is ours.
pub async fn seek(leases: Api<Lease>, name: &str, me: &str, leads: watch::Sender<bool>) {
    let mut ticks = interval(RENEWED);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let leading = match take(&leases, name, me).await {
            Ok(leading) => leading,
            Err(error) => {
                warning!("the Lease {name} cannot be had: {error}");
                false
            }
        };
        leads.send_if_modified(|before| {
            if leading && !*before {
                info!("became leader: {me} holds the Lease {name}");
            }
            std::mem::replace(before, leading) != leading
        });
    }
}

/// Takes or renews the Lease, unless somebody else holds it.
async fn take(leases: &Api<Lease>, name: &str, me: &str) -> Result<bool, kube::Error> {
    let Some(mut lease) = leases.get_opt(name).await? else {
        let mut lease = Lease::default();
        lease.metadata.name = Some(name.to_owned());
        lease.spec = Some(spec(None, me));
        return won(leases.create(&PostParams::default(), &lease).await);
    };
    if held_by_another(lease.spec.as_ref(), me, Timestamp::now()) {
        return Ok(false);
    }
    lease.spec = Some(spec(lease.spec.as_ref(), me));
    won(leases.replace(name, &PostParams::default(), &lease).await)
}

/// Whoever writes second sees a conflict, and has lost.
fn won(written: Result<Lease, kube::Error>) -> Result<bool, kube::Error> {
    match written {
        Ok(_) => Ok(true),
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(false),
        Err(error) => Err(error),
    }
}

fn held_by_another(spec: Option<&LeaseSpec>, me: &str, now: Timestamp) -> bool {
    let Some(spec) = spec else { return false };
    let lasts = spec.lease_duration_seconds.unwrap_or_default();
    let holds = spec
        .renew_time
        .as_ref()
        .is_some_and(|renewed| now.duration_since(renewed.0).as_secs() < i64::from(lasts));
    spec.holder_identity.as_deref().is_some_and(|holder| !holder.is_empty() && holder != me) && holds
}

fn spec(before: Option<&LeaseSpec>, me: &str) -> LeaseSpec {
    let now = MicroTime(Timestamp::now());
    let mine = before.filter(|before| before.holder_identity.as_deref() == Some(me));
    let transitions = before.and_then(|before| before.lease_transitions).unwrap_or_default();
    LeaseSpec {
        holder_identity: Some(me.to_owned()),
        lease_duration_seconds: i32::try_from(LASTS.as_secs()).ok(),
        acquire_time: mine.and_then(|mine| mine.acquire_time.clone()).or(Some(now.clone())),
        renew_time: Some(now),
        lease_transitions: Some(transitions + i32::from(before.is_some() && mine.is_none())),
        ..LeaseSpec::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(by: &str, seconds_ago: i64) -> LeaseSpec {
        let renewed = Timestamp::from_second(1_000_000 - seconds_ago).unwrap();
        LeaseSpec { renew_time: Some(MicroTime(renewed)), ..spec(None, by) }
    }

    #[test]
    fn a_lease_is_anothers_until_it_has_run_out() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        assert!(held_by_another(Some(&held("other", 10)), "me", now));
        assert!(!held_by_another(Some(&held("other", 31)), "me", now));
        assert!(!held_by_another(Some(&held("me", 10)), "me", now));
        assert!(!held_by_another(None, "me", now));
    }

    #[test]
    fn a_renewed_lease_keeps_when_it_was_acquired() {
        let first = held("me", 100);
        let renewed = spec(Some(&first), "me");
        assert_eq!((&renewed.acquire_time, renewed.lease_transitions), (&first.acquire_time, Some(0)));
        assert_eq!(spec(Some(&first), "other").lease_transitions, Some(1));
    }
}

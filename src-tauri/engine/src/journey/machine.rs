//! The stage `machine`: the engine that docker would use, what it can, and the ports that the journey needs.
//!
//! It holds as soon as an engine answers. Who holds a port is reported only: an ingress controller that serves
//! there is welcome, and the stage `ingress` knows.

use async_trait::async_trait;

use super::{Journey, Scope, Verbs};
use crate::{
    action::Action,
    docker::Engine,
    facts::{Facts, Machine, Port},
    ports,
    problem::{Problem, internal},
    stage::{Evidence, Observation},
    text,
    text::Text,
    work::Work,
};

/// The ports on which an ingress controller answers.
const PORTS: [u16; 2] = [80, 443];

/// With less memory than this, Kubernetes and a model seldom fit together.
const LITTLE_MEMORY: u64 = 2 << 30;

/// With less space than this, images get no room and Kubernetes begins to remove them.
const LITTLE_SPACE: u64 = 5 << 30;

pub(super) struct MachineStage;

#[async_trait]
impl Verbs for MachineStage {
    async fn observe(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let engine = journey.engine().await?;
        let machine = facts_of(engine, ports::look(engine, &PORTS).await);
        let seen = Observation::proven(evidence(&machine));
        facts.machine = Some(machine);
        Ok(seen)
    }

    async fn plan(&self, _journey: &Journey, _facts: &Facts) -> Result<Vec<Action>, Problem> {
        Ok(Vec::new())
    }

    async fn act(&self, _journey: &Journey, _facts: &mut Facts, work: &Work) -> Result<(), Problem> {
        Err(internal(format!("machine cannot do {work:?}")))
    }

    async fn prove(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        self.observe(journey, facts).await
    }

    async fn undo(
        &self,
        _journey: &Journey,
        _facts: &Facts,
        _scope: Scope,
    ) -> Result<(Vec<Action>, Vec<Text>), Problem> {
        Ok((Vec::new(), Vec::new()))
    }
}

fn facts_of(engine: &Engine, ports: Vec<Port>) -> Machine {
    Machine {
        host: engine.host.clone(),
        rule: engine.rule.clone(),
        product: engine.product.clone(),
        version: engine.version.clone(),
        api: engine.api.clone(),
        os: engine.os.clone(),
        arch: engine.arch.clone(),
        store: engine.store.clone(),
        buildkit: engine.buildkit,
        memory: engine.memory,
        cpus: engine.cpus,
        disk_free: engine.disk_free(),
        ports,
    }
}

fn evidence(machine: &Machine) -> Vec<Evidence> {
    let mut evidence = vec![
        Evidence::exactly(
            text!("machine-engine", product = &machine.product, version = &machine.version),
            format!(
                "{} · API {} · {}/{} · {}{}",
                machine.host,
                machine.api,
                machine.os,
                machine.arch,
                machine.store,
                if machine.buildkit { " · BuildKit" } else { "" }
            ),
        ),
        machine.rule.clone().into(),
        text!("machine-given", cpus = machine.cpus, memory = machine.memory).into(),
    ];
    if machine.memory > 0 && machine.memory < LITTLE_MEMORY {
        evidence.push(text!("machine-little-memory").into());
    }
    if let Some(free) = machine.disk_free {
        evidence.push(text!("machine-disk", free = free).into());
        if free < LITTLE_SPACE {
            evidence.push(text!("machine-little-space").into());
        }
    }
    if !machine.buildkit {
        evidence.push(text!("machine-no-buildkit").into());
    }
    evidence.extend(machine.ports.iter().map(|port| port_evidence(port).into()));
    evidence
}

fn port_evidence(port: &Port) -> Text {
    let number = port.port.to_string();
    match (&port.held_by, port.free) {
        (_, true) => text!("machine-port-free", port = number),
        (Some(holder), false) => text!("machine-port-held-by", port = number, holder = holder),
        (None, false) => text!("machine-port-held", port = number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Machine {
        Machine {
            host: "unix:///var/run/docker.sock".into(),
            rule: text!("engine-rule-default"),
            product: "Docker Engine".into(),
            version: "28.5.2".into(),
            api: "1.51".into(),
            os: "linux".into(),
            arch: "amd64".into(),
            store: "containerd".into(),
            buildkit: true,
            memory: 8 << 30,
            cpus: 4,
            disk_free: None,
            ports: vec![Port { port: 80, free: true, held_by: None }],
        }
    }

    fn says(machine: &Machine) -> Vec<String> {
        evidence(machine).into_iter().map(|evidence| evidence.says.id).collect()
    }

    #[test]
    fn a_machine_that_is_well_says_engine_rule_size_and_ports() {
        assert_eq!(
            says(&machine()),
            ["machine-engine", "engine-rule-default", "machine-given", "machine-port-free"]
        );
    }

    #[test]
    fn what_is_scarce_is_said() {
        let mut scarce = machine();
        scarce.memory = 1 << 30;
        scarce.disk_free = Some(1 << 30);
        scarce.buildkit = false;
        let says = says(&scarce);
        for sentence in
            ["machine-little-memory", "machine-disk", "machine-little-space", "machine-no-buildkit"]
        {
            assert!(says.iter().any(|said| said == sentence), "{sentence}");
        }
    }

    #[test]
    fn the_holder_of_a_port_is_named_where_it_is_known() {
        let held = Port { port: 80, free: false, held_by: Some("nginx (812)".into()) };
        assert_eq!(port_evidence(&held), text!("machine-port-held-by", port = "80", holder = "nginx (812)"));
        let unknown = Port { held_by: None, ..held };
        assert_eq!(port_evidence(&unknown), text!("machine-port-held", port = "80"));
    }
}

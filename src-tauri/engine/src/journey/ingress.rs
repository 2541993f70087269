//! The stage `ingress`: a controller that lets requests into the cluster. One that works is reused, else one is
//! installed; it is proven by the answer that it gives by itself.

use std::time::Duration;

use async_trait::async_trait;
use k8s_openapi::api::{core::v1::Service, networking::v1::Ingress};
use kube::ResourceExt;

use super::{Journey, Scope, Verbs};
use crate::{
    action::{Action, Change, Undo},
    event::{Event, Phase, Progress, Unit},
    facts::{self, Facts},
    ingress::{
        f5,
        flavour::{F5, Flavour, INGRESS_NGINX},
        found::{self, Class, Server},
        ingress_nginx, ours,
        serving::{self, Silence},
    },
    kubernetes::{Connection, manifest::Manifest, mark, rollout::Hearer},
    ports,
    problem::{Code, Problem, Remedy, internal},
    stage::{Evidence, Observation, Stage},
    text,
    text::Text,
    work::Work,
};

pub(super) struct IngressStage;

/// What can be installed.
struct Installable {
    flavour: &'static Flavour,
    namespace: &'static str,
    deployment: &'static str,
    service: &'static str,
    class: &'static str,
    app: &'static str,
}

const INSTALLABLE: [Installable; 2] = [
    Installable {
        flavour: &F5,
        namespace: f5::NAMESPACE,
        deployment: f5::NAME,
        service: f5::NAME,
        class: f5::CLASS,
        app: f5::NAME,
    },
    Installable {
        flavour: &INGRESS_NGINX,
        namespace: ingress_nginx::NAMESPACE,
        deployment: ingress_nginx::NAME,
        service: ingress_nginx::NAME,
        class: ingress_nginx::CLASS,
        app: ingress_nginx::APP,
    },
];

/// What the user's word for the ingress means.
enum Wish<'a> {
    /// Whatever works; F5's where nothing does.
    Auto,
    /// This flavour.
    Flavour(&'static Installable),
    /// This class, which must be there.
    Class(&'a str),
}

fn wish(word: &str) -> Wish<'_> {
    match word {
        "auto" => Wish::Auto,
        "f5" => Wish::Flavour(&INSTALLABLE[0]),
        "ingress-nginx" => Wish::Flavour(&INSTALLABLE[1]),
        class => Wish::Class(class),
    }
}

impl Wish<'_> {
    /// What is installed where nothing that is wished for is there.
    fn installs(&self) -> Option<&'static Installable> {
        match self {
            Self::Auto => Some(&INSTALLABLE[0]),
            Self::Flavour(installable) => Some(installable),
            Self::Class(_) => None,
        }
    }

    fn wants(&self, class: &Class) -> bool {
        match self {
            Self::Auto => true,
            Self::Flavour(installable) => class.flavour == Some(installable.flavour),
            Self::Class(name) => class.name == *name,
        }
    }
}

#[async_trait]
impl Verbs for IngressStage {
    async fn observe(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let connection = journey.connection().await?;
        let word = facts.project()?.deploy.ingress.clone();
        let wish = wish(&word);
        let classes = found::classes(connection).await?;
        let mut wanted: Vec<&Class> = classes.iter().filter(|class| wish.wants(class)).collect();
        wanted.sort_by_key(|class| (!class.default, !class.ours, class.name.clone()));
        let mut evidence = Vec::new();
        for class in &wanted {
            match answer(connection, class).await {
                Ok((answer, server, port)) => {
                    let proof = proof(class, &server, &answer);
                    facts.ingress = Some(facts::Ingress {
                        class: class.name.clone(),
                        controller: class.controller.clone(),
                        serving: true,
                        ours: class.ours,
                        port,
                        default_answer: Some(answer),
                    });
                    return Ok(Observation::proven(proof));
                }
                Err(why) => evidence.push(why),
            }
        }
        // None serves: what is planned with instead.
        let class = wanted.first();
        facts.ingress = match (wish.installs(), class) {
            (Some(installable), _) => Some(facts::Ingress {
                class: installable.class.to_owned(),
                controller: installable.flavour.controller.to_owned(),
                serving: false,
                ours: class.is_some_and(|class| class.ours),
                port: 80,
                default_answer: None,
            }),
            (None, Some(class)) => return Err(not_serving(connection, class, evidence)),
            (None, None) => return Err(class_missing(&word, &classes)),
        };
        evidence.insert(0, text!("ingress-none-serves", count = classes.len()).into());
        Ok(Observation::missing(evidence))
    }

    async fn plan(&self, journey: &Journey, facts: &Facts) -> Result<Vec<Action>, Problem> {
        let connection = journey.connection().await?;
        let wish = wish(&facts.project()?.deploy.ingress);
        let Some(installable) = wish.installs() else { return Ok(Vec::new()) };
        if facts.ingress()?.serving {
            return Ok(Vec::new());
        }
        let classes = found::classes(connection).await?;
        if let Some(class) = classes
            .iter()
            .find(|class| class.name == installable.class && class.flavour != Some(installable.flavour))
        {
            return Err(class_taken(connection, class, installable));
        }
        port_is_free(connection, facts, installable).await?;
        let manifests = if *installable.flavour == INGRESS_NGINX {
            ingress_nginx::manifests(journey.choices.ingress_manifest.as_deref()).await?
        } else {
            f5::manifests()?
        };
        Ok(vec![installs(connection, installable, manifests)])
    }

    async fn act(&self, journey: &Journey, _facts: &mut Facts, work: &Work) -> Result<(), Problem> {
        let writer = journey.connection().await?.verified().await?;
        match work {
            Work::Apply(manifests) => writer.apply(manifests, &journey.choices.take_over).await,
            Work::Delete(objects) => {
                for object in objects {
                    writer.delete(object, journey.patience()).await?;
                }
                Ok(())
            }
            work => Err(internal(format!("ingress cannot do {work:?}"))),
        }
    }

    async fn prove(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let connection = journey.connection().await?;
        let installed = wish(&facts.project()?.deploy.ingress).installs();
        if let Some(installable) = installed {
            let hearer = Hearer { teller: &journey.teller, stage: Stage::Ingress };
            connection
                .rolled_out(installable.namespace, installable.deployment, journey.patience(), hearer)
                .await?;
            gets_an_address(journey, connection, facts, installable).await?;
        }
        // The controller listens a moment after its pod is ready; nothing tells of that moment but the answer.
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            let seen = self.observe(journey, facts).await?;
            if facts.ingress()?.serving {
                return Ok(seen);
            }
            if tokio::time::Instant::now() >= deadline {
                let mut problem = Problem::new(Code::IngressNotReady)
                    .with("class", &facts.ingress()?.class)
                    .with("controller", &facts.ingress()?.controller)
                    .remedy(Remedy::run(
                        text!("remedy-see-controller"),
                        connection.asked().kubectl(["get", "pods,services", "--all-namespaces"]),
                    ))
                    .retry();
                problem.evidence = seen.evidence;
                return Err(problem);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn undo(
        &self,
        journey: &Journey,
        facts: &Facts,
        scope: Scope,
    ) -> Result<(Vec<Action>, Vec<Text>), Problem> {
        let connection = journey.connection().await?;
        let mut remove = Vec::new();
        let mut keep = Vec::new();
        for installable in &INSTALLABLE {
            let mut objects = ours::objects(connection, installable.namespace, installable.app).await?;
            if objects.is_empty() {
                continue;
            }
            let product = installable.flavour.product;
            if !scope.ingress {
                keep.push(text!("ingress-keeps", product = product));
                continue;
            }
            let users = users(connection, installable.class, facts).await?;
            if !users.is_empty() {
                keep.push(text!("ingress-keeps-for", product = product, users = users.join(", ")));
                continue;
            }
            let strangers = ours::strangers(connection, installable.namespace).await?;
            if !strangers.is_empty() {
                objects.retain(|object| object.kind != "Namespace");
                keep.push(text!(
                    "ingress-keeps-namespace",
                    namespace = installable.namespace,
                    objects = strangers.join(", ")
                ));
            }
            remove.push(removes(connection, installable, objects));
        }
        Ok((remove, keep))
    }
}

/// The class's controller's own answer on this machine, or why there is none.
async fn answer(connection: &Connection, class: &Class) -> Result<(facts::Answer, Server, u16), Evidence> {
    let name = &class.name;
    let Some(server) = &class.server else {
        return Err(Evidence::exactly(
            text!("ingress-no-controller", class = name),
            format!("IngressClass/{} spec.controller {}", class.name, class.controller),
        ));
    };
    let pod = format!("Pod/{} --namespace {}", server.pod, server.namespace);
    if !server.ready {
        return Err(Evidence::exactly(text!("ingress-pod-not-ready", class = name), pod));
    }
    let Some(port) = server.port else {
        let service = server.service.clone().unwrap_or_default();
        return Err(Evidence::exactly(
            text!("ingress-no-address", class = name),
            format!("Service/{service} --namespace {} status.loadBalancer {{}}", server.namespace),
        ));
    };
    match serving::own_answer(connection, server, port).await {
        Ok(answer) => Ok((answer, server.clone(), port)),
        Err(Silence::NoAnswer(why)) => Err(Evidence::exactly(
            text!("ingress-silent", class = name, port = port.to_string()),
            why.to_string(),
        )),
        Err(Silence::SomethingElse { said }) => Err(Evidence::exactly(
            text!("ingress-something-else", class = name, port = port.to_string()),
            said,
        )),
    }
}

fn proof(class: &Class, server: &Server, answer: &facts::Answer) -> Vec<Evidence> {
    let product = class.flavour.map_or(class.controller.as_str(), |flavour| flavour.product);
    let mut proof = vec![
        Evidence::exactly(
            text!("ingress-serves", product = product, class = &class.name),
            format!("Pod/{} --namespace {}", server.pod, server.namespace),
        ),
        Evidence::exactly(
            text!("ingress-own-answer", status = answer.status.to_string()),
            format!("{} → {}", answer.request, answer.status),
        ),
    ];
    if class.flavour == Some(&INGRESS_NGINX) {
        proof.push(text!("ingress-archived").into());
    }
    proof
}

/// Whether the port that the controller needs is free, or already leads into the cluster by a Service of its own.
async fn port_is_free(
    connection: &Connection,
    facts: &Facts,
    installable: &Installable,
) -> Result<(), Problem> {
    // A plan for elsewhere says nothing of this machine's ports.
    if !connection.sees_ours() {
        return Ok(());
    }
    let services = connection.all::<Service>().list("").await?;
    let holder = services.iter().find(|service| {
        found::local_address(service) && found::http_port(service).is_some_and(|port| port.port == 80)
    });
    if let Some(holder) = holder {
        let own = holder.name_any() == installable.service
            && holder.namespace().as_deref() == Some(installable.namespace);
        return if own { Ok(()) } else { Err(port_pending(connection, holder, installable)) };
    }
    let taken = facts
        .machine
        .as_ref()
        .and_then(|machine| machine.ports.iter().find(|port| port.port == 80 && !port.free));
    let Some(port) = taken else { return Ok(()) };
    let holder = match &port.held_by {
        Some(container) => Some(container.clone()),
        None => ports::process(port.port).await,
    };
    Err(port_taken(port, &holder.unwrap_or_else(|| "?".to_owned())))
}

fn port_taken(port: &facts::Port, holder: &str) -> Problem {
    Problem::new(Code::PortTaken)
        .in_stage(Stage::Ingress)
        .with("port", port.port.to_string())
        .with("holder", holder)
        .because(Evidence::exactly(
            text!("ingress-port-held", port = port.port.to_string()),
            format!("127.0.0.1:{} {holder}", port.port),
        ))
        .remedy(Remedy::say(text!("remedy-stop-holder", holder = holder)))
        .retry()
}

fn port_pending(connection: &Connection, holder: &Service, installable: &Installable) -> Problem {
    let namespace = holder.namespace().unwrap_or_default();
    let name = holder.name_any();
    let see = connection.asked().kubectl(["get", "service", &name, "--namespace", &namespace]);
    Problem::new(Code::IngressPortPending)
        .with("product", installable.flavour.product)
        .with("other", format!("{namespace}/{name}"))
        .because(Evidence::exactly(
            text!("ingress-port-of-service"),
            format!("Service/{name} --namespace {namespace} port 80, localhost"),
        ))
        .remedy(Remedy::run(text!("remedy-see-service"), see))
        .remedy(Remedy::say(text!("remedy-use-its-class")))
}

/// Waits until the controller's Service has an address of this machine. As soon as another one is seen to hold
/// its port, that is said.
async fn gets_an_address(
    journey: &Journey,
    connection: &Connection,
    facts: &Facts,
    installable: &Installable,
) -> Result<(), Problem> {
    journey.teller.tell(Event::Progress(Progress {
        stage: Stage::Ingress,
        id: "address".to_owned(),
        step: text!("ingress-awaits-address"),
        phase: Phase::Running,
        done: 0,
        total: None,
        unit: Unit::None,
    }));
    let services = connection.within::<Service>(installable.namespace);
    let given = services.wait_for(installable.service, |service| service.is_some_and(found::local_address));
    let soon = Duration::from_secs(3);
    if let Ok(given) = tokio::time::timeout(soon, given).await {
        return given.map(|_| ());
    }
    port_is_free(connection, facts, installable).await?;
    let given = services.wait_for(installable.service, |service| service.is_some_and(found::local_address));
    match tokio::time::timeout(journey.patience(), given).await {
        Ok(given) => given.map(|_| ()),
        Err(_) => Err(Problem::new(Code::IngressPortPending)
            .with("product", installable.flavour.product)
            .with("other", "?")
            .because(Evidence::quoted(format!(
                "Service/{} --namespace {} status.loadBalancer {{}}",
                installable.service, installable.namespace
            )))
            .remedy(Remedy::run(
                text!("remedy-see-service"),
                connection.asked().kubectl(["get", "services", "--all-namespaces"]),
            ))
            .retry()),
    }
}

fn installs(connection: &Connection, installable: &Installable, manifests: Vec<Manifest>) -> Action {
    let asked = connection.asked();
    let product = installable.flavour.product;
    let apply = asked.kubectl(["apply", "--server-side", "--field-manager=slipway", "-f"]);
    let command = if *installable.flavour == INGRESS_NGINX {
        apply.with([ingress_nginx::URL])
    } else {
        let documents: Vec<&str> = manifests.iter().map(|manifest| manifest.yaml.as_str()).collect();
        apply.with(["-"]).reading(documents.join("---\n"))
    };
    let mut made: Vec<_> = manifests.iter().map(Manifest::reference).collect();
    made.reverse();
    let typed: Vec<String> = made.iter().map(crate::kubernetes::manifest::ObjectRef::typed).collect();
    let diff = manifests
        .iter()
        .map(|manifest| Change {
            object: manifest.reference().shown(),
            field: String::new(),
            before: None,
            after: Some(manifest.yaml.clone()),
        })
        .collect();
    Action {
        stage: Stage::Ingress,
        effect: if *installable.flavour == INGRESS_NGINX {
            text!("ingress-installs-archived", version = ingress_nginx::VERSION, count = manifests.len())
        } else {
            text!(
                "ingress-installs",
                product = product,
                count = manifests.len(),
                namespace = installable.namespace
            )
        },
        command: command.to_string(),
        diff,
        undo: Some(Undo {
            effect: text!("ingress-removes", product = product),
            command: asked.kubectl(["delete", "--namespace", installable.namespace]).with(typed).to_string(),
            work: Work::Delete(made),
        }),
        work: Work::Apply(manifests),
    }
}

fn removes(
    connection: &Connection,
    installable: &Installable,
    objects: Vec<crate::kubernetes::manifest::ObjectRef>,
) -> Action {
    let typed: Vec<String> = objects.iter().map(crate::kubernetes::manifest::ObjectRef::typed).collect();
    let diff = objects
        .iter()
        .map(|object| Change {
            object: object.shown(),
            field: String::new(),
            before: Some(object.shown()),
            after: None,
        })
        .collect();
    Action {
        stage: Stage::Ingress,
        effect: text!("ingress-removes", product = installable.flavour.product),
        command: connection
            .asked()
            .kubectl(["delete", "--namespace", installable.namespace])
            .with(typed)
            .to_string(),
        diff,
        undo: None,
        work: Work::Delete(objects),
    }
}

/// Other Ingresses that need the class, as `namespace/name`: all but the project's own.
async fn users(connection: &Connection, class: &str, facts: &Facts) -> Result<Vec<String>, Problem> {
    let own = |ingress: &Ingress| {
        facts.project.as_ref().is_some_and(|project| {
            mark::is_ours(&ingress.metadata)
                && mark::app(&ingress.metadata) == Some(project.name.as_str())
                && ingress.namespace().as_deref() == Some(&project.deploy.namespace)
        })
    };
    let ingresses = connection.all::<Ingress>().list("").await?;
    Ok(ingresses
        .iter()
        .filter(|ingress| {
            let named = ingress.spec.as_ref().and_then(|spec| spec.ingress_class_name.as_deref());
            named == Some(class) && !own(ingress)
        })
        .map(|ingress| format!("{}/{}", ingress.namespace().unwrap_or_default(), ingress.name_any()))
        .collect())
}

fn class_missing(class: &str, classes: &[Class]) -> Problem {
    let there: Vec<&str> = classes.iter().map(|class| class.name.as_str()).collect();
    let mut problem = Problem::new(Code::IngressClassMissing).with("class", class);
    for found in classes {
        problem = problem.because(Evidence::exactly(
            text!("ingress-class-there", class = &found.name),
            format!("IngressClass/{} spec.controller {}", found.name, found.controller),
        ));
    }
    if let Some(nearest) = crate::project::nearest(class, there.iter().copied()) {
        problem = problem.remedy(Remedy::run(
            text!("remedy-nearest-class", class = nearest),
            crate::shell_words::ShellCommand::of(["slipway", "up", "--ingress", nearest]),
        ));
    }
    problem.remedy(Remedy::run(text!("remedy-use-f5"), "slipway up --ingress auto"))
}

fn class_taken(connection: &Connection, class: &Class, installable: &Installable) -> Problem {
    Problem::new(Code::IngressClassTaken)
        .with("class", &class.name)
        .with("controller", &class.controller)
        .with("product", installable.flavour.product)
        .because(Evidence::quoted(format!(
            "IngressClass/{} spec.controller {}",
            class.name, class.controller
        )))
        .remedy(Remedy::run(
            text!("remedy-use-class", class = &class.name),
            crate::shell_words::ShellCommand::of(["slipway", "up", "--ingress", &class.name]),
        ))
        .remedy(Remedy::run(
            text!("remedy-see-class"),
            connection.asked().kubectl(["get", "ingressclass", &class.name, "-o", "yaml"]),
        ))
}

fn not_serving(connection: &Connection, class: &Class, evidence: Vec<Evidence>) -> Problem {
    let mut problem = Problem::new(Code::IngressNotReady)
        .with("class", &class.name)
        .with("controller", &class.controller)
        .remedy(Remedy::run(text!("remedy-use-f5"), "slipway up --ingress f5"))
        .remedy(Remedy::run(
            text!("remedy-see-controller"),
            connection.asked().kubectl(["get", "pods,services", "--all-namespaces"]),
        ))
        .retry();
    problem.evidence = evidence;
    problem
}

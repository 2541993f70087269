//! From the cluster's objects to nginx's configuration: a pure function, by the real controller's rules.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::Arc,
};

use k8s_openapi::api::{
    core::v1::{Secret, Service},
    discovery::v1::EndpointSlice,
    networking::v1::{HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS},
};
use kube::ResourceExt;

use crate::settings::{Settings, is_path};

/// Where certificates with their keys are put.
pub const SECRETS: &str = "/etc/nginx/secrets";

/// The upstream server of a Service without endpoints: nothing listens there, so nginx answers 502.
const NOBODY: &str = "127.0.0.1:8181";

/// How to listen, from the flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listening {
    /// The port for HTTP.
    pub http: i64,
    /// The port for HTTPS.
    pub https: i64,
    /// Whether to listen on IPv6 too.
    pub ipv6: bool,
    /// Where the default server answers 200, if anywhere.
    pub health: Option<String>,
}

/// What the cluster holds.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// All Ingresses, whatever their class.
    pub ingresses: Vec<Arc<Ingress>>,
    /// All Services.
    pub services: Vec<Arc<Service>>,
    /// All EndpointSlices.
    pub slices: Vec<Arc<EndpointSlice>>,
    /// All Secrets with certificates.
    pub secrets: Vec<Arc<Secret>>,
}

/// What is asked of nginx, and what became of each Ingress of the class.
#[derive(Debug, Default)]
pub struct Made {
    /// Files of `conf.d` by name.
    pub files: BTreeMap<String, String>,
    /// Certificates with their keys by name.
    pub secrets: BTreeMap<String, Vec<u8>>,
    /// One for each Ingress of the class.
    pub verdicts: Vec<Verdict>,
}

/// What became of an Ingress.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Which one.
    pub ingress: Arc<Ingress>,
    /// The warnings of one that was accepted, or why it was rejected.
    pub outcome: Result<Vec<String>, String>,
}

/// Makes the configuration of all Ingresses of a class.
pub fn make(world: &World, class: &str, settings: &Settings, listening: &Listening, hostless: bool) -> Made {
    let mut ingresses: Vec<_> = world.ingresses.iter().filter(|ingress| is_of(ingress, class)).collect();
    // The oldest wins a host that several ask for.
    ingresses.sort_by_key(|ingress| {
        (ingress.metadata.creation_timestamp.as_ref().map(|time| time.0), ingress.uid())
    });
    let mut made = Made::default();
    let mut taken = BTreeSet::new();
    for ingress in ingresses {
        let outcome = one(ingress, world, settings, listening, hostless, &mut taken, &mut made);
        made.verdicts.push(Verdict { ingress: ingress.clone(), outcome });
    }
    if !settings.http_snippets.is_empty() {
        made.files.insert("0-http-snippets.conf".into(), format!("{}\n", settings.http_snippets));
    }
    if !taken.contains("") {
        made.files.insert("default-server.conf".into(), default_server(settings, listening));
    }
    made
}

/// Whether an Ingress is of this class, by its field or by the older annotation.
fn is_of(ingress: &Ingress, class: &str) -> bool {
    let field = ingress.spec.as_ref().and_then(|spec| spec.ingress_class_name.as_deref());
    field.or(ingress.annotations().get("kubernetes.io/ingress.class").map(String::as_str)) == Some(class)
}

/// One Ingress: its warnings, or why it is rejected.
fn one(
    ingress: &Ingress,
    world: &World,
    settings: &Settings,
    listening: &Listening,
    hostless: bool,
    taken: &mut BTreeSet<String>,
    made: &mut Made,
) -> Result<Vec<String>, String> {
    let (settings, unknown) = settings.with_annotations(ingress.annotations())?;
    let rules = valid_rules(ingress, hostless)?;
    let mut warnings: Vec<_> =
        unknown.iter().map(|name| format!("annotation {name} is beyond this stand-in")).collect();
    let mut text = String::new();
    let mut upstreams = BTreeMap::new();
    let mut served = false;
    for rule in rules {
        let host = rule.host.as_deref().unwrap_or_default();
        if !taken.insert(host.to_owned()) {
            warnings.push(format!("host {host} is taken by another resource"));
            continue;
        }
        served = true;
        let tls = Tls::of(ingress, host, world, made, &mut warnings);
        let mut server = Server { ingress, host, settings: &settings, listening, upstreams: &mut upstreams };
        text += &server.render(rule, tls, world, &mut warnings);
    }
    if !served {
        return Err("All hosts are taken by other resources".into());
    }
    let namespace = ingress.namespace().unwrap_or_default();
    let name = ingress.name_any();
    let upstreams: String = upstreams.into_values().collect();
    made.files.insert(
        format!("{namespace}-{name}.conf"),
        format!("# configuration for {namespace}/{name}\n{upstreams}{text}"),
    );
    warnings.dedup();
    Ok(warnings)
}

/// The rules, if they are what the controller accepts.
fn valid_rules(ingress: &Ingress, hostless: bool) -> Result<&[IngressRule], String> {
    let spec = ingress.spec.as_ref().ok_or("spec: Required value")?;
    let mut wrong = Vec::new();
    if let Some(backend) = &spec.default_backend {
        wrong.extend(wrong_backend(backend, "spec.defaultBackend"));
    }
    let rules = spec.rules.as_deref().unwrap_or_default();
    if rules.is_empty() {
        wrong.push("spec.rules: Required value".into());
    }
    let mut hosts = BTreeSet::new();
    for (number, rule) in rules.iter().enumerate() {
        let host = rule.host.as_deref().unwrap_or_default();
        if host.is_empty() && !hostless {
            wrong.push(format!("spec.rules[{number}].host: Required value"));
        } else if !hosts.insert(host) {
            wrong.push(format!("spec.rules[{number}].host: Duplicate value: {host:?}"));
        }
        for (place, path) in rule.http.iter().flat_map(|http| &http.paths).enumerate() {
            let at = format!("spec.rules[{number}].http.paths[{place}]");
            wrong.extend(wrong_path(path, &format!("{at}.path")));
            wrong.extend(wrong_backend(&path.backend, &format!("{at}.backend")));
        }
    }
    match wrong.as_slice() {
        [] => Ok(rules),
        [one] => Err(one.clone()),
        many => Err(format!("[{}]", many.join(", "))),
    }
}

fn wrong_path(path: &HTTPIngressPath, at: &str) -> Option<String> {
    let value = path.path.as_deref().unwrap_or_default();
    if value.is_empty() {
        return (path.path_type != "ImplementationSpecific")
            .then(|| format!("{at}: Required value: path is required for Exact and Prefix PathTypes"));
    }
    (!is_path(value)).then(|| {
        format!("{at}: Invalid value: {value:?}: must start with / and must not include any whitespace character or any of {{ }} ; $ \\ \" ' #")
    })
}

fn wrong_backend(backend: &IngressBackend, at: &str) -> Option<String> {
    if backend.resource.is_some() {
        return Some(format!("{at}.resource: Forbidden: resource backends are not supported"));
    }
    backend
        .service
        .is_none()
        .then(|| format!("{at}.service: Required value: service backend must be specified"))
}

/// What a host's TLS stands on.
enum Tls {
    /// The Ingress asks for none.
    None,
    /// It asks for it, and the certificate is missing.
    Reject,
    /// The file with certificate and key.
    File(String),
}

impl Tls {
    fn of(ingress: &Ingress, host: &str, world: &World, made: &mut Made, warnings: &mut Vec<String>) -> Self {
        let asks = |tls: &&IngressTLS| tls.hosts.iter().flatten().any(|named| named == host);
        let tls = ingress.spec.iter().flat_map(|spec| spec.tls.iter().flatten()).find(asks);
        let Some(tls) = tls else { return Self::None };
        let name = tls.secret_name.clone().unwrap_or_default();
        let secret = world
            .secrets
            .iter()
            .find(|secret| secret.name_any() == name && secret.namespace() == ingress.namespace());
        let pem = secret.and_then(|secret| {
            let data = secret.data.as_ref()?;
            Some([data.get("tls.crt")?.0.as_slice(), b"\n", data.get("tls.key")?.0.as_slice()].concat())
        });
        let Some(pem) = pem else {
            warnings.push(format!(
                "TLS secret {name} is invalid: secret doesn't exist or of an unsupported type"
            ));
            return Self::Reject;
        };
        let file = format!("{}-{name}", ingress.namespace().unwrap_or_default());
        made.secrets.insert(file.clone(), pem);
        Self::File(file)
    }
}

/// One host's server in the making.
struct Server<'a> {
    ingress: &'a Ingress,
    host: &'a str,
    settings: &'a Settings,
    listening: &'a Listening,
    upstreams: &'a mut BTreeMap<String, String>,
}

impl Server<'_> {
    fn render(&mut self, rule: &IngressRule, tls: Tls, world: &World, warnings: &mut Vec<String>) -> String {
        let hostless = self.host.is_empty();
        let secure = hostless || !matches!(tls, Tls::None);
        let mut text = String::from("server {\n");
        text += &listen(self.listening, secure, hostless);
        match &tls {
            Tls::File(file) => {
                let _ = write!(
                    text,
                    "    ssl_certificate {SECRETS}/{file};\n    ssl_certificate_key {SECRETS}/{file};\n"
                );
            }
            _ if secure => text += "    ssl_reject_handshake on;\n",
            _ => {}
        }
        let name = if hostless { "_" } else { self.host };
        let _ = write!(
            text,
            "    server_tokens {};\n    server_name {name};\n",
            self.settings.get("server-tokens")
        );
        if !matches!(tls, Tls::None) && self.settings.on("ssl-redirect") {
            let _ = write!(
                text,
                "    if ($scheme = http) {{\n        return 301 https://$host:{}$request_uri;\n    }}\n",
                self.listening.https
            );
        }
        let mut places = BTreeSet::new();
        for path in rule.http.iter().flat_map(|http| &http.paths) {
            let place = match (path.path.as_deref().unwrap_or_default(), path.path_type.as_str()) {
                ("", _) => "/".to_owned(),
                (exact, "Exact") => format!("= {exact}"),
                (prefix, _) => prefix.to_owned(),
            };
            if places.insert(place.clone()) {
                text += &self.location(&place, &path.backend, world, warnings);
            }
        }
        let default = self.ingress.spec.as_ref().and_then(|spec| spec.default_backend.as_ref());
        if let Some(backend) = default
            && places.insert("/".into())
        {
            text += &self.location("/", backend, world, warnings);
        }
        if hostless && places.insert("/".into()) {
            text += "    location / {\n        return 404;\n    }\n";
        }
        text + "}\n"
    }

    fn location(
        &mut self,
        place: &str,
        backend: &IngressBackend,
        world: &World,
        warnings: &mut Vec<String>,
    ) -> String {
        let Some(service) = &backend.service else { return String::new() };
        let port = service.port.as_ref().map_or_else(String::new, |port| {
            port.name.clone().unwrap_or_else(|| port.number.unwrap_or_default().to_string())
        });
        let upstream = format!(
            "{}-{}-{}-{}-{port}",
            self.ingress.namespace().unwrap_or_default(),
            self.ingress.name_any(),
            if self.host.is_empty() { "_" } else { self.host },
            service.name
        );
        if !self.upstreams.contains_key(&upstream) {
            let servers = endpoints(self.ingress, &service.name, &port, world);
            if servers.as_ref().is_some_and(Vec::is_empty) {
                warnings.push(format!("No endpoints found for service {}", service.name));
            }
            let text = self.upstream(&upstream, servers.unwrap_or_default());
            self.upstreams.insert(upstream.clone(), text);
        }
        let set = |key| self.settings.get(key);
        let mut text = format!("    location {place} {{\n        proxy_http_version 1.1;\n");
        if self.settings.websocket.contains(&service.name) {
            text += "        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection $connection_upgrade;\n";
        } else if set("keepalive") != "0" {
            text += "        proxy_set_header Connection \"\";\n";
        }
        for (directive, value) in [
            ("proxy_connect_timeout", set("proxy-connect-timeout")),
            ("proxy_read_timeout", set("proxy-read-timeout")),
            ("proxy_send_timeout", set("proxy-send-timeout")),
            ("client_max_body_size", set("client-max-body-size")),
            ("proxy_set_header Host", "$host"),
            ("proxy_set_header X-Real-IP", "$remote_addr"),
            ("proxy_set_header X-Forwarded-For", "$proxy_add_x_forwarded_for"),
            ("proxy_set_header X-Forwarded-Host", "$host"),
            ("proxy_set_header X-Forwarded-Port", "$server_port"),
            ("proxy_set_header X-Forwarded-Proto", "$scheme"),
            ("proxy_buffering", if self.settings.on("proxy-buffering") { "on" } else { "off" }),
        ] {
            let _ = writeln!(text, "        {directive} {value};");
        }
        let rewrite = self.settings.rewrites.get(&service.name).map_or("", String::as_str);
        let _ = write!(text, "        proxy_pass http://{upstream}{rewrite};\n    }}\n");
        text
    }

    fn upstream(&self, name: &str, mut servers: Vec<String>) -> String {
        servers.sort_unstable();
        servers.dedup();
        if servers.is_empty() {
            servers.push(NOBODY.into());
        }
        let set = |key| self.settings.get(key);
        let mut text = format!("upstream {name} {{\n    zone {name} 256k;\n");
        if !set("lb-method").is_empty() {
            let _ = writeln!(text, "    {};", set("lb-method"));
        }
        for server in servers {
            let _ = writeln!(
                text,
                "    server {server} max_fails={} fail_timeout={} max_conns={};",
                set("max-fails"),
                set("fail-timeout"),
                set("max-conns")
            );
        }
        if set("keepalive") != "0" {
            let _ = writeln!(text, "    keepalive {};", set("keepalive"));
        }
        text + "}\n"
    }
}

/// The ready pods behind a Service's port, as address and port. `None`: there is no such Service or port.
fn endpoints(ingress: &Ingress, service: &str, port: &str, world: &World) -> Option<Vec<String>> {
    let namespace = ingress.namespace();
    let found = world.services.iter().find(|it| it.name_any() == service && it.namespace() == namespace)?;
    let port =
        found.spec.as_ref()?.ports.iter().flatten().find(|candidate| {
            candidate.name.as_deref() == Some(port) || candidate.port.to_string() == port
        })?;
    let slices = world.slices.iter().filter(|slice| {
        slice.namespace() == namespace
            && slice.labels().get("kubernetes.io/service-name").map(String::as_str) == Some(service)
    });
    let mut servers = Vec::new();
    for slice in slices {
        let number = slice.ports.iter().flatten().find_map(|candidate| {
            let same =
                candidate.name.as_deref().unwrap_or_default() == port.name.as_deref().unwrap_or_default();
            same.then_some(candidate.port).flatten()
        });
        let Some(number) = number else { continue };
        for endpoint in &slice.endpoints {
            let ready = endpoint.conditions.as_ref().and_then(|conditions| conditions.ready);
            if ready != Some(false) {
                servers.extend(endpoint.addresses.iter().map(|address| {
                    if address.contains(':') {
                        format!("[{address}]:{number}")
                    } else {
                        format!("{address}:{number}")
                    }
                }));
            }
        }
    }
    Some(servers)
}

/// The `listen` lines of a server.
fn listen(listening: &Listening, secure: bool, default: bool) -> String {
    let default = if default { " default_server" } else { "" };
    let mut text = String::new();
    let secure = secure.then_some((listening.https, " ssl"));
    for (port, ssl) in [(listening.http, "")].into_iter().chain(secure) {
        let _ = writeln!(text, "    listen {port}{ssl}{default};");
        if listening.ipv6 {
            let _ = writeln!(text, "    listen [::]:{port}{ssl}{default};");
        }
    }
    text
}

/// The server for every host that no Ingress names: nginx's own 404.
fn default_server(settings: &Settings, listening: &Listening) -> String {
    let health = listening.health.as_ref().map_or_else(String::new, |path| {
        format!("    location = {path} {{\n        default_type text/plain;\n        return 200 \"healthy\\n\";\n    }}\n")
    });
    format!(
        "server {{\n{}    ssl_reject_handshake on;\n    server_tokens {};\n    server_name _;\n{health}    location / {{\n        return 404;\n    }}\n}}\n",
        listen(listening, true, true),
        settings.get("server-tokens")
    )
}

/// The main file, which includes the others.
pub fn main_file(status_port: Option<i64>, ipv6: bool) -> String {
    let status = status_port.map_or_else(String::new, |port| {
        let v6 = if ipv6 { format!("        listen [::]:{port};\n") } else { String::new() };
        format!(
            "    server {{\n        listen {port};\n{v6}        allow 127.0.0.1;\n        allow ::1;\n        deny all;\n        location /stub_status {{\n            stub_status;\n        }}\n    }}\n"
        )
    });
    format!(
        r#"worker_processes auto;
daemon off;
error_log stderr notice;
pid /var/lib/nginx/nginx.pid;
events {{
    worker_connections 1024;
}}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    map_hash_max_size 2048;
    map_hash_bucket_size 256;
    log_format main '$remote_addr - $remote_user [$time_local] "$request" '
                    '$status $body_bytes_sent "$http_referer" '
                    '"$http_user_agent" "$http_x_forwarded_for"';
    access_log /dev/stdout main;
    sendfile on;
    keepalive_timeout 75s;
    keepalive_requests 1000;
    server_names_hash_max_size 1024;
    server_names_hash_bucket_size 256;
    variables_hash_bucket_size 256;
    variables_hash_max_size 1024;
    map $http_upgrade $connection_upgrade {{
        default upgrade;
        '' close;
    }}
{status}    include /etc/nginx/config-version.conf;
    include /etc/nginx/conf.d/*.conf;
}}
"#
    )
}

/// The file by which a reload shows that it is done.
pub fn version_file(version: u64, socket: &str) -> String {
    format!(
        "server {{\n    listen unix:{socket};\n    access_log off;\n    location /configVersion {{\n        return 200 {version};\n    }}\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn listening() -> Listening {
        Listening { http: 80, https: 443, ipv6: true, health: None }
    }

    fn object<T: k8s_openapi::serde::de::DeserializeOwned>(value: Value) -> Arc<T> {
        Arc::new(serde_json::from_value(value).unwrap())
    }

    fn ingress(name: &str, second: u8, rules: Value) -> Arc<Ingress> {
        object(json!({
            "metadata": { "name": name, "namespace": "default", "uid": name, "creationTimestamp": format!("2026-01-01T00:00:0{second}Z") },
            "spec": { "ingressClassName": "nginx", "rules": rules },
        }))
    }

    fn rule(host: &str, path: &str, kind: &str) -> Value {
        json!({ "host": host, "http": { "paths": [{
            "path": path, "pathType": kind, "backend": { "service": { "name": "iris", "port": { "number": 80 } } }
        }] } })
    }

    fn world(ingresses: Vec<Arc<Ingress>>) -> World {
        let service = object(json!({
            "metadata": { "name": "iris", "namespace": "default" },
            "spec": { "ports": [{ "port": 80, "targetPort": "http" }] },
        }));
        let slice = object(json!({
            "metadata": { "name": "iris-1", "namespace": "default", "labels": { "kubernetes.io/service-name": "iris" } },
            "addressType": "IPv4",
            "endpoints": [
                { "addresses": ["198.18.64.3"], "conditions": { "ready": true } },
                { "addresses": ["198.18.64.2"], "conditions": { "ready": true } },
                { "addresses": ["198.18.64.9"], "conditions": { "ready": false } },
            ],
            "ports": [{ "port": 8000 }],
        }));
        World { ingresses, services: vec![service], slices: vec![slice], secrets: vec![] }
    }

    fn made(world: &World) -> Made {
        make(world, "nginx", &Settings::default(), &listening(), false)
    }

    fn outcome(made: &Made, name: &str) -> Result<Vec<String>, String> {
        made.verdicts.iter().find(|verdict| verdict.ingress.name_any() == name).unwrap().outcome.clone()
    }

    #[test]
    fn a_rule_leads_to_the_ready_pods_themselves() {
        let made = made(&world(vec![ingress("iris", 1, json!([rule("localhost", "/", "Prefix")]))]));
        assert_eq!(outcome(&made, "iris"), Ok(vec![]));
        let text = &made.files["default-iris.conf"];
        let servers: Vec<_> = text.lines().filter(|line| line.starts_with("    server 198")).collect();
        assert_eq!(
            servers,
            [
                "    server 198.18.64.2:8000 max_fails=1 fail_timeout=10s max_conns=0;",
                "    server 198.18.64.3:8000 max_fails=1 fail_timeout=10s max_conns=0;"
            ]
        );
        assert!(text.contains("    server_name localhost;\n"), "{text}");
        assert!(text.contains("    location / {\n"), "{text}");
        assert!(text.contains("proxy_pass http://default-iris-localhost-iris-80;\n"), "{text}");
        assert!(!text.contains("ssl"), "{text}");
    }

    #[test]
    fn an_exact_path_is_exact() {
        let made = made(&world(vec![ingress("iris", 1, json!([rule("localhost", "/predict", "Exact")]))]));
        assert!(made.files["default-iris.conf"].contains("    location = /predict {\n"));
    }

    #[test]
    fn every_other_host_gets_the_default_404() {
        let made = made(&world(vec![]));
        let text = &made.files["default-server.conf"];
        assert!(
            text.contains("listen 80 default_server;")
                && text.contains("listen [::]:443 ssl default_server;")
        );
        assert!(text.contains("location / {\n        return 404;"), "{text}");
    }

    #[test]
    fn a_rule_without_a_host_is_rejected_unless_allowed() {
        let hostless = json!([{ "http": rule("", "/", "Prefix")["http"] }]);
        let world = world(vec![ingress("iris", 1, hostless)]);
        let rejected = made(&world);
        assert_eq!(outcome(&rejected, "iris"), Err("spec.rules[0].host: Required value".into()));
        assert_eq!(rejected.files.len(), 1, "the default server alone");
        let allowed = make(&world, "nginx", &Settings::default(), &listening(), true);
        assert_eq!(outcome(&allowed, "iris"), Ok(vec![]));
        assert!(allowed.files["default-iris.conf"].contains("listen 80 default_server;"));
        assert!(!allowed.files.contains_key("default-server.conf"));
    }

    #[test]
    fn an_ingress_of_another_class_or_none_is_left_alone() {
        let mut other = (*ingress("iris", 1, json!([rule("localhost", "/", "Prefix")]))).clone();
        other.spec.as_mut().unwrap().ingress_class_name = Some("traefik".into());
        let mut none = other.clone();
        none.spec.as_mut().unwrap().ingress_class_name = None;
        let made = made(&world(vec![Arc::new(other), Arc::new(none)]));
        assert!(made.verdicts.is_empty());
    }

    #[test]
    fn the_oldest_ingress_wins_a_host() {
        let both = json!([rule("localhost", "/", "Prefix"), rule("other.test", "/", "Prefix")]);
        let made = made(&world(vec![
            ingress("young", 3, json!([rule("localhost", "/", "Prefix")])),
            ingress("middle", 2, both),
            ingress("old", 1, json!([rule("localhost", "/", "Prefix")])),
        ]));
        assert_eq!(outcome(&made, "old"), Ok(vec![]));
        assert_eq!(outcome(&made, "middle"), Ok(vec!["host localhost is taken by another resource".into()]));
        assert_eq!(outcome(&made, "young"), Err("All hosts are taken by other resources".into()));
    }

    #[test]
    fn a_service_without_ready_pods_is_a_warning_and_nobody_answers() {
        let mut world = world(vec![ingress("iris", 1, json!([rule("localhost", "/", "Prefix")]))]);
        world.slices.clear();
        let made = made(&world);
        assert_eq!(outcome(&made, "iris"), Ok(vec!["No endpoints found for service iris".into()]));
        assert!(made.files["default-iris.conf"].contains("server 127.0.0.1:8181 "));
    }

    #[test]
    fn a_path_cannot_end_its_location_and_begin_another() {
        for path in ["/a;", "/a{", "/a b", "/$host", "a", "/a\"", "/a#"] {
            let made = made(&world(vec![ingress("iris", 1, json!([rule("localhost", path, "Prefix")]))]));
            let error = outcome(&made, "iris").unwrap_err();
            assert!(error.starts_with("spec.rules[0].http.paths[0].path: Invalid value"), "{error}");
        }
    }

    #[test]
    fn tls_is_served_from_its_secret_and_refused_without_it() {
        let mut secure = (*ingress("iris", 1, json!([rule("a.test", "/", "Prefix")]))).clone();
        secure.spec.as_mut().unwrap().tls =
            Some(vec![IngressTLS { hosts: Some(vec!["a.test".into()]), secret_name: Some("a".into()) }]);
        let mut world = world(vec![Arc::new(secure)]);
        let without = made(&world);
        assert!(outcome(&without, "iris").unwrap()[0].starts_with("TLS secret a is invalid"));
        assert!(without.files["default-iris.conf"].contains("ssl_reject_handshake on;"));
        world.secrets = vec![object(json!({
            "metadata": { "name": "a", "namespace": "default" }, "type": "kubernetes.io/tls",
            "data": { "tls.crt": "Q0VSVA==", "tls.key": "S0VZ" },
        }))];
        let with = made(&world);
        assert_eq!(with.secrets["default-a"], b"CERT\nKEY");
        let text = &with.files["default-iris.conf"];
        assert!(
            text.contains("listen 443 ssl;") && text.contains("return 301 https://$host:443$request_uri;")
        );
    }
}

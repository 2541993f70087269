//! A namespace of a test's own, gone when the test ends, however it ends.

use std::{panic::resume_unwind, sync::atomic::AtomicU32, sync::atomic::Ordering};

use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, ObjectMeta, PostParams},
};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A client of the tests' own, past all guards.
pub async fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::try_default().await.expect("the practice cluster's environment")
}

/// Runs the test in a new namespace, whose name begins with `k8s-`, and deletes that afterwards.
pub async fn in_a_namespace<F>(test: impl FnOnce(Client, String) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let client = client().await;
    let name = format!("k8s-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let namespace = Namespace {
        metadata: ObjectMeta { name: Some(name.clone()), ..ObjectMeta::default() },
        ..Namespace::default()
    };
    let made = namespaces.create(&PostParams::default(), &namespace).await.expect("a namespace");
    let ran = tokio::spawn(test(client, made.name_any())).await;
    namespaces.delete(&name, &DeleteParams::default()).await.expect("the namespace goes");
    if let Err(failed) = ran {
        resume_unwind(failed.into_panic());
    }
}

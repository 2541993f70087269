//! The one error type: what happened and where, the evidence, and what to do.

use std::{collections::BTreeMap, fmt};

use serde::{Serialize, Serializer};
use ts_rs::TS;

use crate::{
    choices::Choices,
    foreign::{harmless, without_values},
    stage::{Evidence, Stage},
    text::{Arg, Text},
};

/// Something that stopped the journey, as a person needs to hear it.
///
/// `summary` and `detail` are the messages `problem-CODE` and `problem-CODE.detail` with `args`; the page of
/// `slipway explain` is `problem-CODE.causes` and `problem-CODE.fixes`.
#[derive(Debug, Clone, PartialEq, Serialize, TS, thiserror::Error)]
#[error("{code} {args:?}")]
#[ts(export)]
pub struct Problem {
    /// Stable and documented.
    pub code: Code,
    /// The stage in which it happened.
    pub stage: Stage,
    /// The variables of the code's messages.
    pub args: BTreeMap<String, Arg>,
    /// The exact things: path and line, object and field, the engine's or the server's own sentence.
    pub evidence: Vec<Evidence>,
    /// What to do, the best first. Never empty.
    pub remedies: Vec<Remedy>,
    /// Whether the same journey may succeed without any change, by trying again.
    pub retry: bool,
}

/// Something to do about a problem.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[ts(export)]
pub struct Remedy {
    /// What to do, in a sentence.
    pub title: Text,
    /// What a person would type for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub command: Option<String>,
    /// Where it is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub link: Option<String>,
}

impl Remedy {
    /// An instruction.
    pub fn say(title: Text) -> Self {
        Self { title, command: None, link: None }
    }

    /// An instruction with what to type for it.
    pub fn run(title: Text, command: impl ToString) -> Self {
        Self { title, command: Some(harmless(&command.to_string())), link: None }
    }

    /// An instruction with a page that explains it.
    pub fn read(title: Text, link: &str) -> Self {
        Self { title, command: None, link: Some(link.to_owned()) }
    }
}

impl Problem {
    /// A problem of this code, in the code's own stage. Give it evidence and a remedy before it leaves.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            stage: code.stage(),
            args: BTreeMap::new(),
            evidence: Vec::new(),
            remedies: Vec::new(),
            retry: false,
        }
    }

    /// Sets a variable of the code's messages.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Arg>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// Moves the problem to another stage than its code's own.
    #[must_use]
    pub fn in_stage(mut self, stage: Stage) -> Self {
        self.stage = stage;
        self
    }

    /// Adds evidence.
    #[must_use]
    pub fn because(mut self, evidence: impl Into<Evidence>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// Adds somebody's own words as evidence: an error's chain, a server's message.
    #[must_use]
    pub fn quoting(self, words: impl fmt::Display) -> Self {
        let words = words.to_string();
        self.because(Evidence::quoted(words))
    }

    /// Adds an error and its causes as evidence.
    #[must_use]
    pub fn caused_by(self, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut words = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let cause_words = cause.to_string();
            if !words.contains(&cause_words) {
                words = format!("{words}: {cause_words}");
            }
            source = cause.source();
        }
        // A parser quotes values of the file that it cannot read, which may be secret.
        self.quoting(without_values(&words))
    }

    /// Adds a remedy.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }

    /// Makes the commands of its remedies mean the project and the wish that met it.
    #[must_use]
    pub fn for_wish(mut self, choices: &Choices) -> Self {
        for command in self.remedies.iter_mut().filter_map(|remedy| remedy.command.as_mut()) {
            *command = choices.completed(command);
        }
        self
    }

    /// Says that trying again may help.
    #[must_use]
    pub fn retry(mut self) -> Self {
        self.retry = true;
        self
    }

    /// The sentence: what happened and where.
    pub fn summary(&self) -> Text {
        Text { id: format!("problem-{}", self.code.name()), args: self.args.clone() }
    }

    /// The longer explanation.
    pub fn detail(&self) -> Text {
        Text { id: format!("problem-{}.detail", self.code.name()), args: self.args.clone() }
    }
}

/// A problem that only a bug of Slipway can cause: said, with what to report, instead of a panic.
pub fn internal(what: impl fmt::Display) -> Problem {
    Problem::new(Code::Internal).quoting(what).remedy(Remedy::say(Text::new("remedy-report"))).retry()
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Declares the codes: one row a code, with its stable name and its stage.
macro_rules! codes {
    ($($stage:ident { $($code:ident $name:literal,)* })*) => {
        /// The codes of all problems. The name is stable; `docs/problems.md` has a heading for each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, TS)]
        #[ts(export, type = "string")]
        #[allow(missing_docs)] // the language files say what each means
        pub enum Code { $($($code,)*)* }

        impl Code {
            /// All codes, in the order of the stages.
            pub const ALL: &[Self] = &[$($(Self::$code,)*)*];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$code => $name,)*)* }
            }

            /// The stage in which it usually happens.
            pub const fn stage(self) -> Stage {
                match self { $($(Self::$code => Stage::$stage,)*)* }
            }

            /// The code of this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    Machine {
        DockerUnreachable "docker-unreachable",
        DockerHostInvalid "docker-host-invalid",
        DockerContextMissing "docker-context-missing",
        DockerConfigBroken "docker-config-broken",
        DockerPermission "docker-permission",
        DockerTooOld "docker-too-old",
        DockerTooNew "docker-too-new",
        DockerWindowsContainers "docker-windows-containers",
        DockerLost "docker-lost",
        DockerDiskFull "docker-disk-full",
        DockerRefused "docker-refused",
        PortTaken "port-taken",
        Busy "busy",
        StateUnwritable "state-unwritable",
        Internal "internal",
    }
    Project {
        FolderMissing "folder-missing",
        FolderIsFile "folder-is-file",
        FolderUnreadable "folder-unreadable",
        DockerfileMissing "dockerfile-missing",
        DockerfileChoice "dockerfile-choice",
        DockerfileEmpty "dockerfile-empty",
        DockerfileInvalid "dockerfile-invalid",
        DockerignoreInvalid "dockerignore-invalid",
        SettingsInvalid "settings-invalid",
        SettingsUnknownKey "settings-unknown-key",
        NameInvalid "name-invalid",
        ChoiceInvalid "choice-invalid",
        PortUnknown "port-unknown",
        ModelUnknown "model-unknown",
        ModelUnreadable "model-unreadable",
        ModelBroken "model-broken",
        ModelTooLarge "model-too-large",
        ModelDangerous "model-dangerous",
    }
    Image {
        BuildFailed "build-failed",
        BuildFileMissing "build-file-missing",
        BuildFileIgnored "build-file-ignored",
        BuildFileUnreadable "build-file-unreadable",
        BuildFileChanged "build-file-changed",
        BuildFileName "build-file-name",
        BuildFileCircle "build-file-circle",
        BuildCacheBroken "build-cache-broken",
        BaseImageUnavailable "base-image-unavailable",
        RegistryDenied "registry-denied",
        CredentialHelperMissing "credential-helper-missing",
        CredentialHelperFailed "credential-helper-failed",
        ImageMissing "image-missing",
    }
    Trial {
        TrialCrashed "trial-crashed",
        TrialNoAnswer "trial-no-answer",
        TrialOtherPort "trial-other-port",
        TrialLoopbackOnly "trial-loopback-only",
        TrialServerError "trial-server-error",
        TrialCannotStart "trial-cannot-start",
        TrialHealth "trial-health",
    }
    Cluster {
        KubeconfigMissing "kubeconfig-missing",
        KubeconfigBroken "kubeconfig-broken",
        ContextMissing "context-missing",
        ContextChoice "context-choice",
        ClusterUnreachable "cluster-unreachable",
        ClusterCertificate "cluster-certificate",
        ClusterUnauthorized "cluster-unauthorized",
        ClusterForbidden "cluster-forbidden",
        ClusterRefused "cluster-refused",
        ClusterNotLocal "cluster-not-local",
        ClusterChanged "cluster-changed",
        ClusterNotReady "cluster-not-ready",
        ClusterBusy "cluster-busy",
        CredentialProgram "credential-program",
    }
    Ingress {
        IngressClassMissing "ingress-class-missing",
        IngressClassTaken "ingress-class-taken",
        IngressManifestUnavailable "ingress-manifest-unavailable",
        IngressManifestAltered "ingress-manifest-altered",
        IngressNotReady "ingress-not-ready",
        IngressPortPending "ingress-port-pending",
    }
    App {
        NameTaken "name-taken",
        FieldsOwned "fields-owned",
        NamespaceMissing "namespace-missing",
        NamespaceTerminating "namespace-terminating",
        HostTaken "host-taken",
        QuotaExceeded "quota-exceeded",
        ApplyRefused "apply-refused",
        PodImageMissing "pod-image-missing",
        PodImagePull "pod-image-pull",
        PodCrashing "pod-crashing",
        PodOutOfMemory "pod-out-of-memory",
        PodUnschedulable "pod-unschedulable",
        PodConfig "pod-config",
        PodNotReady "pod-not-ready",
        RolloutTimeout "rollout-timeout",
        RolloutGone "rollout-gone",
        NotOurs "not-ours",
        DeleteTimeout "delete-timeout",
    }
    Endpoint {
        EndpointName "endpoint-name",
        EndpointConnect "endpoint-connect",
        EndpointController "endpoint-controller",
        EndpointRule "endpoint-rule",
        EndpointService "endpoint-service",
        EndpointNoPods "endpoint-no-pods",
        EndpointBadGateway "endpoint-bad-gateway",
        EndpointAppError "endpoint-app-error",
        EndpointDiffers "endpoint-differs",
        AskRefused "ask-refused",
        AskInvalid "ask-invalid",
        AskUnanswered "ask-unanswered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_named_once_and_found_by_name() {
        for code in Code::ALL {
            assert_eq!(Code::named(code.name()), Some(*code), "{code} is named twice");
        }
    }

    #[test]
    fn an_error_is_quoted_with_its_causes_once() {
        let inner = std::io::Error::other("no route to host");
        let outer = std::io::Error::other(inner);
        let problem = Problem::new(Code::DockerUnreachable).caused_by(&outer);
        assert_eq!(problem.evidence, [Evidence::quoted("no route to host")]);
    }
}

# cluster

cluster-answers = { $context } answers: Kubernetes { $version }.
cluster-nodes = { $nodes ->
    [one] { $ready ->
        [0] Its one node is not ready.
       *[other] Its one node is ready.
    }
   *[other] { $ready } of its { $nodes } nodes are ready.
}
cluster-nodes-hidden = You may not look at its nodes, so whether they are ready is unknown.
cluster-elsewhere = It is not on this computer.
cluster-shares-images = Images that you build are at once images of its nodes.
cluster-shares-no-images = Its nodes do not list the images of your Docker Engine.
cluster-pinned = It is the cluster chosen for this folder.
cluster-not-pinned = It is not chosen for this folder yet.
cluster-pins = Remember { $context } as the cluster for { $folder }.
cluster-unpins = Forget which cluster was chosen for { $folder }.
cluster-no-answer = No answer within { DURATION($ms) }.
cluster-other-identity = The namespace kube-system is another one, so this is another cluster.
cluster-other-server = The context names another server now.

context-local = { $context } is on this computer.
context-local-with-program = { $context } is on this computer; its credentials come from the program { $program }.
context-elsewhere = { $context } is not on this computer.
context-there = { $context } is there.
credential-program-not-found = The program is not installed, or not where programs are looked for.
credential-program-failed = The program ended with { $status }.
kubeconfig-not-there = None of these files is there.
kubeconfig-without-contexts = The kubeconfig names no cluster.
node-not-ready = Node { $node } is not ready.
right-refused = You may not { $right } in the namespace { $namespace }.

remedy-enable-kubernetes = Open Docker Desktop, choose Kubernetes in its settings, and switch it on.
remedy-set-kubeconfig = If your kubeconfig lies elsewhere, name it in the variable KUBECONFIG.
remedy-mend-kubeconfig = Mend the kubeconfig at { $place }.
remedy-sign-in-again = See whether kubectl may sign in; if not, sign in to the cluster again.
remedy-rewrite-context = Have { $context } written anew by the program that made it. In Docker Desktop: reset the Kubernetes cluster, which also removes what runs in it.
remedy-ask-for-rights = See what you may do, and ask the cluster's owner for what is missing.
remedy-wait-and-retry = Wait a moment, then run it again.
remedy-wait-for-cluster = Wait until the cluster says that it is ready, then run it again.
remedy-see-version = See whether kubectl and the cluster fit each other.
remedy-start-cluster = Start the cluster (in Docker Desktop: start Docker Desktop with Kubernetes switched on) and wait until it answers.
remedy-choose-other-cluster = Or choose another cluster with --context.
remedy-run-credential-program = Run the program yourself, and do what it asks.
remedy-choose-context = Name the cluster that you mean.
remedy-choose-context-again = If this is the cluster that you mean, choose it again.
remedy-choose-local-cluster = Choose a cluster on this computer, such as Docker Desktop's, with --context.
remedy-confirm-cluster = If you really mean { $context }, type its full name as consent.
remedy-nearest-context = Use { $context }.
remedy-list-clusters = List the clusters that you can choose from.

problem-kubeconfig-missing = No Kubernetes cluster is set up for you.
    .detail = A kubeconfig is the file that says which clusters there are and how to sign in. Without one, Slipway knows no cluster to deploy to.
    .causes = Kubernetes was never switched on in Docker Desktop, or the kubeconfig lies elsewhere than in your home folder.
    .fixes = Switch on Kubernetes in Docker Desktop's settings, or name the file in the variable KUBECONFIG.

problem-kubeconfig-broken = The kubeconfig cannot be used at { $place }.
    .detail = Slipway reads your kubeconfig as kubectl does, and never writes it. What it found there makes no sense to it.
    .causes = The file was edited by hand, was written only in part, or names a certificate that is not there.
    .fixes = Mend the line that is named, or have the file written anew by the program that made it.

problem-context-missing = There is no context named { $context }.
    .detail = A context is an entry of your kubeconfig: a cluster, and how to sign in to it. Nothing was changed.
    .causes = The name is mistyped, or the cluster was removed since it was chosen.
    .fixes = Choose one of the contexts that are there.

problem-context-choice = Which cluster do you mean? There are { $count ->
        [one] one that Slipway does not choose by itself
       *[other] { $count }
    }.
    .detail = Slipway chooses by itself only when one cluster on this computer answers. It never follows kubectl's current context: that may be somebody's production.
    .causes = Several clusters run on this computer, or none does.
    .fixes = Name the one that you mean with --context. It is remembered for this folder.

problem-cluster-unreachable = The cluster { $context } does not answer at { $server }.
    .detail = Nothing was changed.
    .causes = The cluster is stopped or still starting, or the network does not reach it.
    .fixes = Start it and wait until it answers, or choose another one.

problem-cluster-certificate = The certificate of { $server } does not fit the context { $context }.
    .detail = The kubeconfig says by which certificate the cluster is known, and the server showed another. Slipway does not talk to a server that it cannot be sure of.
    .causes = The cluster was made anew and the kubeconfig is old, the certificate has expired, or this computer's clock is wrong.
    .fixes = Have the context written anew by the program that made it. In Docker Desktop, resetting the Kubernetes cluster does that.

problem-cluster-unauthorized = The cluster { $context } does not know who you are.
    .detail = It answers, but refuses the credentials of your kubeconfig.
    .causes = The credentials have expired, or the cluster was made anew.
    .fixes = Sign in again, or have the context written anew by the program that made it.

problem-cluster-forbidden = You may not do in { $context } what is needed.
    .detail = The cluster knows you, but its rules do not let you do this. What is refused is named below. Nothing was changed.
    .causes = Your account has few rights in this cluster or namespace.
    .fixes = Ask the cluster's owner for the rights named, or use another namespace or cluster.

problem-cluster-refused = The cluster { $context } refused a request.
    .detail = Its own words are below.
    .causes = The cluster is of a version that Slipway does not know, or something stands between Slipway and it.
    .fixes = See whether kubectl works with this context, and read the cluster's words.

problem-cluster-not-local = { $context } is not on this computer, so nothing is written to it without your word.
    .detail = Its server is { $server }. Slipway is made for learning on your own computer; a cluster elsewhere may be one that others rely on.
    .causes = The context names a server elsewhere.
    .fixes = Choose a cluster on this computer, or type the full name of this one as consent: --confirm-cluster NAME.

problem-cluster-changed = { $context } is not the cluster that was chosen.
    .detail = Slipway checks before each change that it still speaks to the cluster that you chose. It does not, so nothing more was changed.
    .causes = The cluster was reset or made anew, or the kubeconfig was changed meanwhile.
    .fixes = If it is the cluster that you mean, choose it again with --context; it is then remembered anew.

problem-cluster-not-ready = The cluster { $context } answers, but is not ready.
    .detail = Pods cannot run in it yet.
    .causes = It is still starting, or one of its parts has failed.
    .fixes = Wait until its nodes are ready. If they do not become ready, restart the cluster.

problem-cluster-busy = The cluster { $context } has too much to do and turned the request away.
    .detail = It answers 429: too many requests. Slipway asked several times.
    .causes = Many programs ask it at once, or the computer has too little memory or processors for it.
    .fixes = Wait a moment and run it again. Give Docker more memory if it happens often.

problem-credential-program = The program that signs you in to { $context } does not work: { $program }
    .detail = The kubeconfig says that the credentials for this cluster come from that program. Slipway runs it only for the cluster that you chose.
    .causes = The program is not installed, or you must sign in with it first.
    .fixes = Install the program, run it once in a terminal, then run Slipway again.

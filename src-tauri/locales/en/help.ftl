# The help of the command line

help-slipway = Takes a folder with a model to a live endpoint on a local Kubernetes.
help-more = Start with slipway up in the folder that holds your model and its Dockerfile. Run it again at any time: it does only what is missing. slipway down removes what it made.
help-heading-usage = Usage:{" "}
help-heading-verbs = Verbs
help-heading-arguments = Arguments
help-heading-options = Options
help-heading-common = Common options
help-exit-codes =
    Exit codes:
      0    it holds (status, prove: every stage; diff: nothing to change)
      1    a problem: printed, with its code
      2    wrong usage
      3    consent was needed and not given: nothing was changed
      4    diff: there is something to change
      130  interrupted; see what stands with status, finish with up, remove with down

help-verb-inspect = Shows what a folder or a model file holds; loads, runs and changes nothing
help-verb-up = The whole journey: folder to live address. Run again, it does only what is missing
help-verb-status = Shows every stage's evidence, now
help-verb-prove = Probes the endpoint hop by hop
help-verb-script = Prints the same journey as a shell script of docker and kubectl commands that runs on its own
help-verb-diff = Shows what up would change in the cluster (server-side dry run)
help-verb-down = Removes the app and lists what it removed
help-verb-clusters = Lists the contexts of the kubeconfig: which are local, which answer, which is pinned for FOLDER
help-verb-engine = Shows which Docker Engine was found, by which rule, its version and image store
help-verb-explain = Explains a problem by its code: meaning, causes, fixes
help-verb-completions = Prints the completions for a shell
help-verb-man = Prints the manual page, in roff
help-verb-help = Shows this page, or a verb's

help-arg-folder = The folder that holds the model and its Dockerfile; left out, this one
help-arg-inspected = The folder that holds the model and its Dockerfile, or a model file; left out, this folder
help-arg-code = The code, as a problem shows it; without one, all codes are listed
help-arg-shell = The shell: bash, elvish, fish, powershell or zsh
help-arg-subcommand = The verb
help-arg-json = Print one JSON object a line on standard output, and nothing else there
help-arg-context = The kubeconfig context to use
help-arg-namespace = The namespace to use
help-arg-name = The project's name (else slipway.toml's, else made from the folder's name)
help-arg-yes = Go on without asking
help-arg-dry-run = Show what would be done, and do nothing
help-arg-lang = The language to speak, en or zh-CN (else that of your system)
help-arg-color = When to use colours: auto, always or never
help-arg-verbose = Show more: the exact evidence, the commands in full, the lines of logs
help-arg-confirm-cluster = The name of a cluster that is not on this computer, in full: the consent to write to it
help-arg-replicas = How many pods
help-arg-host = The host that the Ingress answers for
help-arg-path = The path that the Ingress answers for
help-arg-port = The port on which the app listens
help-arg-env = A variable for the app: a value, or from-secret:NAME/KEY (repeatable)
help-arg-ingress = The ingress controller: auto, f5, ingress-nginx, or the name of an IngressClass
help-arg-ingress-manifest = A copy of the ingress controller's manifest, where it cannot be fetched (ingress-nginx)
help-arg-timeout = The longest that one wait for the cluster may take, such as 90s or 5m
help-arg-take-over = A field that another manager owns and that may be taken over (repeatable)
help-arg-keep-trial = Keep the container of the trial
help-arg-watch = Stay, and show what changes
help-arg-image = Remove the project's images too
help-arg-controller = Remove the ingress controller too, if Slipway installed it and no other app of Slipway's uses it
help-arg-all = Remove everything that Slipway made for this project
help-arg-help = Show help
help-arg-version = Show the version

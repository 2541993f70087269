# The command line.

cli-time = { DURATION($ms) }
cli-yes = yes
cli-no = no
cli-looking = Looking at what is there …
cli-interrupted = Stopped. See what stands with slipway status, go on with slipway up, remove it with slipway down.
cli-more-lines = { $count ->
    [one] … 1 more line
   *[other] … { $count } more lines
}
cli-more-changes = { $count ->
    [one] … 1 more field
   *[other] … { $count } more fields
}

cli-amount = { $unit ->
    [bytes] { BYTES($done) } of { BYTES($total) }
    [files] { $done } of { $total } files
    [steps] { $done } of { $total } steps
    [pods] { $done } of { $total } pods
    [objects] { $done } of { $total } objects
   *[ms] { DURATION($done) } of at most { DURATION($total) }
}
cli-so-far = { $unit ->
    [bytes] { BYTES($done) }
    [files] { $done ->
        [one] 1 file
       *[other] { $done } files
    }
    [steps] { $done ->
        [one] 1 step
       *[other] { $done } steps
    }
    [pods] { $done ->
        [one] 1 pod
       *[other] { $done } pods
    }
    [objects] { $done ->
        [one] 1 object
       *[other] { $done } objects
    }
   *[ms] { DURATION($done) }
}
cli-step-cached = kept from before
cli-step-failed = failed

cli-problem-seen = What was seen:
cli-problem-do = What to do:
cli-problem-code = Problem { $code }. More about it: slipway explain { $code }

cli-plan = { $count ->
    [one] One thing is to be done. This is what you would type for it yourself:
   *[other] { $count } things are to be done. This is what you would type for them yourself:
}
cli-plan-nothing = There is nothing to do: everything is as it should be.
cli-ask-up = Shall Slipway do this? [Y/n]
cli-ask-cluster = Type the name of the cluster's context in full to go on:
cli-consent-needed = Nothing was changed: nobody can be asked here. Run it again with --yes to have it done.
cli-declined = Nothing was changed.

cli-live = Your app answers at { $address }
cli-all-holds = Everything is as it should be.
cli-not-all-holds = Not everything is there yet. Go on with { $command }
cli-answer = { $request } → { $status } in { DURATION($ms) }
cli-next =
    See what stands: { $status }
    Remove it again: { $down }

cli-diff-nothing = Nothing in the cluster would change.

cli-down-plan = { $count ->
    [one] One thing would be removed:
   *[other] { $count } things would be removed:
}
cli-down-keeps = This would stay:
cli-ask-down = Remove this? [y/N]
cli-down-nothing = There is nothing of this project to remove.
cli-down-removed = { $count ->
    [one] Removed it: one thing.
   *[other] Removed them all: { $count } things.
}
cli-down-kept = Left as it is:
cli-down-more = Add --image, --ingress or --all to remove what else Slipway made.

cli-inspect-name = Name
cli-inspect-folder = Folder
cli-inspect-dockerfile = Dockerfile
cli-inspect-base = Stands on
cli-inspect-port = Port
cli-inspect-start = Started by
cli-inspect-user = Runs as
cli-inspect-context = The build may read
cli-inspect-deploy = Would be deployed
cli-inspect-others = Could be built instead
cli-inspect-not-found = not said
cli-inspect-read = { $value } ({ $place })
cli-inspect-chosen = { $value } (chosen)
cli-inspect-sent = { $files ->
    [one] 1 file, { BYTES($size) }
   *[other] { $files } files, { BYTES($size) }
}
cli-inspect-file = { $path } ({ BYTES($size) })
cli-inspect-deployed = { $replicas ->
    [one] 1 pod in the namespace { $namespace }, at http://{ $host }{ $path }
   *[other] { $replicas } pods in the namespace { $namespace }, at http://{ $host }{ $path }
}
cli-python-app = App
cli-python-listens = Code listens on
cli-python-routes = Routes
cli-python-version = Python
cli-python-requirements = Requirements
cli-python-variables = Needs the variables
cli-python-opens = Opens
cli-python-gone = { $path }, which is not in the folder
cli-python-fetches = Fetches
cli-python-gpu = Wants a GPU
cli-python-findings = { $count ->
    [one] One thing to look at:
   *[other] { $count } things to look at:
}
cli-model-file = File
cli-model-format = Format
cli-model-library = Made with
cli-model-needs = Also needs
cli-model-class = Is a
cli-model-steps = Steps
cli-model-inputs = Takes
cli-model-classes = Answers one of
cli-model-outputs = Gives
cli-model-count = { $count ->
    [one] 1 value, without a name
   *[other] { $count } values, without names
}
cli-inspect-more = { $count ->
    [one] { $shown } … and 1 more
   *[other] { $shown } … and { $count } more
}
cli-model-well = It was read without loading it. Loading it makes only objects of kinds that Slipway knows to be harmless.
cli-inspect-well = Nothing stands in the way of building it.

cli-clusters-context = Context
cli-clusters-server = Server
cli-clusters-where = Where
cli-clusters-answer = Answer
cli-clusters-notes = Notes
cli-clusters-local = this computer
cli-clusters-elsewhere = elsewhere
cli-clusters-answers = answers
cli-clusters-pinned = chosen for this folder
cli-clusters-current = kubectl's current one
cli-clusters-program = signs in with { $program }

cli-engine-product = Engine
cli-engine-host = Address
cli-engine-rule = Found by
cli-engine-api = API
cli-engine-store = Image store
cli-engine-buildkit = BuildKit
cli-engine-resources = May use
cli-engine-given = { $cpus ->
    [one] 1 processor, { BYTES($memory) } of memory
   *[other] { $cpus } processors, { BYTES($memory) } of memory
}

cli-explain-causes = What causes it
cli-explain-fixes = What to do
cli-explain-nearest = There is no problem { $code }. Is it { $nearest }?
cli-explain-unknown = There is no problem { $code }. All of them: slipway explain

script-title = Takes { $name } from { $folder } to a live address. Written by Slipway; it runs on its own.
script-needs = It needs docker, kubectl and curl, and works on the context { $context } whatever kubectl's current one is.
script-values = Values of the app's environment may be secret, so they are not in this script. Set them first: export NAME=VALUE
script-value-refused = The value of { $name } holds a single quote or a line end, which cannot be written into the YAML below.
script-waits = Wait until it has come up.
script-asks = Ask the app through the ingress, as a browser does. The controller may need a moment to learn of it.
script-live = Your app answers at { $address }

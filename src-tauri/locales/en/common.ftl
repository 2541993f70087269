# Words that every part uses.

quoted = { $text }

stage-machine = Machine
stage-project = Project
stage-image = Image
stage-trial = Trial
stage-cluster = Cluster
stage-ingress = Ingress
stage-app = App
stage-endpoint = Endpoint

state-unknown = not known
state-missing = not there yet
state-working = at work
state-proven = proven
state-failed = failed

remedy-report = Run it again. If it happens again, report it with the details shown here.
remedy-make-writable = Make { $path } writable for you, or free some space on its disk, then run it again.
remedy-wait-for-holder = Wait until the other Slipway is done, or stop it, then run it again.

lock-holder = Process { $process } has been at work since { $since } (slipway { $verb }).

problem-busy = Another Slipway is at work on { $project }.
    .detail = Two at once would undo each other's work, so the second one waits for you to decide. Nothing was changed.
    .causes = A window or a terminal of yours runs Slipway on the same project.
    .fixes = Wait until it is done, or stop it: what stands then can be seen with status and finished with up.

problem-state-unwritable = Slipway cannot write its file { $path }.
    .detail = Slipway keeps small notes of its own in your home folder: which cluster you chose, and locks. Your project was not touched.
    .causes = The disk is full, or the folder belongs to somebody else or is read-only.
    .fixes = Free some space, or make the folder writable for you. The folder can be moved with the variable SLIPWAY_HOME.

problem-internal = Something went wrong inside Slipway.
    .detail = This is a fault of Slipway's own, not of your project. What stands can be seen with status.
    .causes = A case that Slipway's makers did not think of.
    .fixes = Run it again. If it happens again, report it with the details shown.

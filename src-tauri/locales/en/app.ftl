# app

app-not-there = { $name } is not in the namespace { $namespace } yet.
app-objects = { $count ->
        [one] One object is
       *[other] { $count } objects are
    } there.
app-objects-gone = { $objects } is missing.
app-pods = { $wanted ->
    [one] Its pod is ready.
   *[other] { $ready } of { $wanted } pods are ready.
}
app-rolling = { $wanted ->
    [one] { $ready ->
        [0] Its pod is not ready yet.
       *[other] The change is not rolled out yet.
    }
   *[other] { $ready } of { $wanted } pods are ready; the change is not rolled out yet.
}
app-as-wanted = The cluster finds nothing to change.
app-awaits-trial = On which port the app listens, the trial will find out.
app-differs = { $count ->
        [one] One field differs
       *[other] { $count } fields differ
    } from what is wanted.
app-creates = Make { $objects } in the namespace { $namespace }.
app-creates-after-trial = Make Deployment/{ $name }, Service/{ $name } and Ingress/{ $name } in the namespace { $namespace }, for the port that the trial finds.
app-changes = Change { $objects } in the namespace { $namespace }.
app-removes = Remove { $objects } from the namespace { $namespace }.
app-removes-changed = Remove { $object } from the namespace { $namespace }, with what { $managers } changed in it.
app-removing = { $object } goes, with what belongs to it
app-keeps-of-folder = { $object } stays: it was made from the folder { $folder }.
app-keeps-of-others = { $object } stays: it does not carry Slipway's mark.

rollout-pods = { $name }: { $ready } of { $wanted } { $wanted ->
        [one] pod
       *[other] pods
    } ready
rollout-awaits-start = { $pod } is being started
rollout-awaits-probe = { $pod } runs and is asked whether it is ready
rollout-awaits-ready = { $pod } runs and is not ready: { $words }
rollout-awaits-pod = { $pod }: { $words }
pod-last-lines = The last lines of { $pod }:
field-owned = { $field } was set by { $manager }.
name-held-by-folder = It was made from the folder { $folder }.
name-held-by-others = It was made by { $manager }, not by Slipway.
host-held = It answers for { $host }{ $path }.
delete-awaits = Something must be done by these before it can go:
port-nowhere = No line of it names a port.

remedy-let-trial-find-port = Or deploy once: the trial finds the port, and it is remembered.
remedy-create-namespace = Make the namespace. Slipway makes none, since others may have rules for theirs.
remedy-wait-for-namespace = Wait until the namespace is gone, make it anew, then run it again. Or choose another one.
remedy-see-quota = See what the quota allows and what is used.
remedy-ask-for-less = Ask for fewer pods, or for less CPU or memory for each (--replicas, or cpu and memory in slipway.toml), or remove what is no longer needed.
remedy-take-over = If you want these fields to be yours, say so: they are then taken over.
remedy-keep-their-fields = Or wish for the value that is there: then nothing is in dispute.
remedy-other-host = Use another host or path. Names that end with .localhost lead to this computer too.
remedy-other-name = Give this project another name.
remedy-remove-there = Or remove the other one first.
remedy-folder-moved = If it is the same project and its folder was moved, say so in the cluster (from the new folder).
remedy-read-servers-words = Read the cluster's own words above: they name what it refused.
remedy-wait-for-webhook = A program that checks each change does not answer. Wait until it is ready, then run it again.
remedy-see-object = Look at the object.
remedy-delete-yourself = If you want it gone all the same, delete it yourself.
remedy-apply-again = Run it again: what is missing is made anew.
remedy-image-again = Build { $image } again: the cluster's disk may have been full, and the image removed.
remedy-load-image = Bring the image onto the cluster's nodes, which keep images of their own; then run it again.
remedy-describe-pod = Look at the pod and what happened to it.
remedy-see-nodes = See what room the nodes have.
remedy-more-memory = Give the app more memory (memory in slipway.toml), or give Docker more.
remedy-make-what-is-named = Make what the cluster's words name (such as a Secret), or correct its name, then run it again.
remedy-read-log = Read the whole log.
remedy-see-rollout = Look at the Deployment and what happened to it.
remedy-longer-timeout = If it only needs more time, wait longer: --timeout SECONDS.
remedy-say-port = Say on which port the app listens: --port PORT.

problem-name-taken = The name { $name } is taken in the namespace { $namespace }, by { $holder }.
    .detail = { $object } stands under this name and was not made from this folder. Slipway does not overwrite what others made. Nothing was changed.
    .causes = Another project has the same name, the folder was moved, or somebody made the object by hand.
    .fixes = Give this project another name with --name, use another namespace, or remove the other one.

problem-fields-owned = { $object } has fields that { $manager } set to something else.
    .detail = Kubernetes remembers who set each field. Slipway does not take a field from somebody without your word. Nothing was changed.
    .causes = Somebody changed the object with kubectl or another program, for example scaled it.
    .fixes = Wish for the values that are there, or say which fields to take over.

problem-namespace-missing = There is no namespace { $namespace }.
    .detail = A namespace is a part of the cluster with names of its own. It must be there before the app can be put into it. Nothing was changed.
    .causes = The name is mistyped, or the namespace was not made yet.
    .fixes = Make it with kubectl create namespace, or choose one that is there.

problem-namespace-terminating = The namespace { $namespace } is being deleted.
    .detail = Nothing can be made in it any more.
    .causes = Somebody deleted it, and something in it has not ended yet.
    .fixes = Wait until it is gone and make it anew, or choose another one.

problem-host-taken = http://{ $host }{ $path } is taken: the Ingress { $other } already answers there.
    .detail = Two Ingresses with the same host and path dispute each request. Slipway does not take the other one's. Nothing was changed.
    .causes = Another project is deployed under the same address.
    .fixes = Use another host or path (--host, --path), or remove the other project.

problem-quota-exceeded = The quota of the namespace { $namespace } leaves no room for { $object }.
    .detail = A quota says how much may be used in a namespace. The cluster's own words are below.
    .causes = Much runs in this namespace already, or the app asks for more than the quota allows.
    .fixes = Ask for fewer pods or for less, remove what is no longer needed, or ask the cluster's owner for more.

problem-apply-refused = The cluster refused { $object }.
    .detail = Its own words are below. A cluster can have rules for what may be put into it.
    .causes = A rule of the cluster forbids it, a value does not fit, or a program that checks changes is not ready.
    .fixes = Read the cluster's words: they name the field or the rule.

problem-pod-image-missing = The cluster does not have the image { $image }.
    .detail = The pod { $pod } is to run it, and the cluster may not fetch it from elsewhere.
    .causes = The cluster keeps images of its own, apart from Docker's, or it removed the image because its disk was full.
    .fixes = Free some disk space and build the image again. If the cluster keeps its own images, load the image into it.

problem-pod-image-pull = The cluster cannot get the image { $image }.
    .detail = It is not among the images of the cluster's nodes, so the cluster asked a registry for it, in vain. Pod { $pod }.
    .causes = The cluster keeps images of its own, apart from Docker's, it removed the image because its disk was full, or the registry does not have it.
    .fixes = Free some disk space and build the image again. If the cluster keeps its own images, load the image into it.

problem-pod-crashing = The app ends by itself in the pod { $pod }, with exit code { $exit }.
    .detail = The cluster starts it again and again. Its last words are below.
    .causes = An error in the app, a variable or file that is there on your computer but not in the cluster, or the wrong start command.
    .fixes = Read the last lines: they usually name the file and line. Mend it, then deploy again.

problem-pod-out-of-memory = The app in the pod { $pod } needs more memory than it may use.
    .detail = The cluster ended it when the memory was used up.
    .causes = The model is larger than the memory given to it, or it grows with each request.
    .fixes = Give it more memory, or give Docker more, or load a smaller model.

problem-pod-unschedulable = No node has room for the pod { $pod }.
    .detail = The scheduler's own words are below.
    .causes = The app asks for more CPU or memory than is free, or the nodes are short of disk space.
    .fixes = Ask for less, run fewer pods, remove what is no longer needed, or give Docker more.

problem-pod-config = The container { $container } of the pod { $pod } cannot be made.
    .detail = Something that its description names is not there, or may not be. The cluster's own words are below.
    .causes = A Secret or key that a variable comes from does not exist, or the image's user is not allowed.
    .fixes = Make what is named, or correct its name, then run it again.

problem-pod-not-ready = The pod { $pod } runs, but did not become ready within { DURATION($ms) }.
    .detail = A pod is ready when its readiness probe succeeds. Until then it gets no requests.
    .causes = The app listens on another port than was said, only on 127.0.0.1, or takes longer to load its model.
    .fixes = Read its log, check the port and the health path, or wait longer with --timeout.

problem-rollout-timeout = { $name } was not rolled out in time.
    .detail = What it still waits for is below. The cluster goes on trying.
    .causes = The computer is slow or busy, an image is large, or a pod cannot start.
    .fixes = Look at the Deployment, or wait longer with --timeout.

problem-rollout-gone = The Deployment { $name } was deleted while Slipway waited for it.
    .detail = Somebody or something removed it from the namespace { $namespace } meanwhile.
    .causes = Somebody deleted it with kubectl, or removed the app in another window.
    .fixes = Run it again: what is missing is made anew.

problem-not-ours = { $object } no longer carries Slipway's mark, so it is left alone.
    .detail = Slipway removes only what it made itself, and knows that by labels on the object.
    .causes = Somebody changed the object's labels since Slipway looked at it.
    .fixes = If you want it gone all the same, delete it yourself.

problem-delete-timeout = { $object } was not gone within { DURATION($ms) }.
    .detail = It is marked for deletion, and goes as soon as what holds it lets go.
    .causes = Its pods take long to end, or a program must clean up after it first and does not.
    .fixes = Wait, then look at it again.

problem-port-unknown = It is not known on which port { $name } listens.
    .detail = The cluster must know the port to send requests to the app. Slipway found it neither in the Dockerfile nor in the start command. Nothing was changed.
    .causes = The Dockerfile has no EXPOSE, and the start command names no port.
    .fixes = Say the port with --port, or add a line EXPOSE PORT to the Dockerfile.

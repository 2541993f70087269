# The window.

# --- Everywhere ---

window-language = Language
window-copy = Copy
window-copied = Copied
window-close = Close
window-back = Back to the start
window-cancel = Cancel
window-command = Command
window-copy-command = Copy the command
window-read-more = Read more
window-evidence = Evidence
window-exactly = The exact thing
window-code = The problem’s code
window-copy-details = Copy the details
window-what-to-do = What to do

window-clusters-looking = Looking for clusters…
window-cluster-local = { $context } · local
window-cluster-remote = { $context } · not local
window-cluster-none = No local cluster
window-engine-looking = Looking for Docker Engine…
window-engine = { $product } { $version }
window-engine-none = No Docker Engine

window-state-unknown = not looked at
window-state-missing = to do
window-state-working = at work
window-state-proven = proven
window-state-failed = stopped

window-phase-waiting = to do
window-phase-running = at work
window-phase-cached = kept from before
window-phase-done = done
window-phase-failed = failed

# --- The first screen ---

window-welcome = Put a model on Kubernetes
window-welcome-about = Slipway reads your model’s folder, builds it, tries it, and takes it to a live address on this computer.
window-drop = Drop your model’s folder here
window-drop-over = Let go to open it
window-drop-about = The folder with the app and its Dockerfile. Nothing is changed until you press Deploy.
window-choose = Choose a folder…
window-path = or type its path
window-path-example = ~/work/my-model
window-path-open = Open this folder
window-samples = Or start from a sample
window-recent = Recent
window-look-again = Look again
window-no-cluster = No Kubernetes on this computer yet
window-no-cluster-about = Turn it on in Docker Desktop under Settings, Kubernetes, Enable Kubernetes; kind, minikube, k3d and Rancher Desktop will do as well. You can open a folder meanwhile.

# --- Review ---

window-review = { $name } is ready to deploy
window-review-about = Nothing has been changed yet. Look over what was found, then deploy.
window-review-reading = Reading the folder…
window-review-unread = This folder cannot be deployed yet
window-review-blocked = One thing is missing before { $name } can be deployed
window-review-blocked-about = Nothing was changed. Do what is said below, then look again.
window-review-stands = { $name } is deployed and up to date
window-review-stands-about = Everything that a deployment would do stands already.
window-deploy = Deploy
window-show = Show it
window-found = What was found
window-start = Starts with
window-port = Port
window-base = Built on
window-target = Build stage
window-user = Runs as
window-size = Sent to the build
window-size-all = { $files ->
    [one] 1 file, { BYTES($size) }
   *[other] { $files } files, { BYTES($size) }
}
window-plan = What will happen
window-planning = looking
window-plan-looking = Looking at the engine and the cluster…
window-plan-nothing = Nothing: all of it stands already.
window-changes = What changes exactly
window-undone-by = To undo it:
window-choices = Your choices
window-choices-open = Choices
window-deploy-again = Deploy again
window-name = Name
window-namespace = Namespace
window-namespace-about = A namespace is a folder for things in the cluster.
window-cluster = Cluster
window-cluster-choose = Choose a cluster
window-cluster-here = on this computer
window-cluster-elsewhere = not on this computer
window-cluster-silent = does not answer
window-cluster-consent = Type the cluster’s name to allow changes there
window-cluster-consent-about = { $context } is not on this computer: others may use it.
window-replicas = Pods
window-host = Host
window-dockerfile = Dockerfile
window-more-choices = More choices
window-base-path = Path
window-health = Health route
window-health-found = found by the trial
window-memory = Memory

# --- The journey ---

window-rail = The stages of the journey
window-rail-busy = You can cancel at any point: what stands then is kept, and the journey can go on from there.
window-rail-rest = Green held when it was last checked.
window-rail-total = In all: { DURATION($ms) }.
window-stopped-here = stopped here
window-in-namespace = in namespace { $namespace }
window-check = Check again
window-checking = Looking at: { $stage }
window-cancelled = Cancelled
window-cancelled-about = What was done until then stands. Go on from there, or remove it.
window-unknown = { $stage }: not looked at yet
window-go-on = Go on
window-try-again = Try again
window-done = What was done
window-step-cached = kept from before
window-step-of = { $done } of { $total }
window-log-cut = the last { $count } lines
window-copy-log = Copy all lines

window-rail-machine = this computer and its engine
window-rail-project = what the folder holds
window-rail-image = the app and all that it needs
window-rail-trial = run alone, ask it once
window-rail-cluster = the Kubernetes to deploy to
window-rail-ingress = the way in from outside
window-rail-app = Deployment, Service, Ingress
window-rail-endpoint = the address, asked from outside

window-about-machine = The computer and its Docker Engine, which builds images and runs containers.
window-about-project = What the folder says of the app: how it is built, how it starts, on which port it listens.
window-about-image = The app and all that it needs, packed so that it runs the same anywhere. Nothing leaves this computer.
window-about-trial = The container runs alone for a moment and is asked once, before the cluster hears of it.
window-about-cluster = The Kubernetes that will run the app. It is pinned: switching contexts in a terminal changes nothing here.
window-about-ingress = The ingress controller stands at the cluster’s door and passes each request to the app that it is for.
window-about-app = A Deployment keeps the Pods running, a Service finds them, an Ingress leads requests to it.
window-about-endpoint = The address is asked from outside, as a browser would, and each hop of the way is checked.

window-heading-machine-working = Looking at this computer
window-heading-machine-missing = This computer is not ready yet
window-heading-machine-proven = This computer is ready
window-heading-project-working = Reading the folder
window-heading-project-missing = The folder is not ready yet
window-heading-project-proven = The folder was read
window-heading-image-working = Building the image
window-heading-image-missing = The image is not built yet
window-heading-image-proven = The image is built
window-heading-trial-working = Trying the app alone
window-heading-trial-missing = The app was not tried yet
window-heading-trial-proven = The app answers when it runs alone
window-heading-cluster-working = Connecting to the cluster
window-heading-cluster-missing = No cluster is chosen yet
window-heading-cluster-proven = The cluster is ready
window-heading-ingress-working = Setting up the way in
window-heading-ingress-missing = There is no ingress controller yet
window-heading-ingress-proven = The way in is open
window-heading-app-working = Starting the app in the cluster
window-heading-app-missing = The app is not in the cluster yet
window-heading-app-proven = The app runs in the cluster
window-heading-endpoint-working = Asking the app from outside
window-heading-endpoint-missing = The address does not answer yet
window-heading-endpoint-proven = The address answers

window-log-machine = Engine
window-log-project = Folder
window-log-image = Build log
window-log-trial = The app’s own output
window-log-cluster = Cluster
window-log-ingress = The controller’s events
window-log-app = The app’s events and output
window-log-endpoint = Requests

# --- What each stage found ---

window-engine-label = Engine
window-engine-host = Address
window-engine-rule = Chosen by
window-engine-system = System
window-engine-store = Image store
window-engine-memory = Memory
window-engine-disk = Free disk
window-port-label = Port { $port }
window-port-free = free
window-port-taken = in use
window-port-held = held by { $program }
window-image-tag = Tag
window-image-size = Size
window-image-arch = Architecture
window-image-id = Id
window-trial-started = First answer after
window-trial-operations = Can be asked
window-cluster-context = Context
window-cluster-server = Server
window-cluster-version = Version
window-cluster-nodes = Nodes
window-cluster-nodes-ready = { $ready } of { $all } ready
window-cluster-images = Images
window-cluster-images-shared = shared with the engine
window-cluster-images-apart = kept apart from the engine
window-cluster-identity = Identity
window-ingress-class = Class
window-ingress-controller = Controller
window-ingress-port = Port
window-ingress-origin = Installed by
window-ingress-ours = Slipway
window-ingress-theirs = somebody else; it is used as it is
window-ingress-default = What it says to a request that is for no app:
window-app-pods = Pods
window-app-pods-ready = { $ready } of { $all } ready
window-app-objects = Objects
window-app-image = Image

# --- The running app ---

window-live = { $name } is live
window-live-about = It was just asked through the ingress, as anyone on this computer can ask it.
window-address = Address
window-copy-address = Copy the address
window-open-browser = Open in the browser
window-hops = The way of a request
window-ask = Ask the app
window-asking = Asking…
window-send = Send
window-method = Method
window-operation = Operation
window-path-of-app = Path
window-place-path = in the path
window-place-header = header
window-body = Body, JSON
window-made-up = The app gives no examples: these values were made up from their types.
window-header-add = Header
window-header-name = Header’s name
window-header-value = Its value
window-copy-curl = Copy as curl
window-answer = Answer
window-answer-in = in { DURATION($ms) }
window-answer-body = The answer’s body
window-copy-answer = Copy the answer

# --- Commands ---

window-commands = Show as commands
window-commands-title = As commands
window-commands-planned = What you would type for what Deploy would do. Slipway itself does not run these: it talks to the engine and the cluster directly.
window-commands-done = What you would have typed for what was done. Slipway itself did not run these: it talks to the engine and the cluster directly.
window-commands-none = Nothing to type: nothing was changed.
window-script-none = There is no script yet.
window-copy-script = Copy as a script

# --- Removing ---

window-remove = Remove…
window-remove-title = Remove { $name }?
window-remove-about = Only what Slipway made is removed. Your folder is not touched.
window-remove-scope = What else to remove
window-remove-image = Its images too
window-remove-ingress = The ingress controller too, if Slipway installed it and nothing else uses it
window-remove-looking = Looking at what is there…
window-remove-nothing = There is nothing of Slipway’s to remove.
window-remove-kept = What stays
window-keep = Keep it
window-remove-now = Remove
window-removing = Removing { $name }
window-removing-about = Each thing is checked once more before it goes: only what carries Slipway’s mark.
window-removed = { $name } is removed
window-removed-about = Your folder was not touched; you can deploy it again at any time.
window-removed-gone = What is gone
window-removed-kept = What stays
window-removed-nothing = Nothing was there.

# --- Samples, and problems of the window ---

sample-iris = Iris
sample-iris-about = FastAPI and scikit-learn: tells flowers apart by their measurements. A good first deployment.
sample-sentiment = Sentiment
sample-sentiment-about = Flask on another port, with a health route and no OpenAPI: does a sentence sound content?
sample-model-card = Model card
sample-model-card-about = No Python at all: a page served from an empty image of 2 MB.

problem-ask-refused = { $url } is not the app that this window shows.
    .detail = The request form asks only the app's own address on this computer, which is { $address } now. Nothing was sent.
    .causes = The address in the request was changed to another host or port, or the app was removed meanwhile.
    .fixes = Ask a path of the app's own address. For other addresses use curl or a browser.
remedy-ask-shown = Ask a path of { $address }.

problem-ask-invalid = This request cannot be sent: { $url }.
    .detail = A part of it is not as HTTP wants it. Nothing was sent.
    .causes = A header's name holds a space or a colon, a value holds a line end, or the address is malformed.
    .fixes = Mend the part that is named below, then send it again.
remedy-ask-mend = Mend the part that is named, then send it again.

problem-ask-unanswered = The app gave no answer at { $url }.
    .detail = The request was sent, but no whole answer came back in time.
    .causes = The app or the ingress controller stopped meanwhile, the app takes longer than a minute, or it closed the connection.
    .fixes = Check the app again: each hop of the way is probed, and the one that fails is named.
remedy-ask-check = Check the app again: the hop that fails is then named.

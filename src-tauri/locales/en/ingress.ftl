# The stage ingress: the controller that lets requests into the cluster.

ingress-serves = { $product } serves the class { $class }.
ingress-own-answer = Asked for a host that nobody has, it answers { $status } itself, here as from its own pod.
ingress-archived = The project ingress-nginx is archived since March 2026: known flaws of it stay unfixed.
ingress-none-serves = { $count ->
    [0] No ingress controller is there yet.
    [one] There is one ingress class, but nothing serves it yet.
   *[other] There are { $count } ingress classes, but nothing serves any of them yet.
}
ingress-no-controller = No controller runs for the class { $class }.
ingress-pod-not-ready = The controller of the class { $class } is not ready yet.
ingress-no-address = The controller of the class { $class } has no address on this computer yet.
ingress-silent = The controller of the class { $class } does not answer on port { $port } of this computer.
ingress-something-else = On port { $port } of this computer something answers that is not the controller of the class { $class }.
ingress-class-there = The class { $class } is there.
ingress-port-held = Another program listens on port { $port } of this computer.
ingress-port-of-service = Another Service of the cluster has port 80 of this computer.
ingress-awaits-address = Waiting until the controller gets port 80 of this computer
ingress-installs = Install { $product }: { $count } objects in the namespace { $namespace }. It lets requests from this computer into the cluster.
ingress-installs-archived = Install ingress-nginx { $version } as in the older articles: { $count } objects. The project is archived since March 2026, and known flaws of it stay unfixed.
ingress-removes = Remove { $product }.
ingress-keeps = { $product } stays: other apps may need it.
ingress-keeps-for = { $product } stays: { $users } still need it.
ingress-keeps-namespace = The namespace { $namespace } stays: { $objects } lie in it and were not made by Slipway.

remedy-use-f5 = Let Slipway install F5 NGINX Ingress Controller, which needs no download of a manifest.
remedy-fetch-manifest = Fetch the file anew from where it is published; its SHA-256 must be { $digest }.
remedy-manifest-file = Fetch the file on another computer, bring it here, and choose it as the ingress manifest.
remedy-stop-holder = Stop { $holder }, or let it use another port, then run this again.
remedy-see-service = See which Services of the cluster have an address.
remedy-use-its-class = Use the controller behind that Service by its class, or remove that Service.
remedy-see-controller = See how the controllers' pods and Services are.
remedy-see-class = See the class as it is.
remedy-use-class = Use the class { $class } as it is.
remedy-nearest-class = Did you mean { $class }?

problem-ingress-class-missing = The cluster has no ingress class { $class }.
    .detail = An ingress class says which controller serves an Ingress. The one you named is not among those of the cluster. Nothing was changed.
    .causes = The name is misspelt, or the controller is not installed in this cluster.
    .fixes = Choose one of the classes that are there, or auto, which reuses a controller that works and installs one where none does.
problem-ingress-class-taken = The ingress class { $class } already belongs to another controller ({ $controller }).
    .detail = { $product } wants a class of this name, but the controller of a class cannot be changed. Nothing was changed.
    .causes = Another ingress controller is or was installed in this cluster, and nothing serves its class now.
    .fixes = Mend that controller and use its class, or remove the class if nobody needs it.
problem-ingress-manifest-unavailable = The manifest of ingress-nginx { $version } could not be read from { $origin }.
    .detail = Slipway does not carry a copy of this archived project; it takes the release's own file. Nothing was changed.
    .causes = There is no connection to the internet, a proxy refuses it, or the file is not where you said.
    .fixes = Use F5's controller, which Slipway can install by itself, or fetch the file on another computer and choose it.
problem-ingress-manifest-altered = The manifest from { $origin } is not that of ingress-nginx { $version }.
    .detail = Its SHA-256 differs from the published one, so Slipway does not apply it. Nothing was changed.
    .causes = The file is of another release, was edited, or was altered on its way, by a proxy for example.
    .fixes = Fetch it anew, or use F5's controller.
problem-ingress-not-ready = The ingress controller of the class { $class } does not serve.
    .detail = A class is there ({ $controller }), but requests to this computer do not reach a working controller.
    .causes = The controller's pod does not run or is not ready, its Service has no address on this computer, or another program answers on its port.
    .fixes = Look at the controller's pods and Services, or let Slipway install F5's controller.
problem-ingress-port-pending = Port 80 of this computer is not given to { $product }: { $other } has it.
    .detail = On a local cluster one Service of the kind LoadBalancer gets a port of this computer; the next one for the same port waits for ever.
    .causes = Another ingress controller or another LoadBalancer Service is in the cluster.
    .fixes = Use that controller's class, or remove that Service, then run it again.
problem-port-taken = Port { $port } of this computer is taken by { $holder }.
    .detail = The ingress controller needs this port, so that http://localhost/ leads into the cluster. Nothing was changed.
    .causes = A web server or another program of this computer listens there (Apache, IIS, another container).
    .fixes = Stop that program or give it another port, then run it again.

# endpoint

endpoint-not-yet = The app is not in the cluster yet, so there is no address to ask.
endpoint-asked = The address was asked.
endpoint-answered = Answered { $status } in { DURATION($ms) }: { $request }

endpoint-not-reached = Not come to.
endpoint-hop-name = { $host } leads to this computer.
endpoint-hop-name-browsers = Browsers and curl know that { $host } is this computer; other programs on it may not.
endpoint-hop-tcp = Port { $port } is open at { $addresses }.
endpoint-hop-controller = The ingress controller answers there ({ $controller }).
endpoint-hop-ingress = The Ingress has the rule for { $host }{ $path }.
endpoint-hop-service = It leads to port { $port } of the Service { $service }.
endpoint-hop-endpoints = { $count ->
        [one] One pod is
       *[other] { $count } pods are
    } ready behind it, on port { $port }.
endpoint-hop-pod = The pod { $pod } answers when it is asked itself.
endpoint-hop-app = The answer through the ingress ({ $status }) is the pod's own, byte for byte.
endpoint-hop-app-varies = The answer through the ingress ({ $status }) has the form of the pod's own; the app answers differently each time.

remedy-endpoint-up = Let Slipway put right what is its own.
remedy-endpoint-look = Look at { $object } as the cluster has it.
remedy-endpoint-logs = Read what the app wrote last.
remedy-endpoint-listen = Let the app listen on 0.0.0.0, port { $port }, and not on 127.0.0.1.
remedy-endpoint-mend-app = Mend the app, then run slipway up again: the error is its own.
remedy-endpoint-localhost = Use the host localhost, which every computer knows.
remedy-endpoint-hosts = Tell this computer the name, in { $file }.
remedy-endpoint-holder = See which program holds port { $port }, and stop it.
remedy-endpoint-wsl = On Windows, end what an earlier WSL left behind.

problem-endpoint-name = The name { $host } does not lead to this computer.
    .detail = A browser first turns the name of an address into a number. This name leads nowhere, or to another computer, so no request comes as far as the cluster.
    .causes = The rule's host is a name that nobody gave to this computer.
    .fixes = Use localhost or a name that ends in .localhost, or add the name to this computer's hosts file.
endpoint-name-unknown = Nobody knows the name { $host }.
endpoint-name-elsewhere = { $host } leads to another computer.

problem-endpoint-connect = Nothing answers at { $address }.
    .detail = The name leads here, but nothing takes the connection, or something takes it and never answers. On the way from a browser to your app this is the door.
    .causes = The ingress controller's Service has not got the port, the cluster's port forwarding stopped, or, on Windows, a relay of WSL still holds the address.
    .fixes = Look whether the controller's Service has its address; restart the cluster's engine; on Windows run wsl --shutdown.
endpoint-open = { $address } is open.
endpoint-closed = { $address } refuses the connection: nothing listens there.
endpoint-silent = { $address } takes no connection and refuses none: who tries it, hangs.
endpoint-pending = A Service of the cluster still waits for this port. Another one may have it.

problem-endpoint-controller = What answers at { $address } is not the ingress controller.
    .detail = Something takes requests there, but not as the controller does. So your app's rule is never looked at.
    .causes = Another web server of this computer holds the port: IIS, Apache, nginx, another cluster.
    .fixes = See which program holds the port, stop it, and run slipway up again.
endpoint-no-http = It takes the connection but gives no HTTP answer.
endpoint-other-answer = To a host without a rule it says { $status }; the controller says { $expected }.

problem-endpoint-rule = The ingress controller does not serve the rule for { $host }{ $path }.
    .detail = The controller answers, but sends requests for this host and path nowhere. An Ingress is served only when its class is the controller's and its rule has the very host and path.
    .causes = The Ingress was changed or removed, names another class, or another Ingress has the same host and path.
    .fixes = Run slipway up again, which puts the rule back; where another Ingress claims the same, choose another host or remove that one.
endpoint-rule-no-object = There is no Ingress { $name } in the namespace { $namespace }.
endpoint-rule-class = The Ingress does not name the class { $class }, so the controller passes it over.
endpoint-rule-host = None of its rules is for { $host }{ $path }.
endpoint-rule-rejected = The controller refused it, in its own words:
endpoint-rule-unserved = The controller gave its own answer, as for a host that it does not know.
endpoint-rule-other = Another Ingress claims the same host and path.

problem-endpoint-service = The Service { $service } cannot take the rule's requests.
    .detail = The Ingress sends requests to a port of a Service, and the Service hands them to pods. Here the Service or its port is missing.
    .causes = The Service was removed or renamed, or its ports were changed.
    .fixes = Run slipway up again, which puts it back.
endpoint-service-missing = There is no Service { $service }.
endpoint-service-port = The Service { $service } has no port { $port }. It has these:

problem-endpoint-no-pods = No pod of { $name } is ready to take requests.
    .detail = A Service hands requests to pods that carry its labels and are ready. Just now there is none, so every request is answered with an error.
    .causes = The pods are still starting or fail their readiness probe, there are none, or the Service asks for labels that they do not carry.
    .fixes = Look at what the pods say; run slipway up again, which puts labels and number right.
endpoint-pods-none = There is no pod with the labels that the Service asks for.
endpoint-pods-unselected = The Service asks for labels that the app's pods do not carry.
endpoint-pods-waiting = The pod { $pod } is not ready.
endpoint-pods-port = The pods are ready, but have no port of the name that the Service sends to.
endpoint-pods-unlisted = The pods are ready, but the cluster has not listed them behind the Service yet.

problem-endpoint-bad-gateway = The app's pod is ready, but takes no requests.
    .detail = The pod stands behind the Service and still does not answer the one who calls it. So the controller answers with an error of its own.
    .causes = The app listens on 127.0.0.1, where only its own pod can reach it, or on another port than the one that is named.
    .fixes = Let the app listen on 0.0.0.0 and on the port that is named, build again, and run slipway up.
endpoint-pod-refused = The pod { $pod } refuses connections on port { $port }.
endpoint-pod-silent = The pod { $pod } takes the connection on port { $port } and gives no answer.
endpoint-gateway-said = The controller reached no app, and answered { $status } itself.
endpoint-loopback-only = Inside of the pod the app answers. From outside it does not: most likely it listens on 127.0.0.1 only.
endpoint-cut = The controller gave no answer to the end.

problem-endpoint-app-error = The app itself fails: { $status ->
        [none] it gives no answer
       *[other] it answers { $status }
    }.
    .detail = The request goes the whole way, through controller, Ingress and Service into the pod, and the app in it fails. Nothing is wrong with the cluster.
    .causes = An error in the app's code, a file that is not in the image, a model that cannot be loaded, a variable that is not set.
    .fixes = Read the app's last lines, mend it, and run slipway up again.
endpoint-app-said = It answers { $status }.
endpoint-log = The last lines of the pod { $pod }:

problem-endpoint-differs = What answers at { $address } is not this app.
    .detail = The same request was put to the address and to the app's pod itself, and the two answers do not agree. So something else stands behind the address.
    .causes = Another Ingress has the same host and path, an older version is still served, or the app answers differently by who asks.
    .fixes = Look at the other Ingresses; choose another host; run slipway up again.
endpoint-said-through = Through the ingress: { $status }.
endpoint-said-pod = The pod itself: { $status }.

hop-name = name
hop-tcp = port
hop-controller = controller
hop-ingress = Ingress
hop-service = Service
hop-endpoints = endpoints
hop-pod = Pod
hop-app = app

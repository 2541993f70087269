# machine

machine-engine = { $product } { $version } answers.
machine-given = It has { $cpus ->
        [one] one processor
       *[other] { $cpus } processors
    } and { BYTES($memory) } of memory.
machine-little-memory = That is little memory: Kubernetes and a model together want 4 GB or more. You can give it more in the settings of Docker.
machine-disk = { BYTES($free) } are free on its disk.
machine-little-space = That is little space: images may not fit, and Kubernetes then removes some.
machine-no-buildkit = It builds without BuildKit: slower, and the whole folder is sent for each build.
machine-port-free = Port { $port } is free.
machine-port-held-by = Port { $port } is in use by { $holder }, which is fine if that is your cluster's own way in.
machine-port-held = Port { $port } is in use, which is fine if that is your cluster's own way in.

engine-rule-docker-host = The variable DOCKER_HOST names this engine.
engine-rule-docker-context = The variable DOCKER_CONTEXT names the context { $context }.
engine-rule-current-context = { $context } is the current context in { $file }.
engine-rule-default = Nothing names an engine, so it is docker's default.
engine-rule-known-socket = Nothing names an engine and docker's default does not answer; this is where { $product } listens.
docker-contexts-there = Contexts that are there: { $contexts }.
docker-another-answers = { $product } answers at another address.

remedy-correct-docker-host = Correct the address in { $from }, or remove it: docker then uses its default.
remedy-ssh-forward = Slipway does not reach engines over SSH, because the cluster on this computer would not see their images. Use the engine of this computer.
remedy-unset-docker-host = Unset DOCKER_HOST: docker then uses the current context, or its default.
remedy-unset-docker-context = Unset DOCKER_CONTEXT: docker then uses the current context, or its default.
remedy-use-default-context = Go back to docker's default context.
remedy-list-contexts = List the contexts and choose one that is there.
remedy-mend-docker-config = Mend { $path }, or move it away: docker makes a new one when it needs it.
remedy-start-engine = Start { $product } and wait until it says that it is running.
remedy-start-named-engine = Or start the engine at the address that was named.
remedy-install-docker = Install Docker Desktop, start it, and run Slipway again.
remedy-join-docker-group = Join the group docker, then log out and in again.
remedy-read-docker-group = What that group means is explained in Docker's own pages.
remedy-own-docker-socket = Quit and start your engine's app as yourself, not as an administrator: it then makes the socket anew.
remedy-update-docker = Update Docker to a current version.
remedy-update-slipway = Update Slipway to a version that knows this engine.
remedy-linux-containers = Switch Docker Desktop to Linux containers (in the menu of its icon as well).
remedy-see-docker-disk = See what takes the engine's space.
remedy-free-docker-disk = Remove builds' leftovers that nothing uses; images and containers stay.
remedy-read-engine-words = Read the engine's own words above: they name what it refused.
remedy-check-docker = See whether the engine still answers, then run it again.

problem-docker-unreachable = No Docker Engine answers at { $address }.
    .detail = Slipway builds and runs your project with Docker. It asked where docker itself would ask, and nothing answered. Nothing was changed.
    .causes = Docker is not started yet, still starting, stopped, or not installed. Or a variable or context names an engine that is not there.
    .fixes = Start Docker and wait until it says that it is running. If a variable or context names the wrong engine, remove it.
problem-docker-host-invalid = The engine address { $address } in { $from } cannot be used.
    .detail = An address begins with unix://, npipe:// or tcp://. Slipway cannot follow this one, so it did not guess another.
    .causes = A slip in the address, or an address of a kind that Slipway does not speak, such as ssh://.
    .fixes = Correct the address where it is written, or remove it so that docker's default is used.
problem-docker-context-missing = There is no docker context named { $context }.
    .detail = { $from } names it, but docker's folder has no such context, so it is not clear which engine is meant.
    .causes = The context was removed or renamed, or belongs to another user or another DOCKER_CONFIG.
    .fixes = Choose a context that is there with docker context use, or unset DOCKER_CONTEXT.
problem-docker-config-broken = Docker's file { $path } cannot be read.
    .detail = Docker keeps its settings there, among them which engine is meant and how to log in. Slipway reads it and never writes it.
    .causes = It was edited by hand and is no valid file any more, or it belongs to another user.
    .fixes = Mend it at the place shown, or move it away.
problem-docker-permission = You may not use the Docker Engine at { $address }.
    .detail = The engine is there, but its socket belongs to others. Nothing was changed.
    .causes = On Linux your user is not in the group docker, or you have not logged in again since you joined it.
    .fixes = Join the group and log in again, or use Docker Desktop or a rootless engine, which run as you.
problem-docker-too-old = Docker Engine { $version } is too old for Slipway.
    .detail = It speaks version { $api } of Docker's API; Slipway needs 1.40, which came with Docker 19.03.
    .causes = Docker has not been updated for years, or another program answers in its place.
    .fixes = Update Docker.
problem-docker-too-new = Docker Engine { $version } is too new for this Slipway.
    .detail = It refuses the versions of Docker's API that Slipway speaks.
    .causes = Docker has been updated and Slipway has not.
    .fixes = Update Slipway.
problem-docker-windows-containers = Docker is set to Windows containers.
    .detail = Images for Kubernetes on your computer are Linux images, and the engine cannot build or run them in this mode.
    .causes = Docker Desktop for Windows can run one kind or the other, and was switched.
    .fixes = Switch to Linux containers: in the menu of Docker Desktop's icon, or with the command shown.
problem-docker-lost = The connection to the Docker Engine was lost.
    .detail = It answered before and then no more. What was done so far stays; run it again and Slipway does what is missing.
    .causes = Docker was stopped or restarted, your computer slept, or the engine is overloaded.
    .fixes = Wait until Docker says that it is running, then run it again.
problem-docker-disk-full = Docker's disk is full.
    .detail = The engine could not write. A full disk also makes Kubernetes remove images that you just built.
    .causes = Old images, containers and build leftovers have taken the space given to Docker.
    .fixes = Remove what nothing uses, or give Docker more space in its settings.
problem-docker-refused = The Docker Engine refused what it was asked.
    .detail = Its own words are below.
    .causes = The engine's rules or its state do not allow it.
    .fixes = Change what its words name, then run it again.

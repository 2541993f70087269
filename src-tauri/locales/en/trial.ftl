# trial

trial-effect = Run { $image } alone on a free port of this computer, ask it, and remove the container again.
trial-remove-effect = Remove the trial's container { $container }.

trial-step-start = Starting the container
trial-step-answer = Waiting for the app's first answer; loading a model may take a while
trial-step-health = Looking for a path that tells whether the app is well
trial-step-example = Asking { $path } with example values

trial-no-image = There is no image to try yet.
trial-not-yet = This image has not been tried yet.
trial-not-kept = The trial's container does not stand, but it is to be kept.
trial-left-behind = The container { $container } of an earlier trial was left behind, because that trial was ended by force.
trial-engine-silent = Docker does not answer, so what it may still hold of this project stays.
trial-stands = The container { $container } still runs.
trial-answered = Run alone, the app answered on port { $port } after { DURATION($ms) }.
trial-health-path = Its path { $path } tells whether it is well.
trial-no-health-path = No path tells whether it is well, so only its port will be watched.
trial-said = { $request } was answered with { $status }.
trial-refused-example = The app refused the example. Slipway made some values up, so that is no fault.
trial-left-out = These variables were left out, because only the cluster has their values: { $names }.
trial-inconclusive = Run alone, the app did not answer. It lacked values that only the cluster has; its pods will show whether it works.
trial-last-lines = Its last lines:
trial-wrote-nothing = The app wrote nothing.
trial-ended-well = It ended by itself, without an error. An app that answers requests must keep running.
trial-out-of-memory = It was ended because it used more memory than there is.
trial-other-arch = The image is for { $image } processors, and Docker runs on { $engine }.
trial-listens = In its container the app listens on { $socket }.
trial-listens-nowhere = In its container nothing listens on any port.
trial-last-try = The last attempt to ask it failed.

remedy-keep-running = Let the start command run a server that stays, such as uvicorn, gunicorn or waitress, instead of a script that ends.
remedy-mend-and-run = Mend what the lines above name, then run it again: only what changed is built.
remedy-engine-memory = Give Docker more memory in its settings, or use a smaller model.
remedy-listen-everywhere = Let the server listen on all addresses, 0.0.0.0: for example --host 0.0.0.0 with uvicorn and flask, --bind 0.0.0.0:8000 with gunicorn, or app.run(host="0.0.0.0").
remedy-use-port = Use port { $port } for this app.
remedy-keep-port = Or keep it for good: write port = { $port } into slipway.toml.
remedy-wait-longer = If the app only needs more time, let Slipway wait longer.
remedy-correct-health = Name a path that answers with 200, or leave the health path out: Slipway then looks for one itself. Now it is { $path }.
remedy-check-start-command = Check the last lines of the Dockerfile: CMD and ENTRYPOINT must name a program that the image has.

problem-trial-crashed = The app stopped before it answered (exit code { $code }): { $last }
    .detail = Slipway ran the image alone, before putting anything into the cluster. In the cluster it would stop in the same way.
    .causes = A package is missing or has another version than the model needs, a file is not in the image, or a setting is missing.
    .fixes = Read the last line first: it names what is wrong. Mend it in the code, requirements or Dockerfile, then run it again.
problem-trial-no-answer = The app runs but gave no answer within { DURATION($within) }.
    .detail = Slipway asked it over HTTP again and again. In the cluster it would get no requests either: Kubernetes sends them only to an app that answers.
    .causes = It still loads its model, waits for something that is not there, or is no web server.
    .fixes = See what it wrote last. If it only needs more time, wait longer with --timeout.
problem-trial-other-port = The app listens on port { $port }, not on { $expected }.
    .detail = The expected port comes from your choice, the Dockerfile or the code. Nobody answers there.
    .causes = The server's command and the Dockerfile's EXPOSE name different ports.
    .fixes = Use the port on which it listens, or change the command.
problem-trial-loopback-only = The app listens on { $socket }, where only its own container can reach it.
    .detail = 127.0.0.1 inside a container is the container itself. Docker and Kubernetes come from outside.
    .causes = Many servers listen on 127.0.0.1 unless told otherwise, which is right on a laptop and wrong in a container.
    .fixes = Let the server listen on 0.0.0.0.
problem-trial-server-error = The app answers, but with a fault of its own: { $status } to { $request }.
    .detail = 500 and above mean that the app itself failed while answering. Its last lines tell where.
    .causes = The model could not be loaded or does not fit the versions of its packages, or the code fails for this request.
    .fixes = Read the last lines of its output, mend what they name, then run it again.
problem-trial-cannot-start = { $image } cannot be started.
    .detail = The engine could not run the program that the image names. Its own words are below.
    .causes = CMD or ENTRYPOINT names a program that is not in the image or is not executable, or the image is for another processor.
    .fixes = Correct the Dockerfile's CMD or ENTRYPOINT, then run it again.
problem-trial-health = The health path { $path } answers with { $status }.
    .detail = Kubernetes would ask this path and take the app for not ready as long as it does not answer with 200.
    .causes = The path has another name in the app, or needs a login.
    .fixes = Name the right path, or leave it out.

# image

remedy-file-readable = Make { $file } readable for you, or add it to .dockerignore if the image does not need it.

problem-build-file-unreadable = Slipway cannot read { $file }, which the image needs.
    .detail = Building the image means sending this file to Docker. Docker itself would put an empty file in its place without a word; Slipway stops instead.
    .causes = The file belongs to somebody else, its permissions do not let you read it, or its disk has a fault.
    .fixes = Give yourself the right to read the file. If the image does not need it, name it in .dockerignore.

remedy-install-credential-helper = Install the program { $helper } (Docker Desktop brings it), or start Docker Desktop.
remedy-remove-credential-helper = Or remove { $helper } from credsStore and credHelpers in docker's config.json, then log in again with docker login.
remedy-docker-login = Log in to the registry again.

problem-credential-helper-missing = The program { $helper }, which keeps your password for { $registry }, is not there.
    .detail = Docker's settings say that this program knows the password. Without it Slipway can only fetch public images.
    .causes = Docker Desktop was removed or is not in the search path, or config.json came from another computer.
    .fixes = Install the program, or remove the entry from config.json and log in again.
problem-credential-helper-failed = The program { $helper } did not give the password for { $registry }.
    .detail = It was asked as docker asks it. Its own words are below.
    .causes = The keychain is locked, or the program has nobody to ask for permission.
    .fixes = Unlock the keychain or log in again with docker login, then run it again.

image-found = The image { $image } holds this content ({ BYTES($size) }).
image-not-built = No image holds this content yet: { $files ->
        [one] one file
       *[other] { $files } files
    } that the Dockerfile may read ({ BYTES($size) }).
image-builds = Build the image { $image } from { $dockerfile }.
image-removes = Remove the image { $image }.
image-kept-of-folder = The image { $image } stays: it was built from the folder { $folder }.
image-kept-named = The name { $image } stays: you gave it to the image.
image-kept = The image { $image } stays: the container { $container } was made from it.

image-step = Step { $number } of { $of }: { $words }
image-step-recipe = Read { $file }
image-step-ignore = Read .dockerignore
image-step-base = Look up the base image { $image }
image-step-context = Send the files that Docker does not have yet
image-step-export = Save the image
image-step-without-cache = A layer of Docker's build cache is lost; build again without it

build-stopped-at = The build stopped at line { $line } of { $file }.
build-last-lines = The last lines that it wrote are below.
build-ignored-by = Line { $line } of { $file } keeps it out of the image.
build-circle = The links lead one to the next:

remedy-file-rename = Give { $file } a name of ordinary letters, or add a pattern for it to .dockerignore.
remedy-file-still = Let the program that writes it finish, or add it to .dockerignore, then run it again.
remedy-file-circle = Replace { $file } by the file that it is meant to be; see where a link points with ls -l.
remedy-build-read-lines = Read the last lines above, correct line { $line } of the Dockerfile or what it uses, then run it again.
remedy-build-memory = Give Docker more memory in its settings: the command was stopped for want of it.
remedy-build-again = Run it again: Slipway then builds the image anew.
remedy-cache-empty = Empty Docker's build cache, then run it again. Images and containers stay.
remedy-base-pull = Check your network, then see whether Docker can fetch { $image } at all.
remedy-base-name = Check the name of { $image } in the line that begins with FROM.
remedy-registry-login = Log in to { $registry } if the image is not public.
remedy-ignore-except = Take it out again at the end of { $file }, with the line !{ $path }
remedy-ignore-remove = Or remove line { $line } of { $file }.
remedy-copy-nearest = Did you mean { $near }? Correct line { $line } of the Dockerfile.
remedy-copy-add = Put { $file } into the folder, or take it out of the Dockerfile.

problem-build-failed = The build stopped at line { $line } of the Dockerfile: { $step }
    .detail = { $exit ->
        [none] The command could not be run. The engine's own words are below.
       *[other] The command ended with exit code { $exit }, which says that it failed. What it wrote last is below.
    }
    .causes = A package or a file that the command needs cannot be had, a version does not fit, or the command is mistyped. Exit code 137 means that memory ran out.
    .fixes = The last lines of the command say what it missed. Correct the line of the Dockerfile or the file it uses, then run it again: the steps before are kept.

problem-build-file-missing = { $file }, which line { $line } of the Dockerfile copies, is not in the folder.
    .detail = COPY and ADD take files from the folder that is built, and only from there.
    .causes = The name is mistyped (capital letters count), the file was never saved here, or it lies outside of the folder.
    .fixes = Correct the name in the Dockerfile, or put the file into the folder.

problem-build-file-ignored = { $file }, which line { $line } of the Dockerfile copies, is kept out by { $ignore }.
    .detail = The file is there, but line { $at } of { $ignore } ({ $pattern }) hides it from Docker.
    .causes = A pattern in .dockerignore fits more than it was meant to.
    .fixes = Take the file out again with a line that begins with an exclamation mark, or remove the pattern.

problem-build-file-changed = { $file } changed while it was read.
    .detail = An image must hold one state of the folder, or its name would lie. Nothing was kept of this attempt.
    .causes = A program writes into the folder: a training run, an editor, a notebook, a log.
    .fixes = Let it finish and run Slipway again. What the image does not need, such as logs, belongs in .dockerignore.

problem-build-file-name = The name of { $file } cannot be sent to Docker.
    .detail = Docker takes only names in UTF-8, and this one has other bytes (shown here as question marks).
    .causes = The file came from an old archive or from a computer with another character set.
    .fixes = Rename the file, or add a pattern for it to .dockerignore.

problem-build-file-circle = { $file }, which line { $line } of the Dockerfile copies, is a link that leads back to itself.
    .detail = A link only says where the file really is. Here each link points to the next, and the last one to the first, so there is no file to copy.
    .causes = A link was made to a name that is a link itself, or the real file was removed or renamed.
    .fixes = Put the real file in place of one of the links, then run it again.

problem-build-cache-broken = Docker's build cache is broken.
    .detail = It names a layer that is not there any more. Slipway built again without the cache, and Docker stumbled again.
    .causes = Another build that shared the layer was stopped at the wrong moment, or Docker's files were changed from outside.
    .fixes = Empty the build cache, then run it again. If that does not help, restart Docker.

problem-base-image-unavailable = The base image { $image } cannot be had.
    .detail = An image is built on top of another one. Docker does not have this one and could not fetch it from { $registry }.
    .causes = There is no network, a proxy is in the way, the registry is down, or the name or its version does not exist.
    .fixes = Check the name in the line that begins with FROM, and whether docker pull can fetch it. Behind a proxy, set it in Docker's settings.

problem-registry-denied = { $registry } does not let Docker have the image { $image }.
    .detail = Registries answer so for an image that is not public, and some of them also for one that does not exist.
    .causes = The name is mistyped, you are not logged in, your password or token has expired, or it lacks the right to read.
    .fixes = Check the name in the line that begins with FROM. If it is right, log in with docker login.

problem-image-missing = The image { $image } is not on the engine any more.
    .detail = It was built, but the engine does not find it.
    .causes = It was removed, or Kubernetes removed it because the disk is nearly full.
    .fixes = Free some space if the disk is nearly full, then run it again: Slipway builds what is missing.

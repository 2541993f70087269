# project

project-found = { $name }, built from { $dockerfile }.

remedy-folder-choose = Choose the folder that holds your model and its Dockerfile.
remedy-folder-parent = Choose the folder around it: { $parent }
remedy-folder-readable = Allow yourself to read { $folder }, or choose another folder.
remedy-dockerfile-add = Add a file named Dockerfile to the folder: it says how the image is made.
remedy-name-nearest = Use { $name }.
remedy-name-own = Choose a name of letters a to z, digits and dashes.

problem-folder-missing = There is no folder { $folder }.
    .detail = Nothing is there under this name, so there is nothing to deploy.
    .causes = The name is mistyped, the folder was moved, or its disk is not connected.
    .fixes = Check the name, or choose the folder again.

problem-folder-is-file = { $folder } is a file, not a folder.
    .detail = Slipway deploys a whole folder: the app, its model and its Dockerfile.
    .causes = A file was chosen or dropped instead of the folder around it.
    .fixes = Choose the folder that holds the file.

problem-folder-unreadable = Slipway may not read the folder { $folder }.
    .detail = The folder is there, but the system does not let you list it.
    .causes = It belongs to somebody else, or on macOS the app was not given access to this place.
    .fixes = Give yourself the right to read it, or copy it to a place of your own.

problem-dockerfile-missing = There is no { $dockerfile } in { $folder }.
    .detail = A Dockerfile is the recipe for the image: which Python, which packages, which files, which command starts the app.
    .causes = The project was never put into a container, or its Dockerfile lies elsewhere.
    .fixes = Add a Dockerfile, or say which one to use.

problem-name-invalid = "{ $name }" cannot be the project's name.
    .detail = The name becomes the name of objects in the cluster: at most 63 of the letters a to z, digits and dashes, beginning with a letter and not ending with a dash.
    .causes = The folder's name, or the name that was chosen, has nothing that such a name may hold, or more than it may.
    .fixes = Choose another name with --name, or write it as name into slipway.toml.

remedy-dockerignore-line = Correct or remove line { $line } of { $file }.
problem-dockerignore-invalid = Line { $line } of { $file } is no pattern that Docker understands: { $pattern }
    .detail = The file says what stays out of the image. While one of its lines cannot be read, Docker builds nothing.
    .causes = A bracket [ is never closed, a range in it runs backwards, or an exclamation mark stands alone.
    .fixes = Correct the line: * stands for any part of a name, ** for any number of folders, ? for one character, ! takes something out again.

problem-dockerfile-empty = The file { $dockerfile } is empty.
    .detail = A Dockerfile needs at least one instruction, and the first one is FROM.
    .causes = The file was made but never filled, or everything in it is a comment.
    .fixes = Begin it with FROM and a base image, such as FROM python:3.13-slim.

problem-dockerfile-invalid = { $line ->
        [0] The file { $dockerfile } cannot be read as a Dockerfile.
       *[other] Line { $line } of { $dockerfile } cannot be understood.
    }
    .detail = The engine would refuse to build from this file, so Slipway stops here, where the line is known.
    .causes = An instruction is misspelt, something is left out, or the file is no Dockerfile.
    .fixes = Correct the line that is shown. Docker's reference explains each instruction.

dockerfile-empty = It has no instruction.
dockerfile-too-long = It is longer than 1 MiB.
dockerfile-too-many-stages = It has more than { $most } stages.
dockerfile-utf16 = It is saved as UTF-16, which docker cannot read.
dockerfile-line-too-long = The line is longer than docker reads.
dockerfile-directive-twice = The directive { $name } is given twice.
dockerfile-escape = The escape character can be \ or `, but not "{ $value }".
dockerfile-unknown = "{ $word }" is no instruction of a Dockerfile.
dockerfile-heredoc-open = The text that begins with <<{ $name } never ends: no line is { $name } alone.
dockerfile-arguments = { $keyword } needs { $least ->
        [one] something after it.
       *[other] at least { $least } things after it: what, and where it goes.
    }
dockerfile-from-form = FROM takes an image, or an image, AS and a name, but not "{ $words }".
dockerfile-stage-name = "{ $name }" cannot be the name of a stage: it begins with a letter and has only letters, digits, dots, dashes and underscores.
dockerfile-pair = { $keyword } takes NAME=VALUE; "{ $word }" has no value.
dockerfile-shell-form = SHELL takes a list such as ["/bin/bash", "-c"].
dockerfile-healthcheck-form = HEALTHCHECK takes CMD and a command, or NONE.
dockerfile-trigger = { $word } cannot stand after ONBUILD.
dockerfile-name-blank = { $keyword } has a value without a name.
dockerfile-before-from = { $keyword } stands before any FROM.
dockerfile-no-from = It has no FROM, so there is no image to begin with.
dockerfile-base-blank = The image of FROM is empty once the variables in "{ $words }" are filled in.
dockerfile-substitution = The variable in "{ $words }" cannot be filled in.
dockerfile-value-too-long = The value of "{ $name }" grows too long.
dockerfile-port = "{ $word }" is no port from 1 to 65535.
dockerfile-stages = Its stages are { $stages }.
dockerfile-stages-unnamed = None of its stages has a name.

remedy-dockerfile-edit = Shorten { $dockerfile }.
remedy-dockerfile-reference = Correct the line as docker's reference says.
remedy-dockerfile-begin = Let the first instruction be FROM, such as FROM python:3.13-slim.
remedy-dockerfile-utf8 = Save it again as UTF-8 in your editor.
remedy-dockerfile-nearest = Write { $nearest }.
remedy-dockerfile-run = If it is a command, write RUN before it.
remedy-dockerfile-heredoc = Add a line that holds { $name } and nothing else.
remedy-dockerfile-target = Choose one of its stages: { $stages }.
remedy-dockerfile-no-target = Leave the target out, or name a stage with FROM … AS.

project-base = It stands on { $base }.
project-start = Its start command was found.
project-port = It listens on port { $port }.
project-port-open = No file says on which port it listens; the trial will find out.
project-size = The build may read { $files ->
        [one] one file
       *[other] { $files } files
    }, { BYTES($bytes) }.
project-size-more = The build may read more than { $files } files and { BYTES($bytes) }: counting was stopped.
project-others = { $count ->
        [one] One other thing
       *[other] { $count } other things
    } in the folder could be built instead.

problem-dockerfile-choice = { $folder } holds { $count } things that can be built, and none of them stands first.
    .detail = A Dockerfile at the top of the folder would be the one. Here there are only others, so you say which.
    .causes = The folder holds several apps, or one app with several Dockerfiles.
    .fixes = Choose the folder of one app, or keep your choice as dockerfile under [build] in slipway.toml.

dockerfile-none = No Dockerfile and no compose file with a build was found, three folders deep.
dockerfile-near = There is { $file }, but docker looks for the exact name Dockerfile.
dockerfile-found = { $label } can be built.
remedy-dockerfile-rename = Rename { $file } to Dockerfile.
remedy-dockerfile-use = Use { $label }.

problem-settings-invalid = { $line ->
        [0] The file slipway.toml cannot be read.
       *[other] Line { $line } of slipway.toml cannot be used.
    }
    .detail = slipway.toml keeps choices with the project. A value in it has the wrong form, so Slipway stops rather than guess.
    .causes = A value is mistyped, a quote is missing, or a number stands where words belong.
    .fixes = Correct the line that is shown, or remove it: then Slipway finds the value by itself.

problem-settings-unknown-key = slipway.toml has a key { $key } in line { $line } that Slipway does not know.
    .detail = A key that is not known would do nothing, and you would wonder why. So Slipway stops here.
    .causes = The key is misspelt, or stands under the wrong heading.
    .fixes = Correct it, move it under its heading, or remove it.

remedy-settings-nearest = Write { $nearest }.
remedy-settings-table = Move { $key } under [{ $table }].
remedy-settings-known = Use one of the keys that stand here: { $known }.
remedy-settings-line = Correct or remove the line in slipway.toml.

problem-choice-invalid = "{ $value }" cannot be used as { $field }.
    .detail = Slipway checks every choice before it does anything, so that nothing stops half-way.
    .causes = It is mistyped, or has a form that is not allowed there.
    .fixes = Choose a value of the form that is shown, or leave it out: then Slipway decides.

choice-port = A port is a number from 1 to 65535.
choice-namespace = A namespace is at most 63 of the letters a to z, digits and dashes, with no dash at either end.
choice-host = A host is a name such as localhost or iris.localhost: no scheme, no port, no IP address, no capital letters.
choice-path = A path begins with / and has no spaces, no pattern and no ? in it.
choice-cpu = CPU is a number of processors, such as 0.5, or thousandths of one, such as 100m.
choice-memory = Memory has a unit, such as 256Mi or 1Gi, and is 4Mi at least.
choice-class = It is auto, f5, ingress-nginx or the name of an IngressClass.
choice-replicas = The number of pods goes from 1 to { $most }.
choice-variable = A variable's name has only letters, digits, dots, dashes and underscores and begins with no digit; its value has no null character.
choice-secret = A reference is from-secret:NAME/KEY, with the name and the key of a Secret.
remedy-choice = Choose another value for { $field }, or leave it out.

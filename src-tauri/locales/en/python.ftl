# What a folder's Python says, and what is the matter with it

finding-will-fail = will fail
finding-will-hurt = will hurt
finding-advice = advice

finding-requirement-misnamed = { $name } is the name that code imports, not that of a package. The package is { $package }.
finding-requirement-unpinned = { $count ->
    [one] { $names } has no exact version, so a later build may get another one. Write one behind it, such as { $names }==1.2.3.
   *[other] These have no exact version, so a later build may get others: { $names }
}
finding-include-missing = It includes { $include }, which is not there.
finding-requirement-missing = The code imports { $import }, and no requirement brings it. The package is { $package }.
finding-server-missing = The start command runs { $server }, and no requirement brings it. The package is { $package }.
finding-multipart-missing = { $route } takes a form or a file. FastAPI does not start with it unless { $package } is installed.
finding-bound-to-loopback = { $server } listens on { $address }, which in a container nobody but itself can reach. It should listen on 0.0.0.0.
finding-reload-in-image = { $server } watches for changed files and restarts. In an image nothing changes, and an app that breaks looks as if it were running.
finding-debug-in-image = { $server } runs with debugging on: it shows code and variables to everybody who meets an error.
finding-development-server = { $server } is a server for development: it answers few requests at a time.
finding-port-differs = The app listens on port { $port }, while the Dockerfile exposes { $exposed }.
finding-app-not-in-file = The start command names { $name }, which { $file } does not have.
finding-app-not-text = uvicorn.run is given the app itself. With { $argument } it must be given a text such as "main:app", and ends otherwise.
finding-serves-on-import = { $call } runs as soon as { $server } imports the file, and never lets it go on. It belongs under if __name__ == "__main__".

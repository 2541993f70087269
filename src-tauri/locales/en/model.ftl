# Model files

model-danger-known = At byte { $place } it calls what runs commands or code, opens files or connections, or hides what it calls.
model-danger-known-within = In { $within }, at byte { $place }, it calls what runs commands or code, opens files or connections, or hides what it calls.
model-danger-unknown = At byte { $place } it calls something of which Slipway does not know what it does.
model-danger-unknown-within = In { $within }, at byte { $place }, it calls something of which Slipway does not know what it does.
model-more-dangers = { $count ->
    [one] There is 1 more such call.
   *[other] There are { $count } more such calls.
}

remedy-model-format = Choose a model file, or the folder of your project.
remedy-model-readable = Check the name, and that you may read the file.
remedy-model-save-again = Copy or download the file again, or save the model again.
remedy-model-origin = Ask whoever gave you the file what it is. Do not load it before.
remedy-model-own-class = If the class is your own or of a library that you trust, nothing is wrong with it: read its code first.
remedy-model-do-not-load = Do not load the file unless you trust whoever made it: what it calls runs with your rights.
remedy-model-safer-format = Have the model saved in a format that cannot run anything: ONNX, skops or safetensors.

problem-model-unknown = { $file } is not a model that Slipway can read.
    .detail = Slipway knows a model by what the file holds, whatever its name: pickle, joblib, skops, ONNX, PyTorch, safetensors, Keras, TensorFlow, XGBoost, LightGBM and CatBoost.
    .causes = It is another kind of file, or a kind of model that Slipway does not know.
    .fixes = Choose the model's file, or save the model in one of these formats.

problem-model-unreadable = { $file } cannot be opened.
    .detail = Slipway reads a model without loading it, but for that it must be able to read the file.
    .causes = The file is not there, belongs to somebody else, or its disk has a fault.
    .fixes = Check the name, and give yourself the right to read it.

problem-model-broken = { $file } is damaged: it cannot be read to its end.
    .detail = It begins like a model, and then breaks off or goes on as no model does. Your program could not load it either.
    .causes = It was copied or downloaded only in part, it is still being written, or something else has changed it.
    .fixes = Copy or download it again, or save the model again.

problem-model-too-large = { $file } unfolds into more than any real model.
    .detail = A small file can be made so that reading it fills the computer's memory or never ends. Slipway stops before that.
    .causes = The file was made to do harm, or it is damaged in an odd way.
    .fixes = Do not load it. Ask whoever gave it to you what it is.

problem-model-dangerous = Loading { $file } would run more than a model needs: { $call }
    .detail = A pickle is a small program: loading it runs what it names, with your rights. Slipway has only read it. Nothing of it has run.
    .causes = The file was made to do harm, or it holds a class or function that Slipway does not know, such as one of your own.
    .fixes = Do not load it unless you trust whoever made it. A model saved as ONNX, skops or safetensors cannot run anything.

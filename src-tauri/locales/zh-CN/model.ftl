# 模型文件

model-danger-known = 它在第 { $place } 字节处调用了会运行命令或代码、打开文件或连接，或隐藏所调用内容的东西。
model-danger-known-within = 在 { $within } 中，它在第 { $place } 字节处调用了会运行命令或代码、打开文件或连接，或隐藏所调用内容的东西。
model-danger-unknown = 它在第 { $place } 字节处调用了 Slipway 不了解其作用的东西。
model-danger-unknown-within = 在 { $within } 中，它在第 { $place } 字节处调用了 Slipway 不了解其作用的东西。
model-more-dangers = 还有 { $count } 处这样的调用。

remedy-model-format = 请选择模型文件，或您项目的文件夹。
remedy-model-readable = 请检查名称，并确认您有权读取该文件。
remedy-model-save-again = 请重新复制或下载该文件，或重新保存模型。
remedy-model-origin = 请询问提供该文件的人它是什么。在此之前不要加载它。
remedy-model-own-class = 如果这个类是您自己的，或来自您信任的库，那就没有问题：请先阅读它的代码。
remedy-model-do-not-load = 除非信任制作者，否则不要加载该文件：它所调用的内容会以您的权限运行。
remedy-model-safer-format = 请让对方以不能运行任何内容的格式保存模型：ONNX、skops 或 safetensors。

problem-model-unknown = { $file } 不是 Slipway 能读取的模型。
    .detail = Slipway 根据文件内容而不是名称识别模型：pickle、joblib、skops、ONNX、PyTorch、safetensors、Keras、TensorFlow、XGBoost、LightGBM 和 CatBoost。
    .causes = 它是别的文件，或者是 Slipway 不认识的模型。
    .fixes = 请选择模型文件，或以上述格式之一保存模型。

problem-model-unreadable = 无法打开 { $file }。
    .detail = Slipway 读取模型而不加载它，但必须能够读取该文件。
    .causes = 文件不存在、属于他人，或其所在磁盘有故障。
    .fixes = 请检查名称，并授予自己读取权限。

problem-model-broken = { $file } 已损坏：无法读到结尾。
    .detail = 它的开头像模型，之后却中断，或以任何模型都不会有的方式继续。您的程序也无法加载它。
    .causes = 它只复制或下载了一部分、仍在写入中，或被别的东西改动过。
    .fixes = 请重新复制或下载，或重新保存模型。

problem-model-too-large = { $file } 展开后比任何真实的模型都大。
    .detail = 一个小文件可以被做成在读取时占满内存或永不结束。Slipway 在此之前就停止了。
    .causes = 该文件是为了造成危害而制作的，或者以奇怪的方式损坏了。
    .fixes = 不要加载它。请询问提供者它是什么。

problem-model-dangerous = 加载 { $file } 会运行模型并不需要的内容：{ $call }
    .detail = pickle 是一段小程序：加载它就会以您的权限运行其中指明的内容。Slipway 只是读取了它，其中没有任何内容运行过。
    .causes = 该文件是为了造成危害而制作的，或者含有 Slipway 不认识的类或函数，例如您自己的。
    .fixes = 除非信任制作者，否则不要加载。以 ONNX、skops 或 safetensors 保存的模型不能运行任何内容。

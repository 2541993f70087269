# 文件夹中的 Python 说明了什么，以及有什么问题

finding-will-fail = 会失败
finding-will-hurt = 会带来麻烦
finding-advice = 建议

finding-requirement-misnamed = { $name } 是代码导入时的名称，不是软件包的名称。软件包是 { $package }。
finding-requirement-unpinned = 以下 { $count } 个软件包没有确切版本，以后构建可能得到别的版本：{ $names }
finding-include-missing = 它引用了不存在的 { $include }。
finding-requirement-missing = 代码导入了 { $import }，但没有任何依赖会安装它。软件包是 { $package }。
finding-server-missing = 启动命令运行 { $server }，但没有任何依赖会安装它。软件包是 { $package }。
finding-multipart-missing = { $route } 接收表单或文件。没有安装 { $package } 时，FastAPI 无法启动它。
finding-bound-to-loopback = { $server } 监听 { $address }，在容器里只有它自己能访问。它应监听 0.0.0.0。
finding-reload-in-image = { $server } 会监视文件变化并重启。镜像里的文件不会变化，而出错的应用看起来仍像在运行。
finding-debug-in-image = { $server } 开启了调试：任何遇到错误的人都会看到代码和变量。
finding-development-server = { $server } 是用于开发的服务器：同时只能应答少量请求。
finding-port-differs = 应用监听端口 { $port }，而 Dockerfile 声明的是 { $exposed }。
finding-app-not-in-file = 启动命令指定了 { $name }，但 { $file } 中没有它。
finding-app-not-text = uvicorn.run 得到的是应用对象本身。使用 { $argument } 时必须给出文本，例如 "main:app"，否则会退出。
finding-serves-on-import = { $call } 在 { $server } 导入该文件时立即运行，并且不会让它继续。它应放在 if __name__ == "__main__" 之下。

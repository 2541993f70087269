# 试运行

trial-effect = 在本机的一个空闲端口上单独运行 { $image }，向它发出请求，然后删除容器。
trial-remove-effect = 删除试运行的容器 { $container }。

trial-step-start = 正在启动容器
trial-step-answer = 正在等待应用的第一个响应；加载模型可能需要一些时间
trial-step-health = 正在查找能表明应用是否正常的路径
trial-step-example = 正在用示例值请求 { $path }

trial-no-image = 还没有可以试运行的镜像。
trial-not-yet = 这个镜像还没有试运行过。
trial-not-kept = 需要保留试运行的容器，但它不在运行。
trial-left-behind = 先前的试运行被强行中断，留下了容器 { $container }。
trial-engine-silent = Docker 没有响应，因此它可能还保存着的本项目内容会留下。
trial-stands = 容器 { $container } 仍在运行。
trial-answered = 单独运行时，应用在 { DURATION($ms) }后在端口 { $port } 上作出了响应。
trial-health-path = 它的路径 { $path } 能表明应用是否正常。
trial-no-health-path = 没有路径能表明应用是否正常，因此只会检查它的端口。
trial-said = { $request } 得到了状态码 { $status } 的响应。
trial-refused-example = 应用拒绝了这个示例。其中有些值是 Slipway 编造的，所以这不算错误。
trial-left-out = 以下变量没有设置，因为它们的值只在集群中：{ $names }。
trial-inconclusive = 单独运行时，应用没有响应。它缺少只有集群才有的值；它的 Pod 会表明它能否工作。
trial-last-lines = 它最后输出的内容：
trial-wrote-nothing = 应用没有输出任何内容。
trial-ended-well = 它没有出错，自己结束了。要应答请求的应用必须一直运行。
trial-out-of-memory = 它用的内存超出了可用的内存，因此被终止。
trial-other-arch = 镜像适用于 { $image } 处理器，而 Docker 运行在 { $engine } 上。
trial-listens = 应用在它的容器中监听 { $socket }。
trial-listens-nowhere = 它的容器中没有监听任何端口。
trial-last-try = 最后一次请求它失败了。

remedy-keep-running = 让启动命令运行一个持续工作的服务器（例如 uvicorn、gunicorn 或 waitress），而不是运行完就结束的脚本。
remedy-mend-and-run = 修复上面各行指出的问题，然后再运行一次：只会构建有改动的部分。
remedy-engine-memory = 在 Docker 的设置中分配更多内存，或使用更小的模型。
remedy-listen-everywhere = 让服务器监听所有地址 0.0.0.0：例如 uvicorn 和 flask 用 --host 0.0.0.0，gunicorn 用 --bind 0.0.0.0:8000，或 app.run(host="0.0.0.0")。
remedy-use-port = 为这个应用使用端口 { $port }。
remedy-keep-port = 或者长期保留：在 slipway.toml 中写入 port = { $port }。
remedy-wait-longer = 如果应用只是需要更多时间，让 Slipway 等待更久。
remedy-correct-health = 指定一个响应 200 的路径，或不指定健康路径：Slipway 会自己查找。现在是 { $path }。
remedy-check-start-command = 检查 Dockerfile 的最后几行：CMD 和 ENTRYPOINT 必须指定镜像中存在的程序。

problem-trial-crashed = 应用在响应之前停止了（退出码 { $code }）：{ $last }
    .detail = 在向集群放入任何内容之前，Slipway 单独运行了这个镜像。在集群中它会以同样的方式停止。
    .causes = 缺少某个软件包或其版本与模型需要的不同，镜像中缺少文件，或缺少某项设置。
    .fixes = 先看最后一行：它指出了问题所在。在代码、依赖或 Dockerfile 中修复，然后再运行一次。
problem-trial-no-answer = 应用在运行，但在 { DURATION($within) }内没有响应。
    .detail = Slipway 通过 HTTP 反复请求了它。在集群里它同样收不到请求：Kubernetes 只把请求发给有响应的应用。
    .causes = 它仍在加载模型，在等待不存在的东西，或者不是网络服务器。
    .fixes = 看看它最后输出了什么。如果只是需要更多时间，用 --timeout 等待更久。
problem-trial-other-port = 应用监听的是端口 { $port }，而不是 { $expected }。
    .detail = 预期的端口来自您的选择、Dockerfile 或代码。那里没有任何响应。
    .causes = 服务器的启动命令和 Dockerfile 的 EXPOSE 指定了不同的端口。
    .fixes = 使用它监听的端口，或修改启动命令。
problem-trial-loopback-only = 应用监听的是 { $socket }，只有它自己的容器能访问。
    .detail = 容器中的 127.0.0.1 就是容器自己。Docker 和 Kubernetes 从外部访问。
    .causes = 许多服务器默认监听 127.0.0.1，这在笔记本电脑上合适，在容器中则不行。
    .fixes = 让服务器监听 0.0.0.0。
problem-trial-server-error = 应用有响应，但它自己出了错：{ $request } 得到 { $status }。
    .detail = 500 及以上表示应用自己在响应时失败。它最后输出的内容指出了位置。
    .causes = 模型无法加载或与软件包的版本不匹配，或者代码处理这个请求时出错。
    .fixes = 阅读它最后输出的内容，修复其中指出的问题，然后再运行一次。
problem-trial-cannot-start = 无法启动 { $image }。
    .detail = 引擎无法运行镜像指定的程序。它的原话如下。
    .causes = CMD 或 ENTRYPOINT 指定的程序不在镜像中或不可执行，或者镜像适用于另一种处理器。
    .fixes = 更正 Dockerfile 的 CMD 或 ENTRYPOINT，然后再运行一次。
problem-trial-health = 健康路径 { $path } 的响应是 { $status }。
    .detail = Kubernetes 会请求这个路径，只要它不响应 200，就认为应用没有就绪。
    .causes = 这个路径在应用中是别的名称，或者需要登录。
    .fixes = 指定正确的路径，或不指定。

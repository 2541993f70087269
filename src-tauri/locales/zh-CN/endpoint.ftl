# endpoint

endpoint-not-yet = 应用还不在集群中，因此没有可访问的地址。
endpoint-asked = 已访问该地址。
endpoint-answered = 应答 { $status }，用时 { DURATION($ms) }：{ $request }

endpoint-not-reached = 尚未走到这一步。
endpoint-hop-name = { $host } 指向本机。
endpoint-hop-name-browsers = 浏览器和 curl 知道 { $host } 就是本机；本机上的其他程序未必知道。
endpoint-hop-tcp = 端口 { $port } 在 { $addresses } 上开放。
endpoint-hop-controller = 那里应答的是 Ingress 控制器（{ $controller }）。
endpoint-hop-ingress = Ingress 中有 { $host }{ $path } 的规则。
endpoint-hop-service = 规则通向 Service { $service } 的端口 { $port }。
endpoint-hop-endpoints = 其后有 { $count } 个 Pod 就绪，端口为 { $port }。
endpoint-hop-pod = 直接询问 Pod { $pod }，它会应答。
endpoint-hop-app = 经 Ingress 得到的应答（{ $status }）与 Pod 自己的应答逐字节相同。
endpoint-hop-app-varies = 经 Ingress 得到的应答（{ $status }）与 Pod 自己的应答形式相同；该应用每次的应答都不一样。

remedy-endpoint-up = 让 Slipway 把属于它的部分恢复正常。
remedy-endpoint-look = 查看集群中的 { $object }。
remedy-endpoint-logs = 阅读应用最近的输出。
remedy-endpoint-listen = 让应用监听 0.0.0.0 的端口 { $port }，而不是 127.0.0.1。
remedy-endpoint-mend-app = 请修正应用，然后再次运行 slipway up：错误出在应用自身。
remedy-endpoint-localhost = 使用每台电脑都认识的主机名 localhost。
remedy-endpoint-hosts = 在 { $file } 中把这个名称告诉本机。
remedy-endpoint-holder = 查看占用端口 { $port } 的程序，并将它停止。
remedy-endpoint-wsl = 在 Windows 上，结束之前的 WSL 遗留的进程。

problem-endpoint-name = 名称 { $host } 不指向本机。
    .detail = 浏览器首先把地址中的名称换成数字地址。这个名称没有指向，或者指向另一台电脑，所以请求到不了集群。
    .causes = 规则中的主机名没有分配给本机。
    .fixes = 请使用 localhost 或以 .localhost 结尾的名称，或在本机的 hosts 文件中加入该名称。
endpoint-name-unknown = 没有人认识名称 { $host }。
endpoint-name-elsewhere = { $host } 指向另一台电脑。

problem-endpoint-connect = { $address } 没有应答。
    .detail = 名称指向本机，但没有程序接受连接，或者接受了却从不应答。在从浏览器到应用的路上，这里是大门。
    .causes = Ingress 控制器的 Service 没有得到端口、集群的端口转发已停止，或者在 Windows 上 WSL 的中继仍占着这个地址。
    .fixes = 请查看控制器的 Service 是否得到了地址；重启集群所用的引擎；在 Windows 上运行 wsl --shutdown。
endpoint-open = { $address } 是开放的。
endpoint-closed = { $address } 拒绝连接：那里没有程序在监听。
endpoint-silent = { $address } 既不接受也不拒绝连接：尝试者会一直等待。
endpoint-pending = 集群中有一个 Service 仍在等待这个端口，可能已被另一个占用。

problem-endpoint-controller = 在 { $address } 应答的不是 Ingress 控制器。
    .detail = 那里有程序接受请求，但应答方式与控制器不同，因此应用的规则根本不会被查看。
    .causes = 本机的另一个 Web 服务器占用了端口：IIS、Apache、nginx 或另一个集群。
    .fixes = 请查看占用端口的程序，将它停止，然后再次运行 slipway up。
endpoint-no-http = 它接受连接，但不给出 HTTP 应答。
endpoint-other-answer = 对没有规则的主机，它应答 { $status }；控制器则应答 { $expected }。

problem-endpoint-rule = Ingress 控制器没有为 { $host }{ $path } 提供规则。
    .detail = 控制器有应答，但不会把这个主机和路径的请求转发出去。只有 Ingress 的类是该控制器的，并且规则中正好有这个主机和路径，才会生效。
    .causes = Ingress 被改动或删除、写的是另一个类，或者另一个 Ingress 有相同的主机和路径。
    .fixes = 请再次运行 slipway up 恢复规则；如果另一个 Ingress 占用了同样的地址，请换一个主机名或删除那一个。
endpoint-rule-no-object = 命名空间 { $namespace } 中没有 Ingress { $name }。
endpoint-rule-class = 这个 Ingress 写的类不是 { $class }，所以控制器会忽略它。
endpoint-rule-host = 它的规则中没有 { $host }{ $path }。
endpoint-rule-rejected = 控制器拒绝了它，原话是：
endpoint-rule-unserved = 控制器给出的是它自己的应答，就像面对不认识的主机一样。
endpoint-rule-other = 另一个 Ingress 占用了同样的主机和路径。

problem-endpoint-service = Service { $service } 无法接收规则转来的请求。
    .detail = Ingress 把请求发往某个 Service 的端口，Service 再交给 Pod。这里缺少 Service 或它的端口。
    .causes = Service 被删除或改名，或者它的端口被改动。
    .fixes = 请再次运行 slipway up 将它恢复。
endpoint-service-missing = 没有 Service { $service }。
endpoint-service-port = Service { $service } 没有端口 { $port }。它有这些端口：

problem-endpoint-no-pods = { $name } 没有可以接收请求的就绪 Pod。
    .detail = Service 把请求交给带有它所要求的标签并且就绪的 Pod。此刻一个也没有，因此每个请求都会得到错误应答。
    .causes = Pod 还在启动或就绪探针失败、根本没有 Pod，或者 Service 要求的标签与 Pod 的不符。
    .fixes = 请查看 Pod 的情况；再次运行 slipway up 可恢复标签和数量。
endpoint-pods-none = 没有带有 Service 所要求标签的 Pod。
endpoint-pods-unselected = Service 要求的标签与应用的 Pod 所带的不符。
endpoint-pods-waiting = Pod { $pod } 还没有就绪。
endpoint-pods-port = Pod 已就绪，但没有 Service 所指名称的端口。
endpoint-pods-unlisted = Pod 已就绪，但集群还没有把它们列入 Service。

problem-endpoint-bad-gateway = 应用的 Pod 已就绪，却不接受请求。
    .detail = Pod 在 Service 之后，却不应答来访者，因此控制器给出了它自己的错误应答。
    .causes = 应用只监听 127.0.0.1，那样只有 Pod 内部能访问；或者监听的端口与所写的不同。
    .fixes = 请让应用监听 0.0.0.0 以及所写的端口，重新构建，然后运行 slipway up。
endpoint-pod-refused = Pod { $pod } 拒绝端口 { $port } 上的连接。
endpoint-pod-silent = Pod { $pod } 接受了端口 { $port } 上的连接，却没有应答。
endpoint-gateway-said = 控制器没有到达应用，自己应答了 { $status }。
endpoint-loopback-only = 在 Pod 内部应用有应答，从外部却没有：很可能它只监听 127.0.0.1。
endpoint-cut = 控制器没有把应答给完。

problem-endpoint-app-error = { $status ->
        [none] 应用自身出错：没有应答。
       *[other] 应用自身出错：应答 { $status }。
    }
    .detail = 请求走完了全程，经过控制器、Ingress 和 Service 进入 Pod，但其中的应用出错。集群没有问题。
    .causes = 应用代码有错、镜像中缺少文件、模型无法加载，或者变量没有设置。
    .fixes = 请阅读应用最近的输出，修正后再次运行 slipway up。
endpoint-app-said = 它应答 { $status }。
endpoint-log = Pod { $pod } 最近的输出：

problem-endpoint-differs = 在 { $address } 应答的不是这个应用。
    .detail = 同样的请求分别发给了该地址和应用的 Pod，两个应答不一致，所以该地址背后是别的东西。
    .causes = 另一个 Ingress 有相同的主机和路径、仍在提供旧版本，或者应用会因访问者不同而给出不同应答。
    .fixes = 请查看其他 Ingress；换一个主机名；或再次运行 slipway up。
endpoint-said-through = 经 Ingress：{ $status }。
endpoint-said-pod = Pod 自己：{ $status }。

hop-name = 名称
hop-tcp = 端口
hop-controller = 控制器
hop-ingress = Ingress
hop-service = Service
hop-endpoints = 端点
hop-pod = Pod
hop-app = 应用

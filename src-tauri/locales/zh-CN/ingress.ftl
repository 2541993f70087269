# ingress 阶段：让请求进入集群的控制器。

ingress-serves = { $product } 正在为类 { $class } 提供服务。
ingress-own-answer = 用没有人使用的主机名访问，它自己回答 { $status }，与它的 Pod 回答的一样。
ingress-archived = ingress-nginx 项目已于 2026 年 3 月归档：已知的缺陷不会再修复。
ingress-none-serves = { $count ->
    [0] 还没有 Ingress 控制器。
   *[other] 有 { $count } 个 Ingress 类，但还没有控制器为它们服务。
}
ingress-no-controller = 类 { $class } 没有正在运行的控制器。
ingress-pod-not-ready = 类 { $class } 的控制器还没有就绪。
ingress-no-address = 类 { $class } 的控制器在本机还没有地址。
ingress-silent = 类 { $class } 的控制器没有在本机的 { $port } 端口应答。
ingress-something-else = 本机 { $port } 端口上应答的不是类 { $class } 的控制器。
ingress-class-there = 有类 { $class }。
ingress-port-held = 另一个程序正在监听本机的 { $port } 端口。
ingress-port-of-service = 集群里另一个 Service 占有本机的 80 端口。
ingress-awaits-address = 等待控制器得到本机的 80 端口
ingress-installs = 安装 { $product }：在命名空间 { $namespace } 中创建 { $count } 个对象。它让本机的请求进入集群。
ingress-installs-archived = 按照旧文章的做法安装 ingress-nginx { $version }：{ $count } 个对象。该项目已于 2026 年 3 月归档，已知的缺陷不会再修复。
ingress-removes = 移除 { $product }。
ingress-keeps = { $product } 保留：其他应用可能需要它。
ingress-keeps-for = { $product } 保留：{ $users } 仍然需要它。
ingress-keeps-namespace = 命名空间 { $namespace } 保留：其中的 { $objects } 不是 Slipway 创建的。

remedy-use-f5 = 让 Slipway 安装 F5 NGINX Ingress Controller，它不需要下载清单。
remedy-fetch-manifest = 从发布处重新下载该文件；它的 SHA-256 必须是 { $digest }。
remedy-manifest-file = 在另一台电脑上下载该文件，拿到这里，并选作 Ingress 清单。
remedy-stop-holder = 停止 { $holder }，或让它使用别的端口，然后再运行一次。
remedy-see-service = 查看集群中哪些 Service 有地址。
remedy-use-its-class = 通过类使用那个 Service 后面的控制器，或移除那个 Service。
remedy-see-controller = 查看控制器的 Pod 和 Service 的状态。
remedy-see-class = 查看这个类的内容。
remedy-use-class = 直接使用类 { $class }。
remedy-nearest-class = 您是指 { $class } 吗？

problem-ingress-class-missing = 集群里没有 Ingress 类 { $class }。
    .detail = Ingress 类说明由哪个控制器为一个 Ingress 服务。您指定的类不在集群现有的类之中。没有任何改动。
    .causes = 名称拼写有误，或者这个集群没有安装该控制器。
    .fixes = 选择一个现有的类，或选择 auto：有可用的控制器就复用，没有就安装一个。
problem-ingress-class-taken = Ingress 类 { $class } 已经属于另一个控制器（{ $controller }）。
    .detail = { $product } 需要这个名称的类，但类的控制器不能更改。没有任何改动。
    .causes = 这个集群安装着或曾经安装过另一个 Ingress 控制器，而现在没有控制器为它的类服务。
    .fixes = 修复那个控制器并使用它的类；如果没有人需要这个类，就移除它。
problem-ingress-manifest-unavailable = 无法从 { $origin } 读取 ingress-nginx { $version } 的清单。
    .detail = Slipway 不附带这个已归档项目的副本，而是使用发布版自己的文件。没有任何改动。
    .causes = 没有互联网连接，代理拒绝了请求，或者文件不在您指定的位置。
    .fixes = 使用 F5 的控制器，Slipway 可以自行安装；或在另一台电脑上下载该文件后选择它。
problem-ingress-manifest-altered = 来自 { $origin } 的清单不是 ingress-nginx { $version } 的清单。
    .detail = 它的 SHA-256 与发布的不同，所以 Slipway 不会应用它。没有任何改动。
    .causes = 文件属于另一个版本、被编辑过，或者在途中被改动，例如被代理改动。
    .fixes = 重新下载，或使用 F5 的控制器。
problem-ingress-not-ready = 类 { $class } 的 Ingress 控制器没有提供服务。
    .detail = 类是有的（{ $controller }），但发到本机的请求到不了正常工作的控制器。
    .causes = 控制器的 Pod 没有运行或没有就绪，它的 Service 在本机没有地址，或者另一个程序在它的端口上应答。
    .fixes = 查看控制器的 Pod 和 Service，或让 Slipway 安装 F5 的控制器。
problem-ingress-port-pending = 本机的 80 端口没有分配给 { $product }：它被 { $other } 占有。
    .detail = 在本地集群里，只有一个 LoadBalancer 类型的 Service 能得到本机的某个端口；下一个要同一端口的会一直等待。
    .causes = 集群里有另一个 Ingress 控制器，或另一个 LoadBalancer 类型的 Service。
    .fixes = 使用那个控制器的类，或移除那个 Service，然后再运行一次。
problem-port-taken = 本机的 { $port } 端口被 { $holder } 占用。
    .detail = Ingress 控制器需要这个端口，http://localhost/ 才能通往集群。没有任何改动。
    .causes = 本机的网页服务器或其他程序正在监听该端口（Apache、IIS、另一个容器）。
    .fixes = 停止那个程序或给它换一个端口，然后再运行一次。

# app

app-not-there = { $name } 还不在命名空间 { $namespace } 中。
app-objects = 有 { $count } 个对象。
app-objects-gone = 缺少 { $objects }。
app-pods = { $wanted ->
    [1] 它的 Pod 已就绪。
   *[other] { $wanted } 个 Pod 中有 { $ready } 个就绪。
}
app-rolling = { $wanted } 个 Pod 中有 { $ready } 个就绪；改动还没有发布完成。
app-as-wanted = 集群确认没有需要改动的内容。
app-awaits-trial = 应用监听哪个端口，试运行时会查明。
app-differs = 有 { $count } 个字段与期望不同。
app-creates = 在命名空间 { $namespace } 中创建 { $objects }。
app-creates-after-trial = 在命名空间 { $namespace } 中创建 Deployment/{ $name }、Service/{ $name } 和 Ingress/{ $name }，使用试运行查明的端口。
app-changes = 在命名空间 { $namespace } 中更改 { $objects }。
app-removes = 从命名空间 { $namespace } 中删除 { $objects }。
app-removes-changed = 从命名空间 { $namespace } 中删除 { $object }，连同 { $managers } 在其中所做的更改。
app-removing = 正在删除 { $object } 及其附属内容
app-keeps-of-folder = { $object } 保留：它由文件夹 { $folder } 创建。
app-keeps-of-others = { $object } 保留：它没有 Slipway 的标记。

rollout-pods = { $name } 的 { $wanted } 个 Pod 中有 { $ready } 个就绪
rollout-awaits-start = { $pod } 正在启动
rollout-awaits-probe = { $pod } 正在运行，正在询问它是否就绪
rollout-awaits-ready = { $pod } 正在运行但没有就绪：{ $words }
rollout-awaits-pod = { $pod }：{ $words }
pod-last-lines = { $pod } 的最后几行输出：
field-owned = { $field } 由 { $manager } 设置。
name-held-by-folder = 它由文件夹 { $folder } 创建。
name-held-by-others = 它由 { $manager } 创建，不是 Slipway 创建的。
host-held = 它响应 { $host }{ $path }。
delete-awaits = 要等下列各项处理完毕，它才能消失：
port-nowhere = 其中没有一行指明端口。

remedy-let-trial-find-port = 或者先部署一次：试运行会查明端口并记住它。
remedy-create-namespace = 请创建该命名空间。Slipway 不创建命名空间，因为他人可能对其有规定。
remedy-wait-for-namespace = 等该命名空间消失后重新创建，再运行一次；或选择另一个命名空间。
remedy-see-quota = 查看配额允许多少、已用多少。
remedy-ask-for-less = 减少 Pod 的数量，或减少每个 Pod 的 CPU 或内存（--replicas，或 slipway.toml 中的 cpu 和 memory），或删除不再需要的内容。
remedy-take-over = 如果这些字段应归您，请说明要接管它们。
remedy-keep-their-fields = 或者就采用现有的值：这样便没有争议。
remedy-other-host = 使用另一个主机名或路径。以 .localhost 结尾的名称同样指向本机。
remedy-other-name = 给这个项目另起一个名称。
remedy-remove-there = 或先移除另一个。
remedy-folder-moved = 如果是同一个项目而文件夹被移动了，请在新文件夹中运行此命令，告知集群。
remedy-read-servers-words = 请阅读上面集群的原话：其中指出了它拒绝的内容。
remedy-wait-for-webhook = 负责检查每次改动的程序没有响应。等它就绪后再运行一次。
remedy-see-object = 查看该对象。
remedy-delete-yourself = 如果仍要删除它，请自己删除。
remedy-apply-again = 再运行一次：缺少的内容会重新创建。
remedy-image-again = 重新构建 { $image }：集群的磁盘可能曾经写满，镜像因此被删除。
remedy-load-image = 把镜像载入集群的节点（节点另存自己的镜像），然后再运行一次。
remedy-describe-pod = 查看该 Pod 以及它发生过什么。
remedy-see-nodes = 查看节点还有多少空间。
remedy-more-memory = 给应用更多内存（slipway.toml 中的 memory），或给 Docker 更多内存。
remedy-make-what-is-named = 创建集群原话中提到的内容（例如 Secret），或更正其名称，然后再运行一次。
remedy-read-log = 阅读完整的日志。
remedy-see-rollout = 查看该 Deployment 以及它发生过什么。
remedy-longer-timeout = 如果只是需要更多时间，请等久一些：--timeout 秒数。
remedy-say-port = 请指明应用监听的端口：--port PORT。

problem-name-taken = 命名空间 { $namespace } 中的名称 { $name } 已被 { $holder } 占用。
    .detail = 该名称下已有 { $object }，它不是由这个文件夹创建的。Slipway 不会覆盖他人创建的内容。没有任何改动。
    .causes = 另一个项目使用了同样的名称、文件夹被移动过，或者有人手工创建了该对象。
    .fixes = 用 --name 给这个项目另起名称、使用另一个命名空间，或移除另一个。

problem-fields-owned = { $object } 中有些字段被 { $manager } 设成了别的值。
    .detail = Kubernetes 会记住每个字段由谁设置。没有您的同意，Slipway 不会拿走别人的字段。没有任何改动。
    .causes = 有人用 kubectl 或别的程序改过该对象，例如调整了副本数。
    .fixes = 采用现有的值，或说明要接管哪些字段。

problem-namespace-missing = 没有命名空间 { $namespace }。
    .detail = 命名空间是集群中拥有自己名称范围的一部分。应用放入之前它必须存在。没有任何改动。
    .causes = 名称输入有误，或者该命名空间尚未创建。
    .fixes = 用 kubectl create namespace 创建它，或选择已有的命名空间。

problem-namespace-terminating = 命名空间 { $namespace } 正在被删除。
    .detail = 其中不能再创建任何内容。
    .causes = 有人删除了它，而其中还有内容没有结束。
    .fixes = 等它消失后重新创建，或选择另一个命名空间。

problem-host-taken = http://{ $host }{ $path } 已被占用：Ingress { $other } 已在该地址上响应。
    .detail = 主机名和路径相同的两个 Ingress 会争抢每个请求。Slipway 不会抢走另一个的。没有任何改动。
    .causes = 另一个项目部署在同样的地址下。
    .fixes = 使用另一个主机名或路径（--host、--path），或移除另一个项目。

problem-quota-exceeded = 命名空间 { $namespace } 的配额容不下 { $object }。
    .detail = 配额规定一个命名空间中可以使用多少资源。集群的原话在下面。
    .causes = 该命名空间中已运行很多内容，或者应用要求的超过了配额。
    .fixes = 减少 Pod 或减少要求、删除不再需要的内容，或向集群的所有者申请更多。

problem-apply-refused = 集群拒绝了 { $object }。
    .detail = 它的原话在下面。集群可以规定哪些内容允许放入。
    .causes = 集群的某条规则不允许、某个值不合适，或者负责检查改动的程序没有就绪。
    .fixes = 请阅读集群的原话：其中指出了字段或规则。

problem-pod-image-missing = 集群中没有镜像 { $image }。
    .detail = Pod { $pod } 要运行它，而集群不允许从别处获取。
    .causes = 集群另存自己的镜像，与 Docker 的分开；或者它因磁盘写满而删除了该镜像。
    .fixes = 腾出一些磁盘空间并重新构建镜像。如果集群另存镜像，请把镜像载入集群。

problem-pod-image-pull = 集群无法获得镜像 { $image }。
    .detail = 集群节点上没有该镜像，于是集群向镜像仓库索取，但没有成功。Pod { $pod }。
    .causes = 集群另存自己的镜像，与 Docker 的分开；它因磁盘写满而删除了该镜像；或者镜像仓库中没有它。
    .fixes = 腾出一些磁盘空间并重新构建镜像。如果集群另存镜像，请把镜像载入集群。

problem-pod-crashing = Pod { $pod } 中的应用自行退出，退出码为 { $exit }。
    .detail = 集群会一再重新启动它。它最后的输出在下面。
    .causes = 应用中有错误、某个变量或文件在您的电脑上有而集群中没有，或者启动命令不对。
    .fixes = 阅读最后几行：其中通常指出了文件和行号。修正后重新部署。

problem-pod-out-of-memory = Pod { $pod } 中的应用需要的内存超过了允许的范围。
    .detail = 内存用尽时，集群终止了它。
    .causes = 模型比给它的内存更大，或者每次请求都让它占用更多内存。
    .fixes = 给它更多内存，或给 Docker 更多内存，或加载更小的模型。

problem-pod-unschedulable = 没有节点能容纳 Pod { $pod }。
    .detail = 调度器的原话在下面。
    .causes = 应用要求的 CPU 或内存超过了空闲的数量，或者节点的磁盘空间不足。
    .fixes = 减少要求、运行更少的 Pod、删除不再需要的内容，或给 Docker 更多资源。

problem-pod-config = 无法创建 Pod { $pod } 的容器 { $container }。
    .detail = 它的描述中提到的内容不存在或不被允许。集群的原话在下面。
    .causes = 某个变量所取自的 Secret 或键不存在，或者镜像的用户不被允许。
    .fixes = 创建所提到的内容或更正其名称，然后再运行一次。

problem-pod-not-ready = Pod { $pod } 正在运行，但在 { DURATION($ms) }内没有就绪。
    .detail = 就绪探测成功，Pod 才算就绪。在此之前它收不到请求。
    .causes = 应用监听的端口与所说的不同、只监听 127.0.0.1，或者加载模型需要更久。
    .fixes = 阅读它的日志，检查端口和健康检查路径，或用 --timeout 等久一些。

problem-rollout-timeout = { $name } 没有按时发布完成。
    .detail = 它仍在等待的内容在下面。集群会继续尝试。
    .causes = 电脑较慢或很忙、镜像很大，或者某个 Pod 无法启动。
    .fixes = 查看该 Deployment，或用 --timeout 等久一些。

problem-rollout-gone = 在 Slipway 等待期间，Deployment { $name } 被删除了。
    .detail = 有人或有程序在此期间把它从命名空间 { $namespace } 中移除了。
    .causes = 有人用 kubectl 删除了它，或在另一个窗口中移除了该应用。
    .fixes = 再运行一次：缺少的内容会重新创建。

problem-not-ours = { $object } 不再带有 Slipway 的标记，因此没有动它。
    .detail = Slipway 只删除自己创建的内容，并凭对象上的标签识别。
    .causes = 在 Slipway 查看之后，有人改了该对象的标签。
    .fixes = 如果仍要删除它，请自己删除。

problem-delete-timeout = { $object } 在 { DURATION($ms) }内没有消失。
    .detail = 它已标记为删除，等占用它的内容放手后就会消失。
    .causes = 它的 Pod 需要很久才结束，或者某个程序须先清理却没有清理。
    .fixes = 稍等，然后再查看。

problem-port-unknown = 不知道 { $name } 监听哪个端口。
    .detail = 集群必须知道端口才能把请求送到应用。Slipway 在 Dockerfile 和启动命令中都没有找到它。没有任何改动。
    .causes = Dockerfile 中没有 EXPOSE，启动命令也没有指明端口。
    .fixes = 用 --port 指明端口，或在 Dockerfile 中加一行 EXPOSE PORT。

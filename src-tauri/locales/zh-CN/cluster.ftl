# cluster

cluster-answers = { $context } 有响应：Kubernetes { $version }。
cluster-nodes = { $nodes } 个节点中有 { $ready } 个就绪。
cluster-nodes-hidden = 您无权查看它的节点，因此不知道节点是否就绪。
cluster-elsewhere = 它不在本机上。
cluster-shares-images = 您构建的镜像同时就是节点上的镜像。
cluster-shares-no-images = 节点的列表中没有您的 Docker Engine 里的镜像。
cluster-pinned = 这就是为该文件夹选定的集群。
cluster-not-pinned = 尚未为该文件夹选定这个集群。
cluster-pins = 记住 { $context } 是 { $folder } 所用的集群。
cluster-unpins = 不再记住为 { $folder } 选定的集群。
cluster-no-answer = { DURATION($ms) }内没有响应。
cluster-other-identity = 命名空间 kube-system 不是原来的那个，所以这是另一个集群。
cluster-other-server = 该 context 现在指向另一台服务器。

context-local = { $context } 在本机上。
context-local-with-program = { $context } 在本机上；它的凭据来自程序 { $program }。
context-elsewhere = { $context } 不在本机上。
context-there = 有 { $context }。
credential-program-not-found = 该程序没有安装，或不在查找程序的位置。
credential-program-failed = 该程序以 { $status } 结束。
kubeconfig-not-there = 这些文件都不存在。
kubeconfig-without-contexts = kubeconfig 中没有任何集群。
node-not-ready = 节点 { $node } 没有就绪。
right-refused = 您在命名空间 { $namespace } 中无权 { $right }。

remedy-enable-kubernetes = 打开 Docker Desktop，在设置中选择 Kubernetes 并启用它。
remedy-set-kubeconfig = 如果您的 kubeconfig 在别处，请用变量 KUBECONFIG 指明它。
remedy-mend-kubeconfig = 请修正 kubeconfig 中的 { $place }。
remedy-sign-in-again = 看看 kubectl 能否登录；如果不能，请重新登录集群。
remedy-rewrite-context = 请用当初生成 { $context } 的程序重新写入它。在 Docker Desktop 中：重置 Kubernetes 集群，其中运行的内容也会被删除。
remedy-ask-for-rights = 查看您有哪些权限，并向集群的所有者申请缺少的权限。
remedy-wait-and-retry = 稍等片刻，然后再运行一次。
remedy-wait-for-cluster = 等集群表明自己已就绪，然后再运行一次。
remedy-see-version = 看看 kubectl 与集群的版本是否相配。
remedy-start-cluster = 启动集群（Docker Desktop：启动它并启用 Kubernetes），等到它有响应。
remedy-choose-other-cluster = 或用 --context 选择另一个集群。
remedy-run-credential-program = 请自己运行该程序，并按它的要求操作。
remedy-choose-context = 请指明您要用的集群。
remedy-choose-context-again = 如果这就是您要用的集群，请重新选择它。
remedy-choose-local-cluster = 用 --context 选择本机上的集群，例如 Docker Desktop 的集群。
remedy-confirm-cluster = 如果您确实要用 { $context }，请输入它的全名表示同意。
remedy-nearest-context = 使用 { $context }。
remedy-list-clusters = 列出可供选择的集群。

problem-kubeconfig-missing = 还没有为您设置 Kubernetes 集群。
    .detail = kubeconfig 是说明有哪些集群、如何登录的文件。没有它，Slipway 不知道可以部署到哪个集群。
    .causes = Docker Desktop 中从未启用 Kubernetes，或者 kubeconfig 不在您的主目录里。
    .fixes = 在 Docker Desktop 的设置中启用 Kubernetes，或用变量 KUBECONFIG 指明该文件。

problem-kubeconfig-broken = kubeconfig 在 { $place } 处无法使用。
    .detail = Slipway 像 kubectl 一样读取您的 kubeconfig，从不写入。那里的内容无法理解。
    .causes = 文件被手工改过、只写入了一部分，或者其中指定的证书不存在。
    .fixes = 修正所指出的那一行，或用当初生成它的程序重新写入。

problem-context-missing = 没有名为 { $context } 的 context。
    .detail = context 是 kubeconfig 中的一项：一个集群以及登录它的方式。没有任何改动。
    .causes = 名称输入有误，或者该集群在选定之后被移除了。
    .fixes = 请从现有的 context 中选择一个。

problem-context-choice = 您要用哪个集群？现有 { $count } 个，Slipway 不会自行选择。
    .detail = 只有当本机上恰有一个集群响应时，Slipway 才会自行选择。它从不跟随 kubectl 的当前 context：那可能是别人的生产环境。
    .causes = 本机上运行着多个集群，或者一个也没有。
    .fixes = 用 --context 指明您要用的集群。Slipway 会为该文件夹记住它。

problem-cluster-unreachable = 集群 { $context } 在 { $server } 没有响应。
    .detail = 没有任何改动。
    .causes = 集群已停止或仍在启动，或者网络无法到达它。
    .fixes = 启动它并等到它有响应，或选择另一个集群。

problem-cluster-certificate = { $server } 的证书与 context { $context } 不符。
    .detail = kubeconfig 记录了应凭哪个证书识别集群，而服务器出示的是另一个。Slipway 不与无法确认身份的服务器通信。
    .causes = 集群已重建而 kubeconfig 是旧的、证书已过期，或者本机的时钟不准。
    .fixes = 用当初生成该 context 的程序重新写入它。在 Docker Desktop 中，重置 Kubernetes 集群即可。

problem-cluster-unauthorized = 集群 { $context } 不知道您是谁。
    .detail = 它有响应，但拒绝了 kubeconfig 中的凭据。
    .causes = 凭据已过期，或者集群已重建。
    .fixes = 请重新登录，或用当初生成该 context 的程序重新写入它。

problem-cluster-forbidden = 您在 { $context } 中没有所需的权限。
    .detail = 集群认得您，但它的规则不允许您这样做。被拒绝的内容列在下面。没有任何改动。
    .causes = 您的账号在该集群或命名空间中权限很少。
    .fixes = 向集群的所有者申请所列的权限，或使用另一个命名空间或集群。

problem-cluster-refused = 集群 { $context } 拒绝了一个请求。
    .detail = 它的原话在下面。
    .causes = 该集群的版本是 Slipway 不了解的，或者有别的东西挡在两者之间。
    .fixes = 看看 kubectl 用该 context 能否工作，并阅读集群的原话。

problem-cluster-not-local = { $context } 不在本机上，没有您的同意不会向它写入任何内容。
    .detail = 它的服务器是 { $server }。Slipway 是为在自己的电脑上学习而做的；别处的集群可能有他人依赖。
    .causes = 该 context 指向别处的服务器。
    .fixes = 选择本机上的集群，或输入该集群的全名表示同意：--confirm-cluster NAME。

problem-cluster-changed = { $context } 不是当初选定的集群。
    .detail = 每次改动之前，Slipway 都会确认对方仍是您选定的集群。现在不是，所以没有再做任何改动。
    .causes = 集群被重置或重建，或者 kubeconfig 在此期间被改过。
    .fixes = 如果这就是您要用的集群，请用 --context 重新选择；Slipway 会重新记住它。

problem-cluster-not-ready = 集群 { $context } 有响应，但没有就绪。
    .detail = Pod 还不能在其中运行。
    .causes = 它仍在启动，或者它的某个部分出了故障。
    .fixes = 等到节点就绪。如果一直不就绪，请重启集群。

problem-cluster-busy = 集群 { $context } 太忙，没有接受请求。
    .detail = 它回答 429：请求过多。Slipway 已经问过几次。
    .causes = 许多程序同时向它发出请求，或者本机给它的内存或处理器太少。
    .fixes = 稍等片刻再运行一次。如果经常发生，请给 Docker 更多内存。

problem-credential-program = 登录 { $context } 所用的程序不能工作：{ $program }
    .detail = kubeconfig 写明该集群的凭据来自这个程序。Slipway 只为您选定的集群运行它。
    .causes = 该程序没有安装，或者您需要先用它登录。
    .fixes = 安装该程序，在终端中运行一次，然后再运行 Slipway。

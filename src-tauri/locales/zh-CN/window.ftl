# 窗口。

# --- 各处通用 ---

window-language = 语言
window-copy = 复制
window-copied = 已复制
window-close = 关闭
window-back = 回到开始
window-cancel = 取消
window-command = 命令
window-copy-command = 复制命令
window-read-more = 了解更多
window-evidence = 依据
window-exactly = 原始内容
window-code = 问题代码
window-copy-details = 复制详细信息
window-what-to-do = 怎么办

window-clusters-looking = 正在查找集群…
window-cluster-local = { $context } · 本机
window-cluster-remote = { $context } · 非本机
window-cluster-none = 没有本机集群
window-engine-looking = 正在查找 Docker Engine…
window-engine = { $product } { $version }
window-engine-none = 没有 Docker Engine

window-state-unknown = 尚未查看
window-state-missing = 待完成
window-state-working = 进行中
window-state-proven = 已证实
window-state-failed = 已停止

window-phase-waiting = 待完成
window-phase-running = 进行中
window-phase-cached = 沿用之前的结果
window-phase-done = 完成
window-phase-failed = 失败

# --- 第一屏 ---

window-welcome = 把模型放到 Kubernetes 上
window-welcome-about = Slipway 读取您的模型文件夹，构建、试运行，并在本机上给它一个可访问的地址。
window-drop = 把模型文件夹拖到这里
window-drop-over = 松开即可打开
window-drop-about = 里面有应用和它的 Dockerfile。在您点击“部署”之前，不会有任何改动。
window-choose = 选择文件夹…
window-path = 或输入路径
window-path-example = ~/work/my-model
window-path-open = 打开这个文件夹
window-samples = 或从示例开始
window-recent = 最近打开
window-look-again = 重新查看
window-no-cluster = 本机还没有 Kubernetes
window-no-cluster-about = 在 Docker Desktop 的 Settings → Kubernetes 中打开 Enable Kubernetes 即可；kind、minikube、k3d 和 Rancher Desktop 也可以。现在就可以先打开文件夹。

# --- 检查 ---

window-review = { $name } 可以部署了
window-review-about = 还没有任何改动。看一下找到的内容，然后部署。
window-review-reading = 正在读取文件夹…
window-review-unread = 这个文件夹还不能部署
window-review-blocked = 部署 { $name } 之前还缺一样东西
window-review-blocked-about = 没有任何改动。请按下面的说明处理，然后重新查看。
window-review-stands = { $name } 已部署，且是最新的
window-review-stands-about = 部署要做的事都已经完成。
window-deploy = 部署
window-show = 查看
window-found = 找到的内容
window-start = 启动命令
window-port = 端口
window-base = 基础镜像
window-target = 构建阶段
window-user = 运行用户
window-size = 送去构建的内容
window-size-all = { $files } 个文件，{ BYTES($size) }
window-plan = 将要做的事
window-planning = 查看中
window-plan-looking = 正在查看引擎和集群…
window-plan-nothing = 没有：全部都已就绪。
window-changes = 具体的改动
window-undone-by = 撤销方法：
window-choices = 您的选择
window-choices-open = 修改选择
window-deploy-again = 再次部署
window-name = 名称
window-namespace = 命名空间
window-namespace-about = 命名空间就像集群里的文件夹。
window-cluster = 集群
window-cluster-choose = 选择集群
window-cluster-here = 在本机
window-cluster-elsewhere = 不在本机
window-cluster-silent = 没有回应
window-cluster-consent = 输入集群名称，表示允许改动它
window-cluster-consent-about = { $context } 不在本机，可能有其他人在用。
window-replicas = Pod 数量
window-host = 主机名
window-dockerfile = Dockerfile
window-more-choices = 更多选择
window-base-path = 路径
window-health = 健康检查路径
window-health-found = 由试运行确定
window-memory = 内存

# --- 部署过程 ---

window-rail = 部署的各个阶段
window-rail-busy = 随时可以取消：已完成的部分会保留，之后可以从那里继续。
window-rail-rest = 绿色：上次检查时成立。
window-rail-total = 总共用时 { DURATION($ms) }。
window-stopped-here = 停在这里
window-in-namespace = 命名空间 { $namespace }
window-check = 重新检查
window-checking = 正在查看：{ $stage }
window-cancelled = 已取消
window-cancelled-about = 此前完成的部分都在。可以从那里继续，也可以移除。
window-unknown = { $stage }：尚未查看
window-go-on = 继续
window-try-again = 重试
window-done = 已做的事
window-step-cached = 沿用之前的结果
window-step-of = { $done } / { $total }
window-log-cut = 最后 { $count } 行
window-copy-log = 复制全部日志

window-rail-machine = 这台电脑和它的引擎
window-rail-project = 文件夹里有什么
window-rail-image = 应用和它需要的一切
window-rail-trial = 单独运行，请求一次
window-rail-cluster = 要部署到的 Kubernetes
window-rail-ingress = 外部的入口
window-rail-app = Deployment、Service、Ingress
window-rail-endpoint = 从外部请求这个地址

window-about-machine = 这台电脑和它的 Docker Engine：负责构建镜像、运行容器。
window-about-project = 文件夹说明了应用如何构建、如何启动、监听哪个端口。
window-about-image = 把应用和它需要的一切打包在一起，在哪里运行都一样。内容不会离开本机。
window-about-trial = 先让容器单独运行片刻并请求一次，然后才交给集群。
window-about-cluster = 将要运行应用的 Kubernetes。它已固定：在终端里切换 context 不会影响这里。
window-about-ingress = Ingress 控制器守在集群门口，把每个请求交给对应的应用。
window-about-app = Deployment 让 Pod 保持运行，Service 找到它们，Ingress 把请求引过来。
window-about-endpoint = 像浏览器一样从外部请求这个地址，并检查途中的每一段。

window-heading-machine-working = 正在查看这台电脑
window-heading-machine-missing = 这台电脑还没有准备好
window-heading-machine-proven = 这台电脑已准备好
window-heading-project-working = 正在读取文件夹
window-heading-project-missing = 文件夹还没有准备好
window-heading-project-proven = 文件夹已读取
window-heading-image-working = 正在构建镜像
window-heading-image-missing = 镜像还没有构建
window-heading-image-proven = 镜像已构建
window-heading-trial-working = 正在单独试运行应用
window-heading-trial-missing = 应用还没有试运行
window-heading-trial-proven = 应用单独运行时能正常回答
window-heading-cluster-working = 正在连接集群
window-heading-cluster-missing = 还没有选定集群
window-heading-cluster-proven = 集群已准备好
window-heading-ingress-working = 正在设置入口
window-heading-ingress-missing = 还没有 Ingress 控制器
window-heading-ingress-proven = 入口已打开
window-heading-app-working = 正在集群中启动应用
window-heading-app-missing = 应用还不在集群里
window-heading-app-proven = 应用正在集群中运行
window-heading-endpoint-working = 正在从外部请求应用
window-heading-endpoint-missing = 这个地址还没有回答
window-heading-endpoint-proven = 这个地址能正常回答

window-log-machine = 引擎
window-log-project = 文件夹
window-log-image = 构建日志
window-log-trial = 应用自己的输出
window-log-cluster = 集群
window-log-ingress = 控制器的事件
window-log-app = 应用的事件和输出
window-log-endpoint = 请求

# --- 各阶段的发现 ---

window-engine-label = 引擎
window-engine-host = 地址
window-engine-rule = 选择依据
window-engine-system = 系统
window-engine-store = 镜像存储
window-engine-memory = 内存
window-engine-disk = 剩余磁盘
window-port-label = 端口 { $port }
window-port-free = 空闲
window-port-taken = 使用中
window-port-held = 被 { $program } 占用
window-image-tag = 标签
window-image-size = 大小
window-image-arch = 架构
window-image-id = ID
window-trial-started = 首次回答用时
window-trial-operations = 可以请求
window-cluster-context = Context
window-cluster-server = 服务器
window-cluster-version = 版本
window-cluster-nodes = 节点
window-cluster-nodes-ready = { $ready } / { $all } 就绪
window-cluster-images = 镜像
window-cluster-images-shared = 与引擎共用
window-cluster-images-apart = 与引擎分开存放
window-cluster-identity = 标识
window-ingress-class = 类
window-ingress-controller = 控制器
window-ingress-port = 端口
window-ingress-origin = 由谁安装
window-ingress-ours = Slipway
window-ingress-theirs = 其他人；直接沿用
window-ingress-default = 对不属于任何应用的请求，它的回答是：
window-app-pods = Pod
window-app-pods-ready = { $ready } / { $all } 就绪
window-app-objects = 对象
window-app-image = 镜像

# --- 运行中的应用 ---

window-live = { $name } 已上线
window-live-about = 刚刚经由 Ingress 请求过它，本机上的任何人都可以这样请求。
window-address = 地址
window-copy-address = 复制地址
window-open-browser = 在浏览器中打开
window-hops = 请求经过的路
window-ask = 请求应用
window-asking = 请求中…
window-send = 发送
window-method = 方法
window-operation = 操作
window-path-of-app = 路径
window-place-path = 路径参数
window-place-header = 请求头
window-body = 请求体（JSON）
window-made-up = 应用没有给出示例：这些值是根据类型编的。
window-header-add = 请求头
window-header-name = 名称
window-header-value = 值
window-copy-curl = 复制为 curl
window-answer = 回答
window-answer-in = 用时 { DURATION($ms) }
window-answer-body = 回答的内容
window-copy-answer = 复制回答

# --- 命令 ---

window-commands = 显示为命令
window-commands-title = 对应的命令
window-commands-planned = 如果手动部署，您会输入这些命令。Slipway 自己并不运行它们，而是直接与引擎和集群通信。
window-commands-done = 刚才所做的事，手动就要输入这些命令。Slipway 自己并没有运行它们，而是直接与引擎和集群通信。
window-commands-none = 没有要输入的命令：没有任何改动。
window-script-none = 还不能写出脚本。
window-copy-script = 复制为脚本

# --- 移除 ---

window-remove = 移除…
window-remove-title = 移除 { $name }？
window-remove-about = 只移除 Slipway 创建的内容，不会动您的文件夹。
window-remove-scope = 还要移除什么
window-remove-image = 也移除它的镜像
window-remove-ingress = 也移除 Ingress 控制器（如果由 Slipway 安装，并且没有别的应用在用）
window-remove-looking = 正在查看现有内容…
window-remove-nothing = 没有 Slipway 创建的内容可移除。
window-remove-kept = 保留的内容
window-keep = 保留
window-remove-now = 移除
window-removing = 正在移除 { $name }
window-removing-about = 每一项在移除前都会再检查一次：只移除带有 Slipway 标记的内容。
window-removed = { $name } 已移除
window-removed-about = 您的文件夹没有改动，随时可以再次部署。
window-removed-gone = 已移除的内容
window-removed-kept = 保留的内容
window-removed-nothing = 原本就没有内容。

# --- 示例和窗口的问题 ---

sample-iris = 鸢尾花
sample-iris-about = FastAPI 加 scikit-learn：根据尺寸分辨花的种类。适合第一次部署。
sample-sentiment = 情感
sample-sentiment-about = Flask，使用另一个端口，有健康检查路由，没有 OpenAPI：一句话听起来满意吗？
sample-model-card = 模型卡片
sample-model-card-about = 完全不用 Python：从 2 MB 的空白镜像提供一个网页。

problem-ask-refused = { $url } 不是此窗口显示的应用。
    .detail = 请求表单只向应用在本机上的地址发送请求，现在是 { $address }。没有发送任何内容。
    .causes = 请求中的地址被改成了别的主机或端口，或者应用已被移除。
    .fixes = 请使用应用自己地址下的路径。其他地址请用 curl 或浏览器访问。
remedy-ask-shown = 请使用 { $address } 下的路径。

problem-ask-invalid = 无法发送这个请求：{ $url }。
    .detail = 其中有一部分不符合 HTTP 的要求。没有发送任何内容。
    .causes = 请求头的名称里有空格或冒号，值里有换行，或者地址格式不对。
    .fixes = 改正下面指出的部分，然后重新发送。
remedy-ask-mend = 改正指出的部分，然后重新发送。

problem-ask-unanswered = 应用在 { $url } 没有给出回答。
    .detail = 请求已经发出，但没有在规定时间内收到完整的回答。
    .causes = 应用或 Ingress 控制器中途停止了，应用用时超过一分钟，或者它关闭了连接。
    .fixes = 请重新检查应用：会逐段探测，并指出出错的那一段。
remedy-ask-check = 请重新检查应用，出错的那一段会被指出。

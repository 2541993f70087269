# 命令行。

cli-time = { DURATION($ms) }
cli-yes = 是
cli-no = 否
cli-looking = 正在查看现状……
cli-interrupted = 已停止。用 slipway status 查看现状，用 slipway up 继续，用 slipway down 移除。
cli-more-lines = …… 还有 { $count } 行
cli-more-changes = …… 还有 { $count } 个字段

cli-amount = { $unit ->
    [bytes] { BYTES($done) } / { BYTES($total) }
    [files] { $total } 个文件中的 { $done } 个
    [steps] { $total } 步中的第 { $done } 步
    [pods] { $total } 个 Pod 中的 { $done } 个
    [objects] { $total } 个对象中的 { $done } 个
   *[ms] { DURATION($done) }，最多 { DURATION($total) }
}
cli-so-far = { $unit ->
    [bytes] { BYTES($done) }
    [files] { $done } 个文件
    [steps] { $done } 步
    [pods] { $done } 个 Pod
    [objects] { $done } 个对象
   *[ms] { DURATION($done) }
}
cli-step-cached = 沿用之前的结果
cli-step-failed = 失败

cli-problem-seen = 看到的情况：
cli-problem-do = 可以这样做：
cli-problem-code = 问题代码 { $code }。详细说明：slipway explain { $code }

cli-plan = 有 { $count } 件事要做。下面是您自己动手时会输入的命令：
cli-plan-nothing = 没有要做的事：一切都已就绪。
cli-ask-up = 由 Slipway 来做吗？[Y/n]
cli-ask-cluster = 要继续，请完整输入该集群的 context 名称：
cli-consent-needed = 没有任何改动：这里无法询问。要执行，请加上 --yes 再运行一次。
cli-declined = 没有任何改动。

cli-live = 您的应用已上线：{ $address }
cli-all-holds = 一切都已就绪。
cli-not-all-holds = 还没有全部就绪。继续请运行 { $command }
cli-answer = { $request } → { $status }，用时 { DURATION($ms) }
cli-next =
    查看现状：{ $status }
    重新移除：{ $down }

cli-diff-nothing = 集群中不会有任何改变。

cli-down-plan = 将移除 { $count } 项：
cli-down-keeps = 将保留：
cli-ask-down = 要移除吗？[y/N]
cli-down-nothing = 这个项目没有可移除的内容。
cli-down-removed = 已全部移除：共 { $count } 项。
cli-down-kept = 保持不变：
cli-down-more = 加上 --image、--ingress 或 --all，可以一并移除 Slipway 创建的其他内容。

cli-inspect-name = 名称
cli-inspect-folder = 文件夹
cli-inspect-dockerfile = Dockerfile
cli-inspect-base = 基础镜像
cli-inspect-port = 端口
cli-inspect-start = 启动命令
cli-inspect-user = 运行用户
cli-inspect-context = 构建可读取
cli-inspect-deploy = 将部署为
cli-inspect-others = 也可以构建
cli-inspect-not-found = 未说明
cli-inspect-read = { $value }（{ $place }）
cli-inspect-chosen = { $value }（指定）
cli-inspect-sent = { $files } 个文件，{ BYTES($size) }
cli-inspect-file = { $path }（{ BYTES($size) }）
cli-inspect-deployed = 命名空间 { $namespace } 中的 { $replicas } 个 Pod，地址 http://{ $host }{ $path }
cli-python-app = 应用
cli-python-listens = 代码监听
cli-python-routes = 路由
cli-python-version = Python
cli-python-requirements = 依赖文件
cli-python-variables = 需要的环境变量
cli-python-opens = 打开的文件
cli-python-gone = { $path }（文件夹中没有）
cli-python-fetches = 下载的内容
cli-python-gpu = 需要 GPU
cli-python-findings = 有 { $count } 处需要留意：
cli-model-file = 文件
cli-model-format = 格式
cli-model-library = 制作工具
cli-model-needs = 还需要
cli-model-class = 类
cli-model-steps = 步骤
cli-model-inputs = 输入
cli-model-classes = 可能的答案
cli-model-outputs = 输出
cli-model-count = { $count } 个值，没有名称
cli-inspect-more = { $shown } …… 还有 { $count } 个
cli-model-well = 已读取而未加载它。加载它只会创建 Slipway 已知无害的对象。
cli-inspect-well = 没有妨碍构建的问题。

cli-clusters-context = Context
cli-clusters-server = 服务器
cli-clusters-where = 位置
cli-clusters-answer = 回应
cli-clusters-notes = 备注
cli-clusters-local = 本机
cli-clusters-elsewhere = 别处
cli-clusters-answers = 有回应
cli-clusters-pinned = 已为此文件夹选定
cli-clusters-current = kubectl 当前使用
cli-clusters-program = 用 { $program } 登录

cli-engine-product = 引擎
cli-engine-host = 地址
cli-engine-rule = 依据
cli-engine-api = API
cli-engine-store = 镜像存储
cli-engine-buildkit = BuildKit
cli-engine-resources = 可用资源
cli-engine-given = { $cpus } 个处理器，{ BYTES($memory) } 内存

cli-explain-causes = 原因
cli-explain-fixes = 解决办法
cli-explain-nearest = 没有 { $code } 这个问题代码。是 { $nearest } 吗？
cli-explain-unknown = 没有 { $code } 这个问题代码。查看全部：slipway explain

script-title = 把 { $folder } 中的 { $name } 一直部署到可访问的地址。由 Slipway 生成，可独立运行。
script-needs = 需要 docker、kubectl 和 curl；无论 kubectl 当前使用哪个 context，它都只作用于 { $context }。
script-values = 应用的环境变量值可能是机密，因此不写在此脚本里。请先设置：export 名称=值
script-value-refused = { $name } 的值含有单引号或换行，无法写入下面的 YAML。
script-waits = 等待它启动完成。
script-asks = 像浏览器一样通过 Ingress 访问应用。控制器可能需要片刻才能知道它。
script-live = 您的应用已上线：{ $address }

# The help of the command line

help-slipway = 把存放模型的文件夹变成本机 Kubernetes 上可访问的地址。
help-more = 在存放模型和 Dockerfile 的文件夹中运行 slipway up 即可开始。随时可以再次运行：它只做还没做完的事。slipway down 会移除它创建的内容。
help-heading-usage = 用法：
help-heading-verbs = 命令
help-heading-arguments = 参数
help-heading-options = 选项
help-heading-common = 通用选项
help-exit-codes =
    退出码：
      0    成立（status、prove：每个阶段；diff：没有要改动的）
      1    有问题：已显示，并附代码
      2    用法错误
      3    需要同意而没有得到：没有做任何改动
      4    diff：有要改动的内容
      130  被中断；用 status 查看现状，用 up 完成，用 down 移除

help-verb-inspect = 显示文件夹或模型文件里有什么；不加载、不运行、不做任何改动
help-verb-up = 完整的旅程：从文件夹到可访问的地址。再次运行时只做还没做完的事
help-verb-status = 显示每个阶段此刻的依据
help-verb-prove = 逐跳探测访问地址
help-verb-script = 把同样的旅程输出为可独立运行的 docker 和 kubectl 命令脚本
help-verb-diff = 显示 up 会在集群中改动什么（服务器端试运行）
help-verb-down = 移除应用，并列出移除的内容
help-verb-clusters = 列出 kubeconfig 中的上下文：哪些在本机、哪些有响应、哪个已为 FOLDER 选定
help-verb-engine = 显示找到了哪个 Docker Engine、依据哪条规则、它的版本和镜像存储
help-verb-explain = 按代码解释一个问题：含义、原因、解决办法
help-verb-completions = 输出某个 shell 的补全脚本
help-verb-man = 输出 roff 格式的手册页
help-verb-help = 显示本页，或某个命令的帮助

help-arg-folder = 存放模型和 Dockerfile 的文件夹；省略时为当前文件夹
help-arg-inspected = 存放模型及其 Dockerfile 的文件夹，或模型文件；省略时为当前文件夹
help-arg-code = 问题所显示的代码；省略时列出所有代码
help-arg-shell = shell：bash、elvish、fish、powershell 或 zsh
help-arg-subcommand = 命令
help-arg-json = 在标准输出上每行输出一个 JSON 对象，不输出其他内容
help-arg-context = 要使用的 kubeconfig 上下文
help-arg-namespace = 要使用的命名空间
help-arg-name = 项目名称（否则取 slipway.toml 中的，再否则由文件夹名生成）
help-arg-yes = 不询问，直接继续
help-arg-dry-run = 只显示将要做的事，不执行
help-arg-lang = 使用的语言：en 或 zh-CN（否则跟随系统）
help-arg-color = 何时使用颜色：auto、always 或 never
help-arg-verbose = 显示更多：确切的依据、完整的命令、日志行
help-arg-confirm-cluster = 不在本机的集群的完整名称：表示同意向它写入
help-arg-replicas = Pod 的数量
help-arg-host = Ingress 应答的主机名
help-arg-path = Ingress 应答的路径
help-arg-port = 应用监听的端口
help-arg-env = 应用的环境变量：一个值，或 from-secret:NAME/KEY（可重复）
help-arg-ingress = Ingress 控制器：auto、f5、ingress-nginx，或某个 IngressClass 的名称
help-arg-ingress-manifest = Ingress 控制器清单文件的副本，用于无法下载时（ingress-nginx）
help-arg-timeout = 每次等待集群的最长时间，例如 90s 或 5m
help-arg-take-over = 由其他管理者拥有、允许接管的字段（可重复）
help-arg-keep-trial = 保留试运行的容器
help-arg-watch = 持续运行，显示变化
help-arg-image = 同时移除项目的镜像
help-arg-controller = 同时移除 Ingress 控制器（如果由 Slipway 安装，并且没有其他 Slipway 应用在用）
help-arg-all = 移除 Slipway 为此项目创建的一切
help-arg-help = 显示帮助
help-arg-version = 显示版本

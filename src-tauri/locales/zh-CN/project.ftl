# project

project-found = { $name }，由 { $dockerfile } 构建。

remedy-folder-choose = 请选择存放模型及其 Dockerfile 的文件夹。
remedy-folder-parent = 请选择它所在的文件夹：{ $parent }
remedy-folder-readable = 请让自己能够读取 { $folder }，或选择另一个文件夹。
remedy-dockerfile-add = 请在文件夹中添加名为 Dockerfile 的文件：它说明镜像如何制作。
remedy-name-nearest = 使用 { $name }。
remedy-name-own = 请用字母 a 到 z、数字和连字符起一个名称。

problem-folder-missing = 文件夹 { $folder } 不存在。
    .detail = 该名称下没有任何东西，因此没有可部署的内容。
    .causes = 名称输入有误、文件夹已被移动，或其所在磁盘没有连接。
    .fixes = 请检查名称，或重新选择文件夹。

problem-folder-is-file = { $folder } 是文件，不是文件夹。
    .detail = Slipway 部署的是整个文件夹：应用、模型和 Dockerfile。
    .causes = 选择或拖入的是文件，而不是它所在的文件夹。
    .fixes = 请选择该文件所在的文件夹。

problem-folder-unreadable = Slipway 无权读取文件夹 { $folder }。
    .detail = 文件夹存在，但系统不允许您列出其中的内容。
    .causes = 它属于他人，或者在 macOS 上尚未允许应用访问这个位置。
    .fixes = 请授予自己读取权限，或将它复制到您自己的位置。

problem-dockerfile-missing = { $folder } 中没有 { $dockerfile }。
    .detail = Dockerfile 是镜像的配方：用哪个 Python、哪些软件包、哪些文件、用什么命令启动应用。
    .causes = 项目从未放进容器，或者它的 Dockerfile 在别处。
    .fixes = 请添加 Dockerfile，或指明要使用哪一个。

problem-name-invalid = “{ $name }”不能作为项目名称。
    .detail = 该名称会成为集群中对象的名称：最多 63 个字符，只能是字母 a 到 z、数字和连字符，以字母开头，不以连字符结尾。
    .causes = 文件夹名或所选名称中没有可用的字符，或含有不允许的字符。
    .fixes = 请用 --name 另选名称，或在 slipway.toml 中写入 name。

remedy-dockerignore-line = 请修改或删除 { $file } 的第 { $line } 行。
problem-dockerignore-invalid = { $file } 第 { $line } 行不是 Docker 能识别的模式：{ $pattern }
    .detail = 这个文件说明哪些内容不进入镜像。只要有一行无法识别，Docker 就什么也不构建。
    .causes = 方括号 [ 没有闭合，其中的范围写反了，或者一行里只有一个感叹号。
    .fixes = 请修改这一行：* 代表名称中的任意部分，** 代表任意层目录，? 代表一个字符，! 表示重新纳入。

problem-dockerfile-empty = 文件 { $dockerfile } 是空的。
    .detail = Dockerfile 至少需要一条指令，第一条是 FROM。
    .causes = 文件建好了却没有内容，或者里面全是注释。
    .fixes = 请以 FROM 和一个基础镜像开头，例如 FROM python:3.13-slim。

problem-dockerfile-invalid = { $line ->
        [0] 文件 { $dockerfile } 无法作为 Dockerfile 读取。
       *[other] 无法理解 { $dockerfile } 的第 { $line } 行。
    }
    .detail = 引擎会拒绝用这个文件构建，所以 Slipway 在已知行号的这里停下。
    .causes = 指令拼写有误、缺少内容，或者该文件不是 Dockerfile。
    .fixes = 请改正所示的那一行。Docker 的参考文档解释了每条指令。

dockerfile-empty = 其中没有任何指令。
dockerfile-too-long = 它超过 1 MiB。
dockerfile-too-many-stages = 它的阶段超过 { $most } 个。
dockerfile-utf16 = 它以 UTF-16 保存，docker 无法读取。
dockerfile-line-too-long = 这一行超出了 docker 能读取的长度。
dockerfile-directive-twice = 指示 { $name } 出现了两次。
dockerfile-escape = 转义字符只能是 \ 或 `，不能是“{ $value }”。
dockerfile-unknown = “{ $word }”不是 Dockerfile 的指令。
dockerfile-heredoc-open = 以 <<{ $name } 开始的文本没有结束：没有只含 { $name } 的一行。
dockerfile-arguments = { $least ->
        [1] { $keyword } 后面需要有内容。
       *[other] { $keyword } 后面至少需要 { $least } 项：来源和去处。
    }
dockerfile-from-form = FROM 后面是一个镜像，或镜像、AS 和名称，不能是“{ $words }”。
dockerfile-stage-name = “{ $name }”不能作为阶段名称：须以字母开头，只含字母、数字、点、连字符和下划线。
dockerfile-pair = { $keyword } 的写法是 名称=值；“{ $word }”没有值。
dockerfile-shell-form = SHELL 后面是一个列表，例如 ["/bin/bash", "-c"]。
dockerfile-healthcheck-form = HEALTHCHECK 后面是 CMD 和命令，或 NONE。
dockerfile-trigger = { $word } 不能出现在 ONBUILD 之后。
dockerfile-name-blank = { $keyword } 有一个值没有名称。
dockerfile-before-from = { $keyword } 出现在任何 FROM 之前。
dockerfile-no-from = 其中没有 FROM，因此没有可作为起点的镜像。
dockerfile-base-blank = 把“{ $words }”中的变量填入后，FROM 的镜像为空。
dockerfile-substitution = 无法填入“{ $words }”中的变量。
dockerfile-value-too-long = “{ $name }”的值变得过长。
dockerfile-port = “{ $word }”不是 1 到 65535 之间的端口。
dockerfile-stages = 它的阶段有 { $stages }。
dockerfile-stages-unnamed = 它的阶段都没有名称。

remedy-dockerfile-edit = 请缩短 { $dockerfile }。
remedy-dockerfile-reference = 请按照 docker 的参考文档改正这一行。
remedy-dockerfile-begin = 让第一条指令是 FROM，例如 FROM python:3.13-slim。
remedy-dockerfile-utf8 = 请在编辑器中将它重新保存为 UTF-8。
remedy-dockerfile-nearest = 写成 { $nearest }。
remedy-dockerfile-run = 如果它是命令，请在前面写上 RUN。
remedy-dockerfile-heredoc = 请加上只含 { $name } 的一行。
remedy-dockerfile-target = 请选择它的一个阶段：{ $stages }。
remedy-dockerfile-no-target = 不要指定 target，或用 FROM … AS 为阶段命名。

project-base = 它以 { $base } 为基础。
project-start = 找到了它的启动命令。
project-port = 它监听端口 { $port }。
project-port-open = 没有文件说明它监听哪个端口；试运行时会找出来。
project-size = 构建最多会读取 { $files } 个文件，共 { BYTES($bytes) }。
project-size-more = 构建会读取超过 { $files } 个文件，超过 { BYTES($bytes) }：统计已中止。
project-others = 文件夹中还有 { $count } 项可以改为构建。

problem-dockerfile-choice = { $folder } 中有 { $count } 项可以构建，但没有一项排在首位。
    .detail = 文件夹顶层的 Dockerfile 会被优先采用。这里只有其他位置的，所以由您指定。
    .causes = 文件夹中有多个应用，或一个应用有多个 Dockerfile。
    .fixes = 请选择某一个应用的文件夹，或在 slipway.toml 的 [build] 下用 dockerfile 写明选择。

dockerfile-none = 向下三层都没有找到 Dockerfile，也没有带 build 的 compose 文件。
dockerfile-near = 有文件 { $file }，但 docker 只认 Dockerfile 这个确切的名称。
dockerfile-found = 可以构建 { $label }。
remedy-dockerfile-rename = 将 { $file } 改名为 Dockerfile。
remedy-dockerfile-use = 使用 { $label }。

problem-settings-invalid = { $line ->
        [0] 无法读取文件 slipway.toml。
       *[other] slipway.toml 的第 { $line } 行无法使用。
    }
    .detail = slipway.toml 随项目保存各项选择。其中有一个值的写法不对，Slipway 不作猜测，在此停下。
    .causes = 值输入有误、缺少引号，或在应写文字的地方写了数字。
    .fixes = 请改正所示的那一行，或将它删除：这样 Slipway 会自行找出该值。

problem-settings-unknown-key = slipway.toml 的第 { $line } 行有 Slipway 不认识的键 { $key }。
    .detail = 不认识的键不会起作用，却会让人困惑，所以 Slipway 在此停下。
    .causes = 键拼写有误，或者放在了错误的标题下。
    .fixes = 请改正它，移到正确的标题下，或将它删除。

remedy-settings-nearest = 写成 { $nearest }。
remedy-settings-table = 将 { $key } 移到 [{ $table }] 下。
remedy-settings-known = 请使用此处可用的键：{ $known }。
remedy-settings-line = 请改正或删除 slipway.toml 中的这一行。

problem-choice-invalid = “{ $value }”不能用作 { $field }。
    .detail = Slipway 在动手之前检查每一项选择，这样就不会中途停下。
    .causes = 输入有误，或者写法在这里不被允许。
    .fixes = 请按所示的写法选择一个值，或不填：由 Slipway 决定。

choice-port = 端口是 1 到 65535 之间的数字。
choice-namespace = 命名空间最多 63 个字符，只能是字母 a 到 z、数字和连字符，首尾不能是连字符。
choice-host = 主机是名称，例如 localhost 或 iris.localhost：不带协议、端口、IP 地址或大写字母。
choice-path = 路径以 / 开头，不含空格、匹配模式或问号。
choice-cpu = CPU 是处理器的个数，例如 0.5，或千分之几，例如 100m。
choice-memory = 内存要带单位，例如 256Mi 或 1Gi，至少 4Mi。
choice-class = 可以是 auto、f5、ingress-nginx 或某个 IngressClass 的名称。
choice-replicas = Pod 的数量从 1 到 { $most }。
choice-variable = 变量名只含字母、数字、点、连字符和下划线，且不以数字开头；值中不能有空字符。
choice-secret = 引用的写法是 from-secret:名称/键，即某个 Secret 的名称和键。
remedy-choice = 请为 { $field } 选择别的值，或不填。

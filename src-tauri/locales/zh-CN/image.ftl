# 镜像

remedy-file-readable = 请让 { $file } 对您可读；如果镜像不需要它，请把它写进 .dockerignore。

problem-build-file-unreadable = Slipway 无法读取镜像需要的文件 { $file }。
    .detail = 构建镜像时要把这个文件发送给 Docker。Docker 自己会不声不响地用一个空文件代替它，而 Slipway 会停下来。
    .causes = 文件属于其他用户，权限不允许您读取，或者磁盘有故障。
    .fixes = 请授予自己读取权限。如果镜像不需要它，请写进 .dockerignore。

remedy-install-credential-helper = 安装程序 { $helper }（Docker Desktop 自带），或启动 Docker Desktop。
remedy-remove-credential-helper = 或者从 docker 的 config.json 的 credsStore 和 credHelpers 中去掉 { $helper }，再用 docker login 重新登录。
remedy-docker-login = 重新登录镜像仓库。

problem-credential-helper-missing = 找不到保存 { $registry } 密码的程序 { $helper }。
    .detail = Docker 的设置指明由这个程序保存密码。没有它，Slipway 只能获取公开的镜像。
    .causes = Docker Desktop 已被卸载或不在搜索路径中，或者 config.json 来自另一台电脑。
    .fixes = 安装该程序，或从 config.json 中去掉这一项并重新登录。
problem-credential-helper-failed = 程序 { $helper } 没有给出 { $registry } 的密码。
    .detail = Slipway 按 docker 的方式询问了它。它的原话如下。
    .causes = 钥匙串已锁定，或该程序无法征求您的许可。
    .fixes = 解锁钥匙串，或用 docker login 重新登录，然后再运行一次。

image-found = 镜像 { $image } 包含当前内容（{ BYTES($size) }）。
image-not-built = 还没有镜像包含当前内容：Dockerfile 可能读取 { $files } 个文件（{ BYTES($size) }）。
image-builds = 按 { $dockerfile } 构建镜像 { $image }。
image-removes = 删除镜像 { $image }。
image-kept-of-folder = 保留镜像 { $image }：它由文件夹 { $folder } 构建。
image-kept-named = 保留镜像名 { $image }：这是你自己起的名字。
image-kept = 保留镜像 { $image }：容器 { $container } 由它创建。

image-step = 第 { $number } 步，共 { $of } 步：{ $words }
image-step-recipe = 读取 { $file }
image-step-ignore = 读取 .dockerignore
image-step-base = 查找基础镜像 { $image }
image-step-context = 发送 Docker 还没有的文件
image-step-export = 保存镜像
image-step-without-cache = Docker 的构建缓存丢失了一层；不用缓存重新构建

build-stopped-at = 构建停在 { $file } 的第 { $line } 行。
build-last-lines = 下面是它最后输出的几行。
build-ignored-by = { $file } 的第 { $line } 行把它排除在镜像之外。
build-circle = 这些链接依次指向：

remedy-file-rename = 请给 { $file } 换一个普通字符的名称，或在 .dockerignore 中为它添加一条模式。
remedy-file-still = 请等写入它的程序结束，或把它写进 .dockerignore，然后再运行一次。
remedy-file-circle = 把 { $file } 换成它本应是的文件；用 ls -l 可以查看链接指向哪里。
remedy-build-read-lines = 请看上面最后几行，改正 Dockerfile 的第 { $line } 行或它用到的内容，然后再运行一次。
remedy-build-memory = 请在 Docker 的设置中分配更多内存：命令因内存不足被终止。
remedy-build-again = 请再运行一次：Slipway 会重新构建镜像。
remedy-cache-empty = 请清空 Docker 的构建缓存，然后再运行一次。镜像和容器会保留。
remedy-base-pull = 请检查网络，再看 Docker 能否获取 { $image }。
remedy-base-name = 请检查以 FROM 开头的那一行中 { $image } 的名称。
remedy-registry-login = 如果镜像不是公开的，请登录 { $registry }。
remedy-ignore-except = 请在 { $file } 末尾加一行 !{ $path }，把它重新纳入。
remedy-ignore-remove = 或者删除 { $file } 的第 { $line } 行。
remedy-copy-nearest = 您是指 { $near } 吗？请改正 Dockerfile 的第 { $line } 行。
remedy-copy-add = 请把 { $file } 放进文件夹，或从 Dockerfile 中去掉它。

problem-build-failed = 构建停在 Dockerfile 的第 { $line } 行：{ $step }
    .detail = { $exit ->
        [none] 这条命令无法运行。引擎的原话见下。
       *[other] 这条命令以退出码 { $exit } 结束，表示失败。它最后输出的内容见下。
    }
    .causes = 命令需要的软件包或文件无法获取，版本不合适，或者命令写错了。退出码 137 表示内存不足。
    .fixes = 命令最后输出的几行说明了缺少什么。请改正 Dockerfile 的这一行或它用到的文件，然后再运行一次：之前的步骤会保留。

problem-build-file-missing = Dockerfile 第 { $line } 行要复制的 { $file } 不在文件夹中。
    .detail = COPY 和 ADD 只能从被构建的文件夹中取文件。
    .causes = 名称写错了（区分大小写），文件没有保存在这里，或者它在文件夹之外。
    .fixes = 请改正 Dockerfile 中的名称，或把文件放进文件夹。

problem-build-file-ignored = Dockerfile 第 { $line } 行要复制的 { $file } 被 { $ignore } 排除了。
    .detail = 文件存在，但 { $ignore } 的第 { $at } 行（{ $pattern }）让 Docker 看不到它。
    .causes = .dockerignore 中的某条模式匹配得太宽。
    .fixes = 请用以感叹号开头的一行把文件重新纳入，或删除这条模式。

problem-build-file-changed = { $file } 在读取过程中发生了变化。
    .detail = 一个镜像必须对应文件夹的同一个状态，否则它的名称就名不副实。这次尝试没有留下任何结果。
    .causes = 有程序正在写入这个文件夹：训练任务、编辑器、笔记本或日志。
    .fixes = 请等它结束后再运行 Slipway。镜像不需要的内容（例如日志）应写进 .dockerignore。

problem-build-file-name = 无法把 { $file } 的名称发送给 Docker。
    .detail = Docker 只接受 UTF-8 编码的名称，而这个名称含有其他字节（这里显示为问号）。
    .causes = 文件来自旧的压缩包，或来自使用其他字符集的电脑。
    .fixes = 请重命名文件，或在 .dockerignore 中为它添加一条模式。

problem-build-file-circle = Dockerfile 第 { $line } 行要复制的 { $file } 是一个绕回自身的链接。
    .detail = 链接只说明文件实际在哪里。这里每个链接都指向下一个，最后一个又指回第一个，因此没有可以复制的文件。
    .causes = 链接指向了另一个链接的名称，或者真正的文件已被删除或改名。
    .fixes = 把真正的文件放到其中一个链接的位置，然后再运行一次。

problem-build-cache-broken = Docker 的构建缓存已损坏。
    .detail = 它指向一个已经不存在的层。Slipway 不用缓存又构建了一次，Docker 仍然出错。
    .causes = 另一个共用这一层的构建在不巧的时刻被停止，或者 Docker 的文件被外部改动。
    .fixes = 清空构建缓存，然后再运行一次。如果没有用，请重启 Docker。

problem-base-image-unavailable = 无法获得基础镜像 { $image }。
    .detail = 镜像建立在另一个镜像之上。Docker 没有这个基础镜像，也无法从 { $registry } 获取。
    .causes = 没有网络，代理有问题，镜像仓库停止服务，或者名称或版本不存在。
    .fixes = 请检查以 FROM 开头的那一行中的名称，并看 docker pull 能否获取。如果使用代理，请在 Docker 的设置中填写。

problem-registry-denied = { $registry } 不允许 Docker 获取镜像 { $image }。
    .detail = 对于不公开的镜像，镜像仓库会这样回答；有些仓库对不存在的镜像也这样回答。
    .causes = 名称写错了，您没有登录，密码或令牌已过期，或者没有读取权限。
    .fixes = 请检查以 FROM 开头的那一行中的名称。如果没有错，请用 docker login 登录。

problem-image-missing = 引擎上已经没有镜像 { $image }。
    .detail = 它曾经构建好，但引擎现在找不到它。
    .causes = 它被删除了，或者磁盘快满时被 Kubernetes 清理了。
    .fixes = 如果磁盘快满了，请先腾出空间，然后再运行一次：Slipway 会构建缺少的内容。

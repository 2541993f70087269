# 各处共用的词句。

quoted = { $text }

stage-machine = 本机
stage-project = 项目
stage-image = 镜像
stage-trial = 试运行
stage-cluster = 集群
stage-ingress = Ingress
stage-app = 应用
stage-endpoint = 访问地址

state-unknown = 未知
state-missing = 尚未就绪
state-working = 进行中
state-proven = 已证实
state-failed = 失败

remedy-report = 请再运行一次。如果再次出现，请附上这里显示的详细信息报告给我们。
remedy-make-writable = 请让 { $path } 对您可写，或为它所在的磁盘腾出空间，然后再运行一次。
remedy-wait-for-holder = 请等另一个 Slipway 完成，或将它停止，然后再运行一次。

lock-holder = 进程 { $process } 从 { $since } 起正在工作（slipway { $verb }）。

problem-busy = 另一个 Slipway 正在处理 { $project }。
    .detail = 两个同时工作会互相破坏，所以后来的这个停下来由您决定。没有任何改动。
    .causes = 您的另一个窗口或终端正在对同一个项目运行 Slipway。
    .fixes = 请等它完成，或将它停止：之后可以用 status 查看现状，用 up 继续完成。

problem-state-unwritable = Slipway 无法写入自己的文件 { $path }。
    .detail = Slipway 在您的主目录里保存少量自己的记录：您选择的集群和锁。您的项目没有被改动。
    .causes = 磁盘已满，或者该目录属于他人或是只读的。
    .fixes = 腾出空间，或让该目录对您可写。可以用变量 SLIPWAY_HOME 改变目录的位置。

problem-internal = Slipway 内部出了问题。
    .detail = 这是 Slipway 自己的错误，与您的项目无关。可以用 status 查看现状。
    .causes = 遇到了 Slipway 的作者没有想到的情况。
    .fixes = 请再运行一次。如果再次出现，请附上显示的详细信息报告。

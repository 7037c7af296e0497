package fault

func init() {
	register(map[string]Text{
		"command-line": {"命令行无法理解：{problem}。用 zhuwang --help 查看用法。", "The command line cannot be understood: {problem}. See zhuwang --help."},
		"config-file":  {"配置文件 {file} 无法读懂：{problem}。", "The configuration file {file} cannot be read: {problem}."},
		"secret-file":  {"{name} 指定的文件无法读取。", "The file named by {name} cannot be read."},
		"bad-address":  {"{flag} 的地址 {address} 无效，应为 主机:端口。", "The address {address} of {flag} is not valid; it must be host:port."},
		"not-loopback": {"{flag} {address}：在启用账号之前，服务只能监听本机地址（127.0.0.1、[::1] 或 localhost）。", "{flag} {address}: until accounts exist the server listens on the loopback address alone (127.0.0.1, [::1] or localhost)."},
		"port-in-use":  {"地址 {address} 已被占用。请用 --listen 换一个端口。", "The address {address} is in use. Choose another with --listen."},
		"needs-yes":    {"请确认后加 --yes 再运行。", "Please confirm by running it again with --yes."},
	})
}

package fault

func init() {
	register(map[string]Text{
		"command-line":     {"命令行无法理解：{problem}。用法见 {help}。", "The command line cannot be understood: {problem}. See {help}."},
		"unknown-language": {"没有语言 {lang}；可用：zh-CN、en。", "There is no language {lang}; choose zh-CN or en."},
		"config-file":      {"配置文件 {file} 无法读懂：{problem}。", "The configuration file {file} cannot be read: {problem}."},
		"secret-file":      {"{name} 指定的文件无法读取。", "The file named by {name} cannot be read."},
		"bad-address":      {"{flag} 的地址 {address} 无效，应为 主机:端口。", "The address {address} of {flag} is not valid; it must be host:port."},
		"not-loopback":     {"{flag} {address}：在启用账号之前，服务只能监听本机地址（127.0.0.1、[::1] 或 localhost）。", "{flag} {address}: until accounts exist the server listens on the loopback address alone (127.0.0.1, [::1] or localhost)."},
		"port-in-use":      {"地址 {address} 已被占用。请用 --listen 换一个端口。", "The address {address} is in use. Choose another with --listen."},
		"bad-district":     {"城区编码 {district} 应为 6 位数字。", "The district code {district} must have 6 digits."},
		"bad-prefix":       {"{flag} {value} 应为 prefix: 加上位数，如 prefix:12。", "{flag} {value} must be prefix: and a number of characters, as prefix:12."},
		"bad-time":         {"{flag} {value} 不是日期，应如 2026-11-20 或 2026-11-20T08:00:00+08:00。", "{flag} {value} is no date: write 2026-11-20 or 2026-11-20T08:00:00+08:00."},
		"valid-to-alone":   {"--valid-to 须与 --valid-from 同用。", "--valid-to needs --valid-from."},
		"mapping-unknown":  {"--field 中的 {name} 不认识；可用：{names}。", "{name} in --field is unknown; choose among {names}."},
		"needs-yes":        {"请确认后加 --yes 再运行。", "Please confirm by running it again with --yes."},
	})
}

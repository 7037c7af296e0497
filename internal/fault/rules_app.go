package fault

func init() {
	register(map[string]Text{
		"command-line":     {"命令行无法理解：{problem}。用法见 {help}。", "The command line cannot be understood: {problem}. See {help}."},
		"argument-utf8":    {"命令行中的“{argument}”不是 UTF-8。文件名若来自旧系统，请先改名。", "\"{argument}\" on the command line is not UTF-8. Rename files whose names come from an old system first."},
		"unknown-language": {"没有语言 {lang}；可用：zh-CN、en。", "There is no language {lang}; choose zh-CN or en."},
		"config-file":      {"配置文件 {file} 无法读懂：{problem}。", "The configuration file {file} cannot be read: {problem}."},
		"config-key":       {"配置文件 {file} 中的 {key} 不起作用；可用：{keys}。数据目录用 --data 或 ZHUWANG_DATA 指定，数据库地址用 ZHUWANG_DATABASE_URL。", "{key} has no effect in the configuration file {file}; it may hold: {keys}. The data folder is named by --data or ZHUWANG_DATA, the database by ZHUWANG_DATABASE_URL."},
		"secret-file":      {"{name} 指定的文件 {file} 无法读取。", "The file {file} named by {name} cannot be read."},
		"bad-address":      {"{flag} 的地址 {address} 无效，应为 主机:端口，端口为 0–65535。", "The address {address} of {flag} is not valid; it must be host:port, with a port of 0–65535."},
		"not-loopback":     {"{flag} {address}：本机以外的地址只能用于 --listen，并且须同时给出 --accounts、--tls-cert、--tls-key 与 --host；否则只能是 127.0.0.1、[::1] 或 localhost。", "{flag} {address}: beyond this machine the server listens with --listen alone, and only with --accounts, --tls-cert, --tls-key and --host; else on 127.0.0.1, [::1] or localhost."},
		"tls-pair":         {"--tls-cert 与 --tls-key 须一起给出。", "--tls-cert and --tls-key go together."},
		"tls-files":        {"证书 {cert} 与私钥 {key} 不能用：{problem}", "The certificate {cert} and the key {key} cannot be used: {problem}"},
		"port-in-use":      {"地址 {address} 已被占用。请用 {flag} 换一个端口。", "The address {address} is in use. Choose another with {flag}."},
		"port-denied":      {"没有监听 {address} 的权限：1024 以下的端口留给系统管理员。请用 {flag} 换一个端口。", "No right to listen on {address}: ports below 1024 are the administrator's. Choose another with {flag}."},
		"bad-district":     {"城区编码 {district} 应为 6 位数字。", "The district code {district} must have 6 digits."},
		"bad-prefix":       {"{flag} {value} 应为 prefix: 加上位数，如 prefix:12。", "{flag} {value} must be prefix: and a number of characters, as prefix:12."},
		"bad-time":         {"{flag} {value} 不是日期，应如 2026-11-20 或 2026-11-20T08:00:00+08:00。", "{flag} {value} is no date: write 2026-11-20 or 2026-11-20T08:00:00+08:00."},
		"file-exists":      {"已经有这个文件，没有覆盖它。请用 -o 换一个名字，或先把它移走。", "There is such a file already and it was left as it is. Choose another name with -o, or move it away."},
		"valid-to-alone":   {"--valid-to 须与 --valid-from 同用。", "--valid-to needs --valid-from."},
		"mapping-unknown":  {"--field 中的 {name} 不认识；可用：{names}。", "{name} in --field is unknown; choose among {names}."},
		"needs-yes":        {"请确认后加 --yes 再运行。", "Please confirm by running it again with --yes."},
	})
}

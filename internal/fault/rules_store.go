package fault

func init() {
	register(map[string]Text{
		"postgres-missing": {
			"这台机器上没有可用的 PostgreSQL + PostGIS。请安装软件包 postgresql 和 postgresql-postgis（PostgreSQL {oldest} 或更新），或用 --database 指定已有的数据库。",
			"This machine has no PostgreSQL with PostGIS. Install the packages postgresql and postgresql-postgis (PostgreSQL {oldest} or newer), or name an existing database with --database.",
		},
		"postgres-version": {
			"数据文件夹是用 PostgreSQL {needs} 建立的，这台机器上装有 PostGIS 的最新版本是 {newest}。请安装软件包 postgresql-{needs} 和 postgresql-{needs}-postgis-3。",
			"The data folder was made with PostgreSQL {needs}; the newest here that has PostGIS is {newest}. Install the packages postgresql-{needs} and postgresql-{needs}-postgis-3.",
		},
		"postgres-account": {
			"找不到运行 PostgreSQL 的系统用户。请安装软件包 postgresql（它会建立用户 postgres），或用有名字的普通用户启动。",
			"There is no account to run PostgreSQL under. Install the package postgresql, which makes the account postgres, or start as an ordinary user that has a name.",
		},
		"postgres-start": {
			"数据文件夹 {folder} 中的 PostgreSQL 无法启动或停止。原因写在服务日志和其中的 pg-start.log、pg/log 里。",
			"PostgreSQL in the data folder {folder} cannot be started or stopped. The server's log and the folder's pg-start.log and pg/log say why.",
		},
		"postgres-elsewhere": {
			"另一个容器或系统正在使用数据文件夹 {folder} 中的 PostgreSQL。请先停止它。",
			"Another container or system runs PostgreSQL on the data folder {folder}. Stop that one first.",
		},
		"server-runs": {
			"已有一个筑网服务在使用这个数据文件夹（进程 {pid}，启动于 {since}）。请先停止它，或用 --data 指定另一个文件夹。",
			"A Zhuwang server uses this data folder already (process {pid}, since {since}). Stop it first, or name another folder with --data.",
		},
		"data-folder-denied": {
			"没有读写数据文件夹 {folder} 的权限。请用建立它的用户启动，或用 --data 指定另一个文件夹。",
			"No permission to read and write the data folder {folder}. Start as the user that made it, or name another folder with --data.",
		},
		"disk-full": {
			"磁盘空间不足：{folder} 所在的磁盘只剩 {free} MB，至少需要 {least} MB。已保存的内容没有丢失。请腾出空间后再试。",
			"The disk is full: {free} MB are left for {folder}, and at least {least} MB are needed. What was stored is safe. Make room and try again.",
		},
	})
}

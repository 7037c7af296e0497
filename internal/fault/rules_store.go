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
		"postgres-upgrade": {
			"数据文件夹是用 PostgreSQL {needs} 建立的，这台机器上换成了 {newest}，而 {newest} 读不了它。请装回软件包 postgresql-{needs} 和 postgresql-{needs}-postgis-3，再运行 zhuwang upgrade，数据就会搬到 {newest}。若装不回来，请把数据文件夹移开，用 zhuwang restore 从备份恢复。",
			"The data folder was made with PostgreSQL {needs}; this machine has {newest} now, which cannot read it. Install the packages postgresql-{needs} and postgresql-{needs}-postgis-3 again and run zhuwang upgrade, which moves the data to {newest}. Where they cannot be had, move the data folder away and use zhuwang restore with a backup.",
		},
		"postgres-in-use": {
			"另一个筑网命令正在使用数据文件夹 {folder} 中的数据库。请等它结束后再试。",
			"Another command of Zhuwang uses the database in the data folder {folder}. Try again when it has ended.",
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
		"data-folder-none": {
			"{folder} 不能用作数据文件夹：它不是文件夹，或所在的磁盘不允许建立。请用 --data 指定另一个。",
			"{folder} cannot be the data folder: it is no folder, or its disk does not let one be made. Name another with --data.",
		},
		"disk-full": {
			"磁盘空间不足：{folder} 所在的磁盘只剩 {free} MB，至少需要 {least} MB。已保存的内容没有丢失。请腾出空间后再试。",
			"The disk is full: {free} MB are left for {folder}, and at least {least} MB are needed. What was stored is safe. Make room and try again.",
		},
		"database-url": {
			"数据库地址无法识别。应为 postgres://用户@主机:端口/数据库 的形式；口令请放在环境变量 PGPASSWORD 或 ~/.pgpass 中。",
			"The address of the database cannot be read. It looks like postgres://user@host:port/database; keep the password in the variable PGPASSWORD or in ~/.pgpass.",
		},
		"database-away": {
			"数据库暂时没有应答，请稍后再试。",
			"The database does not answer for the moment; please try again later.",
		},
		"database-read-only": {
			"数据库目前只读（备库或维护中），暂时不能写入。",
			"The database takes no writes for the moment: it is a standby or under maintenance.",
		},
		"database-refuses": {
			"数据库拒绝了连接：数据库名、用户或口令不对。请检查 --database。",
			"The database refuses the connection: its name, the user or the password is wrong. Check --database.",
		},
		"database-disk-full": {
			"数据库所在的磁盘已满，写入没有生效。已保存的内容没有丢失。请腾出空间后再试。",
			"The database's disk is full; the write did not take effect. What was stored is safe. Make room and try again.",
		},
		"database-rights": {
			"数据库用户的权限不够。请用拥有模式 zhuwang 的用户连接。",
			"The database user lacks rights. Connect as the user that owns the schema zhuwang.",
		},
		"database-unfit": {
			"数据库不合要求：PostgreSQL {version}，编码 {encoding}。需要 PostgreSQL {oldest} 或更新，编码 UTF8。",
			"The database does not fit: PostgreSQL {version}, encoding {encoding}. It takes PostgreSQL {oldest} or newer with encoding UTF8.",
		},
		"postgis-older": {
			"PostGIS {version} 太旧，需要 {oldest} 或更新。",
			"PostGIS {version} is too old; it takes {oldest} or newer.",
		},
		"extension-missing": {
			"数据库服务器上没有安装扩展 {name}。请安装它的软件包（PostGIS 的软件包是 postgresql-版本号-postgis-3）。",
			"The database server has no extension {name}. Install its package (PostGIS is postgresql-VERSION-postgis-3).",
		},
		"roles-rights": {"登录数据库的角色无权创建或使用 zhuwang_owner、zhuwang_all、zhuwang_part、zhuwang_parts 这四个角色。请由数据库管理员创建并授予：CREATE ROLE …; GRANT … TO 登录角色。",
			"The database's login may not make or take the roles zhuwang_owner, zhuwang_all, zhuwang_part and zhuwang_parts. Have an administrator make and grant them: CREATE ROLE …; GRANT … TO the login."},
		"extension-rights": {
			"数据库中没有扩展 {name}，当前用户也无权建立。请管理员执行：CREATE EXTENSION {name}。",
			"The database has no extension {name}, and this user may not make it. Ask an administrator to run: CREATE EXTENSION {name}.",
		},
		"schema-older": {
			"数据库的结构是版本 {have}，这个程序需要版本 {want}。请先运行 zhuwang migrate。",
			"The schema of the database is version {have}; this program needs version {want}. Run zhuwang migrate first.",
		},
		"schema-newer": {
			"数据库的结构是版本 {have}，比这个程序的版本 {want} 新。请使用新版程序。",
			"The schema of the database is version {have}, newer than this program's {want}. Use the newer program.",
		},
		"text-unstorable": {
			"有一段文字不是有效的 UTF-8，数据库不能保存。什么都没有改动；请改正后再试。",
			"Some of the text is not valid UTF-8, which the database cannot keep. Nothing was changed; correct it and try again.",
		},
		"write-conflict": {
			"别人同时改动了同一内容。请重新载入后再试。",
			"Somebody else changed the same at the same moment. Load it again and repeat.",
		},
		"commit-unknown": {
			"保存时与数据库的连接中断，不知道是否已经生效。请先查看结果（发布见发布列表），再决定是否重做。",
			"The connection to the database broke while this was being stored, so it may or may not have taken effect. Look at the result (for a publication, the list of releases) before you repeat it.",
		},
		"net-damaged": {
			"城区 {district} 第 {release} 版在数据库中的内容与发布时不符，不予采用。请从备份恢复数据库。",
			"What the database holds of district {district}, release {release}, is not what was published, and is not used. Restore the database from a backup.",
		},
	})
}

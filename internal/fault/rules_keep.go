package fault

// Rules of doctor, backup, restore and upgrade.
func init() {
	register(map[string]Text{
		// What doctor finds. Each sentence ends with what to do.
		"check-failed":          {"检查“{check}”没有做完：数据库读不出其中的内容。请查看 PostgreSQL 的日志，并从备份恢复。", "The check “{check}” did not come to its end: the database cannot read what it needs. Look into PostgreSQL's log, and restore from a backup."},
		"release-missing":       {"第 {release} 版不见了，而更新的版本还在。请从备份恢复。", "Release {release} is gone, though later ones are there. Restore from a backup."},
		"release-untimed":       {"时间线上没有第 {release} 版发布时写下的那一行，不知道它何时生效。请从备份恢复。", "The timeline lacks the row that the publication of release {release} wrote, so nothing says when it holds. Restore from a backup."},
		"timeline-overlap":      {"从 {from} 起，第 {a} 版与第 {b} 版同时生效。请从备份恢复。", "From {from} on releases {a} and {b} are in force at once. Restore from a backup."},
		"timeline-hole":         {"从 {from} 到 {to} 没有任何版本生效，原应是第 {release} 版。请从备份恢复。", "From {from} to {to} no release is in force, where release {release} was. Restore from a backup."},
		"timeline-stray":        {"时间线上第 {release} 版从 {from} 到 {to} 的一行不是任何一次发布写下的。请从备份恢复。", "No publication wrote the timeline's row of release {release} from {from} to {to}. Restore from a backup."},
		"timeline-lost":         {"时间线上少了第 {release} 版从 {from} 到 {to} 的一行。请从备份恢复。", "The timeline has lost the row of release {release} from {from} to {to}. Restore from a backup."},
		"head-astray":           {"现行版记作第 {head} 版，而时间线上现在生效的是第 {release} 版。请从备份恢复。", "The head says release {head}, but by the timeline release {release} is in force. Restore from a backup."},
		"sheet-damaged":         {"村（社区）{community} 的一幅图，内容与它的指纹不符：有人在数据库里改动、增加或删去了网格。请从备份恢复。", "A sheet of community {community} is not what its hash says: grids of it were changed, added or removed in the database. Restore from a backup."},
		"outline-damaged":       {"一条轮廓的内容与它的指纹不符。请从备份恢复。", "An outline is not what its hash says. Restore from a backup."},
		"outline-astray":        {"第 {release} 版中 {code} 的轮廓不是其中各网格合成的轮廓。请从备份恢复。", "In release {release} the outline of {code} is not that of the grids in it. Restore from a backup."},
		"code-elsewhere":        {"编码 {code} 出现在村（社区）{community} 的图里，但它不属于那里。请从备份恢复。", "Code {code} is in a sheet of community {community}, where it does not belong. Restore from a backup."},
		"code-reused":           {"编码 {code} 自第 {first} 版起用过，后来停用，在第 {release} 版又被使用。请从备份恢复，并让系统分配新编码。", "Code {code}, used since release {first}, was given up and is used again in release {release}. Restore from a backup, and let a new code be allocated."},
		"orphaned-row":          {"这一行缺少它所指的内容：{lack}。请从备份恢复。", "This row lacks what it belongs to: {lack}. Restore from a backup."},
		"off-lattice":           {"{kind} {id} 的位置不在 1e-7 度的格点上：有人在数据库里改动了它。请从备份恢复，或重新导入它。", "The place of {kind} {id} is not on the lattice of 1e-7 degree: it was changed in the database. Restore from a backup, or import it again."},
		"location-displaced":    {"{kind} {id} 的位置不是由它的原始坐标和坐标系得来的。请用“points correct”改正，或从备份恢复。", "The place of {kind} {id} does not follow from the coordinate and the datum that its source gave. Correct it with “points correct”, or restore from a backup."},
		"location-astray":       {"{kind} {id} 记在 {stored}，实际应在 {grid}。请从备份恢复，或重新导入它。", "{kind} {id} is stored under {stored}, but lies in {grid}. Restore from a backup, or import it again."},
		"how-untrue":            {"{kind} {id} 记作“{how}”，实际是“{true}”。请从备份恢复，或重新导入它。", "{kind} {id} is stored as “{how}”, but it is “{true}”. Restore from a backup, or import it again."},
		"manual-grid-gone":      {"{kind} {id} 由人指定在网格 {stored}，而这个网格已不在现行网里。请重新指定，或取消指定。", "{kind} {id} was put into grid {stored} by a person, but that grid is not in the net in force. Choose another grid, or take the choice back."},
		"building-code-foreign": {"建筑物 {id} 的编码 {code} 不属于本城区任何村（社区）。请用正确的编码重新导入它。", "The code {code} of building {id} begins with no community that the district has or had. Import it again with a code that does."},
		"building-code-reused":  {"建筑物 {id} 的编码 {code} 已经停用，不能再指别的建筑物。请从备份恢复，或用新编码重新导入它。", "The code {code} of building {id} was given up and can name no building again. Restore from a backup, or import it with a new code."},
		"index-invalid":         {"索引 {name} 无效，查询会变慢或出错。请执行：REINDEX INDEX zhuwang.{name}。", "The index {name} is not valid: questions become slow or wrong. Run: REINDEX INDEX zhuwang.{name}."},
		"schema-lacks":          {"数据库里缺少 {what}：有人删去或改动了它。请从备份恢复。", "The database lacks {what}: it was dropped or changed by hand. Restore from a backup."},
		"constraint-unproven":   {"约束 {name} 没有对已有的行验证过。请执行：ALTER TABLE zhuwang.{table} VALIDATE CONSTRAINT {name}。", "The constraint {name} was never proven for the rows that are there. Run: ALTER TABLE zhuwang.{table} VALIDATE CONSTRAINT {name}."},
		"trigger-off":           {"表 {table} 的外键检查被关闭了，写入不再受约束。请执行：ALTER TABLE zhuwang.{table} ENABLE TRIGGER ALL。", "The checks of foreign keys on table {table} are switched off: what is written is not held to them. Run: ALTER TABLE zhuwang.{table} ENABLE TRIGGER ALL."},
		"checksum-failures":     {"PostgreSQL 读到 {count} 个校验和不符的数据页：磁盘或内存可能有故障。请检查硬件，并从备份恢复。", "PostgreSQL has read {count} pages whose checksum is wrong: a disk or memory may be failing. Examine the machine, and restore from a backup."},
		"extension-behind":      {"扩展 {name} 在数据库里是 {have}，已安装的是 {installed}。请执行：{command}。", "The extension {name} is {have} in the database and {installed} on the machine. Run: {command}."},
		"schema-left-over":      {"模式 {name} 是以前恢复时留下的，占用 {size} MB。不再需要时请执行：DROP SCHEMA {name} CASCADE。", "The schema {name} was left by an earlier restore and takes {size} MB. When it is not needed any more, run: DROP SCHEMA {name} CASCADE."},
		"disk-low":              {"数据所在的磁盘只剩 {free} MB。请腾出空间。", "The disk of the data has {free} MB left. Make room."},
		"postgres-newer":        {"这台机器上装有更新的 PostgreSQL {newest}，数据文件夹用的还是 {have}。方便时请停止服务并运行 zhuwang upgrade。", "This machine has the newer PostgreSQL {newest}; the data folder is still of {have}. When it suits, stop the server and run zhuwang upgrade."},

		// Upgrade.
		"upgrade-external": {"数据库不是筑网自带的，由它的管理员升级。可以用 zhuwang backup 备份，再用 zhuwang restore 恢复到新的数据库。", "The database is not the embedded one: its administrator upgrades it. zhuwang backup and, into the new database, zhuwang restore move the data."},
		"upgrade-unproven": {"搬过去的数据有 {wrong} 处问题（见上），没有升级，原来的数据库照旧。确要升级，请加 --despite-findings。", "Things are wrong in the data: {wrong} (see above). Nothing was upgraded, and the old database is in force. To upgrade all the same, add --despite-findings."},

		// Backup and restore.
		"cannot-read":       {"文件无法读取：请检查权限和磁盘。", "The file cannot be read: check its permissions and the disk."},
		"not-a-backup":      {"这不是筑网的备份文件。", "This is no backup of Zhuwang."},
		"backup-damaged":    {"备份文件已损坏或不完整：内容与其中的 SHA-256 不符。没有改动任何数据。请换用另一份备份。", "The backup is damaged or not whole: its content is not what its SHA-256 says. Nothing was changed. Take another backup."},
		"backup-newer":      {"备份是更新的程序（{program}）做的：表结构是版本 {have}，这个程序只认识到 {want}。没有改动任何数据。请使用新版程序。", "The backup was made by a newer program ({program}): its schema is version {have}, and this program knows {want}. Nothing was changed. Use the newer program."},
		"backup-exists":     {"已经有这个文件，没有覆盖它。请换一个名字，或加 --overwrite。", "There is such a file already and it was left as it is. Choose another name, or add --overwrite."},
		"backup-runs":       {"另一个备份正在写这个文件。", "Another backup is writing this file."},
		"no-room":           {"磁盘已满，文件没有写成，已删去写到一半的部分。请腾出空间或换一个位置。", "The disk is full: the file was not written, and what there was of it is removed. Make room or choose another place."},
		"restore-not-empty": {"数据库里已有数据。要用备份取代它，请加 --replace：原有数据会移到模式 zhuwang_before 保留。", "The database holds data already. To put the backup in its place, add --replace: the data is kept in the schema zhuwang_before."},
		"restore-in-use":    {"还有 {sessions} 个筑网的连接在使用这个数据库。请先停止所有服务和命令，再恢复。", "Zhuwang has {sessions} other sessions on this database. Stop all servers and commands first, then restore."},
		"restore-unproven":  {"备份里有 {wrong} 处问题（见上），没有取代现有的数据。确要恢复它，请加 --despite-findings。", "Things are wrong in the backup: {wrong} (see above). The data that is there was left in force. To restore it all the same, add --despite-findings."},
	})
}

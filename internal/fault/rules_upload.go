package fault

// Rules of files of points that are sent through the page.
func init() {
	register(map[string]Text{
		"upload-format":        {"“{name}”不是这里接受的格式。可用：{choices}。其他 GIS 格式请用命令 import points 导入。", "“{name}” is of no format that is taken here. Choose among {choices}; other GIS formats are imported by the command import points."},
		"upload-too-large":     {"文件超过 {max} MB。更大的文件请用命令 import points 导入。", "The file is larger than {max} MB. Larger ones are imported by the command import points."},
		"upload-bomb":          {"这个工作簿解开后大得不像表格（过大，或有一格、一行过长），没有收下。", "Unpacked, this workbook is no table (too large, or with a cell or a row too long); it was not kept."},
		"too-many-uploads":     {"服务器上待导入的文件太多（最多 {max} 个），请过一会儿再传。", "Too many files are waiting on the server (at most {max}); please send it again later."},
		"upload-disk-full":     {"服务器的磁盘已满，文件没有收下。请腾出空间后再传。", "The server's disk is full and the file was not kept. Make room and send it again."},
		"upload-denied":        {"服务器不能写入数据文件夹，文件没有收下。", "The server may not write to its data folder; the file was not kept."},
		"no-such-upload":       {"服务器上没有这个文件：它已被移除，或服务器重新启动过。请再传一次；已入库的不会重复。", "The server has no such file: it was removed, or the server was restarted. Send it again; what was stored is not stored twice."},
		"upload-busy":          {"这个文件正在读取，请等它结束或先取消。", "The file is being read; wait for the end or cancel it first."},
		"no-rejects":           {"没有退回的行。", "No row was refused."},
		"upload-without-kind":  {"没有说明种类：给出一个词（如 report），或指定哪一列是种类。", "The kind is not said: give a word, as report, or the column that holds it."},
		"upload-without-id":    {"没有指定编号列。每个点都要有来源系统中的唯一编号，才能重复导入而不重复入库。", "No column is named as the id. Each point needs the id that its source gave it, so that importing again stores nothing twice."},
		"upload-without-place": {"没有指定经度列和纬度列。", "The columns of longitude and latitude are not named."},
	})
}

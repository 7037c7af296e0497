package fault

// Rules of buildings and of the base map.
func init() {
	register(map[string]Text{
		"changed-meanwhile": {"读取之后、写入之前，另有人发布了新版或改动了同样的数据；什么也没有写入，请重新运行。", "A release was published or the same data was changed after it was read; nothing was written. Run it again."},
	})
}

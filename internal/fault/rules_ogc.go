package fault

func init() {
	register(map[string]Text{
		"no-such-features": {"没有要素集合 {name}。可用：{choices}。", "There is no collection {name} of features. Choose from: {choices}."},
		"crs-not-served":   {"不提供坐标系 {crs}。可用：{choices}。", "The reference system {crs} is not served. Choose from: {choices}."},
		"bad-datetime":     {"{text} 不是时刻（2026-01-31T08:00:00Z）、日期，也不是区间（起/止，一端可为 ..）。", "{text} is no moment (2026-01-31T08:00:00Z), no day, and no interval (from/to, either of which may be ..)."},
		"bad-box":          {"范围 {text} 应为四个或六个数：两个角的坐标，最小值在前，轴序如 bbox-crs。", "The box {text} must be four numbers or six: two corners, the least first, in the axes of bbox-crs."},
	})
}

package fault

func init() {
	register(map[string]Text{
		"no-such-features": {"没有要素集合 {name}。可用：{choices}。", "There is no collection {name} of features. Choose from: {choices}."},
		"crs-not-served":   {"不提供坐标系 {crs}。可用：{choices}。", "The reference system {crs} is not served. Choose from: {choices}."},
		"bad-feature":      {"请求体应为 GeoJSON 要素：type 为 Feature，geometry 为 Point、Polygon 或 MultiPolygon（坐标为度，环须闭合），properties 的值类型见 schema。", "The body must be a GeoJSON feature: type Feature, a geometry of type Point, Polygon or MultiPolygon in degrees with closed rings, and properties of the types of the schema."},
		"no-such-property": {"没有属性 {name}。", "There is no property {name}."},
		"building-changed": {"建筑物 {code} 已被他人修改，请重新读取。", "The building {code} was changed by somebody else; read it again."},
		"bad-datetime":     {"{text} 不是时刻（2026-01-31T08:00:00Z）、日期，也不是区间（起/止，一端可为 ..）。", "{text} is no moment (2026-01-31T08:00:00Z), no day, and no interval (from/to, either of which may be ..)."},
		"bad-box":          {"范围 {text} 应为四个或六个数：两个角的坐标，最小值在前，轴序如 bbox-crs。", "The box {text} must be four numbers or six: two corners, the least first, in the axes of bbox-crs."},
	})
}

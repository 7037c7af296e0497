package fault

func init() {
	register(map[string]Text{
		"missing-parameter":  {"缺少参数 {name}。", "The parameter {name} is missing."},
		"bad-parameter":      {"参数 {name} 的值无法识别。", "The value of the parameter {name} cannot be understood."},
		"parameter-range":    {"参数 {name} 必须在 {min} 与 {max} 之间。", "The parameter {name} must lie between {min} and {max}."},
		"missing-crs":        {"没有说明坐标系。请用 crs 给出：{choices}。WGS 84 与 GCJ-02 在此相差约 500 米，系统从不猜测。", "The datum is not stated. Give it in crs: {choices}. WGS 84 and GCJ-02 differ by about 500 m here, so it is never guessed."},
		"unknown-crs":        {"不认识坐标系 {crs}。可用：{choices}。", "The datum {crs} is unknown. Choose one of: {choices}."},
		"not-on-earth":       {"坐标 {lon}, {lat} 不在地球上：经度须在 ±180 度之间，纬度须在 ±90 度之间，且先经度后纬度。", "The coordinates {lon}, {lat} are not on the earth: longitude within ±180, latitude within ±90, longitude first."},
		"which-district":     {"有 {count} 个城区，请用 district 指明一个：{choices}。", "There are {count} districts; name one in district: {choices}."},
		"no-such-district":   {"没有城区 {district}。", "There is no district {district}."},
		"no-net":             {"还没有已发布的网。", "No net has been published yet."},
		"no-release-then":    {"{at} 时还没有生效的网。", "No net was in force at {at}."},
		"no-such-code":       {"没有编码为 {code} 的{what}。", "There is no {what} with the code {code}."},
		"no-such-path":       {"没有 {path} 这个地址。", "There is nothing at {path}."},
		"no-such-collection": {"没有名为 {name} 的集合。可用：districts、towns、communities、grids、buildings。", "There is no collection {name}. Choose districts, towns, communities, grids or buildings."},
		"bad-cursor":         {"翻页标记 after 无效，请从第一页重新开始。", "The cursor in after is not valid; start again from the first page."},
		"bad-bbox":           {"bbox 应为四个数：西,南,东,北（度）。", "bbox must be four numbers: west,south,east,north in degrees."},
		"no-such-tile":       {"没有瓦片 {z}/{x}/{y}：层级须为 0–18，行列号须在该层级之内。", "There is no tile {z}/{x}/{y}: zooms go from 0 to 18, columns and rows must lie within the zoom."},
		"no-such-set":        {"没有瓦片集 {set}。可用：net、base、buildings。", "There is no tile set {set}. Choose net, base or buildings."},
		"release-gone":       {"瓦片版本 {rev} 已不在内存中，请改用 current。", "The revision {rev} of the tiles is no longer held; use current."},
		"too-many-points":    {"一次最多 {max} 个点；更多请用 NDJSON 或 CSV 流。", "At most {max} points at once as a JSON array; send more as a stream of NDJSON or CSV."},
		"body-too-large":     {"请求体超过 {max} MB。", "The body is larger than {max} MB."},
		"bad-body":           {"请求体无法读懂：应为 {expected}。", "The body cannot be read: expected {expected}."},
		"unsupported-media":  {"不支持请求体类型 {type}。可用：application/json、application/x-ndjson、text/csv。", "The body's type {type} is not supported. Use application/json, application/x-ndjson or text/csv."},
		"no-such-column":     {"表头缺少列 {name}。", "The header lacks the column {name}."},
		"bad-number":         {"“{value}” 不是数字。", "“{value}” is not a number."},
		"starting":           {"服务正在启动，请稍候。", "The server is starting; please wait."},
		"method-not-allowed": {"此地址不支持 {method}。", "This address does not take {method}."},
		"foreign-host":       {"不接受对主机 {host} 的请求：在启用账号之前，服务只对本机开放。", "Requests for the host {host} are refused: until accounts exist the service is for this machine alone."},
		"foreign-origin":     {"不接受来自 {origin} 的请求。", "Requests from {origin} are refused."},
	})
}

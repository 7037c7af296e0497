package fault

// Rules of incoming points.
func init() {
	register(map[string]Text{
		"location-building":    {"类型 building 留给建筑物，请用 import buildings 导入，或换一个类型。", "The kind building is kept for buildings: use import buildings, or choose another kind."},
		"location-kind":        {"种类“{kind}”不合格式：应为小写英文词，可含数字与连字符，如 street-light，最多 {max} 个字符。", "The kind “{kind}” is not well formed: small letters, digits and hyphens that begin with a letter, as street-light, at most {max} characters."},
		"location-id":          {"编号须为 1–{max} 个字符的一行文字，首尾没有空格。", "The id must be 1–{max} characters on one line, without spaces at its ends."},
		"location-batch":       {"批次名须为一行文字，最多 {max} 个字符，首尾没有空格。", "The name of a batch must be text on one line, at most {max} characters, without spaces at its ends."},
		"location-accuracy":    {"精度须在 0 与 {max} 米之间；不知道请留空。", "The accuracy must lie between 0 and {max} m; leave it out if it is not known."},
		"location-time":        {"时间须在 {from} 年与 {to} 年之间。", "The time must lie between the years {from} and {to}."},
		"attributes-too-large": {"附加属性最多 {max} kB。", "The attributes may have at most {max} kB."},
		"attributes-form":      {"附加属性应为一个 JSON 对象，嵌套不超过 {depth} 层，其中没有零字符，数字不超出双精度范围。", "The attributes must be a JSON object, at most {depth} deep, without the character zero and with numbers that a double holds."},
		"resident-attributes":  {"居民（resident）暂不接受附加属性：个人信息须先有保护。请只给编号、时间与位置。", "The kind resident takes no attributes until personal data has its protection. Give id, time and place alone."},
		"too-many-locations":   {"一次最多 {max} 个点。", "At most {max} points at once."},
		"no-net-in-district":   {"城区 {district} 还没有现行的网，点无处可归。请先导入并发布一张网。", "District {district} has no net in force that points could be assigned to. Import and publish one first."},
		"location-conflict":    {"{kind} {id} 已经存在，内容不同，没有改动。要以这里的为准，请整份替换（replace）或逐个更正。", "{kind} {id} is there with another content and was left as it is. Use replace, or correct it, to change it."},
		"location-changed":     {"{kind} {id} 已被别人改动（现为第 {revision} 次修订）。请重新载入后再改。", "{kind} {id} was changed by somebody else (it is at revision {revision} now). Load it again before you change it."},
		"no-such-location":     {"没有编号为 {id} 的 {kind}。", "There is no {kind} {id}."},
		"batch-datum":          {"批次 {batch} 声明的坐标系是 {crs}，这一点却是 {said}。同一批次只能有一个坐标系；整批声明有误请用 redeclare。", "Batch {batch} is declared as {crs}, this point as {said}. A batch has one datum; if the batch was declared wrongly, redeclare it."},
		"no-such-batch":        {"没有名为 {batch} 的批次。", "There is no batch {batch}."},
		"redeclared-off-earth": {"如果是 {crs}，批次中 {kind} {id} 的坐标就不在地球上；没有改动。", "In {crs} the coordinate of {kind} {id} of this batch is not on the earth; nothing was changed."},
		"overrule-grid":        {"现行的第 {release} 版里没有编码为“{code}”的网格，不能指定。", "Release {release}, which is in force, has no grid “{code}” to assign to."},
		"overrule-reason":      {"人工指定须写明理由，一行文字，最多 {max} 个字符。", "Say on one line why the assignment is overruled, in at most {max} characters."},
		"count-by":             {"不能按“{by}”统计。可用：grid、community、town、kind、day。", "Points are not counted by “{by}”. Choose grid, community, town, kind or day."},
	})
}

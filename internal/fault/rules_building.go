package fault

// Rules of buildings and of the base map.
func init() {
	register(map[string]Text{
		"bad-text":               {"文字里有换行等控制字符，或超过 {limit} 个字。", "The text holds control characters, such as a line break, or more than {limit} characters."},
		"bad-count":              {"“{value}”不是 0 到 {most} 之间的整数。没有就填 0 或留空。", "“{value}” is no whole number from 0 to {most}. Where there is none, write 0 or leave the cell empty."},
		"building-twice":         {"与第 {row} 行在同一位置，内容也完全相同；同一栋只要一行。如果确是两栋，请加一列编号。", "This lies where row {row} does and says the same; a building has one row. If they are two, give them ids in a column."},
		"duplicate-id":           {"编号“{id}”在第 {row} 行已经用过；一个编号只能有一行。如果编号本来就不唯一，请不要把这一列当作编号。", "The id “{id}” is already used in row {row}; an id has one row. If the column does not tell rows apart, do not read it as ids."},
		"id-of-other-source":     {"编号“{id}”已属于来源“{source}”。若这份文件就是它的新版，请加 --source \"{source}\"；若不是，请换用不会重复的编号。", "The id “{id}” belongs to the source “{source}”. If this file is a newer version of that one, say --source \"{source}\"; else use ids that differ."},
		"building-outside":       {"这个位置不在任何网格里，因此没有社区，也就没有编码。请检查坐标系和位置，或先把网补全。", "The place lies in no grid, so that there is no community to take a code from. Check the CRS and the place, or complete the net first."},
		"building-recoded":       {"这栋建筑的编码是 {code}，永不更改；本行却写着 {said}。", "The building's code is {code}, for ever; the row says {said}."},
		"code-of-other-building": {"编码 {code} 属于另一栋建筑（编号“{id}”）。", "Code {code} belongs to another building, with the id “{id}”."},
		"lon-without-lat":        {"--field 中的 lon 与 lat 须一起给出。", "In --field, lon and lat go together."},
		"unknown-class":          {"类别“{class}”不认识；可用：{known}。", "Unknown class “{class}”; use one of: {known}."},
		"missing-class":          {"没有写明道路等级。请加一列，或用 --class 指明：{known}。", "The row does not say the class of the street. Add a column, or say --class: {known}."},
		"base-needs-layer":       {"没有说明是哪一类底图。请用 --as street、water、bridge 或 block；OpenStreetMap 的数据用 --osm。", "It is not said what the file holds. Say --as street, water, bridge or block, or --osm for data of OpenStreetMap."},
		"no-such-base":           {"“{layer}”不是底图的一类；可用：{known}。", "“{layer}” is no layer of the base map; use one of: {known}."},
		"nothing-imported":       {"没有一行可以导入。", "No row could be imported."},
		"changed-meanwhile":      {"读取之后、写入之前，另有人发布了新版或改动了同样的数据；什么也没有写入，请重新运行。", "A release was published or the same data was changed after it was read; nothing was written. Run it again."},
	})
}

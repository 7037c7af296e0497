package fault

func init() {
	register(map[string]Text{
		"cql-syntax":    {"过滤条件第 {column} 列：此处应为 {expected}，却是 {found}。", "The filter, column {column}: expected {expected}, found {found}."},
		"cql-property":  {"过滤条件第 {column} 列：没有属性 {name}。可用：{choices}。", "The filter, column {column}: there is no property {name}. Choose from: {choices}."},
		"cql-operator":  {"过滤条件第 {column} 列：没有运算或函数 {name}。", "The filter, column {column}: there is no operator or function {name}."},
		"cql-arguments": {"过滤条件第 {column} 列：{op} 不能带 {count} 个参数。", "The filter, column {column}: {op} does not take {count} arguments."},
		"cql-type":      {"过滤条件第 {column} 列：{op} 需要 {want} 类型，却是 {found}。", "The filter, column {column}: {op} takes {want}, not {found}."},
		"cql-time":      {"过滤条件第 {column} 列：{text} 不是日期（2026-01-31）或时刻（2026-01-31T08:00:00Z），或区间的终点早于起点。", "The filter, column {column}: {text} is no day (2026-01-31) and no moment (2026-01-31T08:00:00Z), or ends an interval before it begins."},
		"cql-geometry":  {"过滤条件第 {column} 列：图形不成立：线至少两点，环须闭合且至少四点，坐标为两个或三个数，范围的最小值在前。", "The filter, column {column}: no geometry: a line has two positions, a ring is closed and has four, a position has two numbers or three, a box begins with its least corner."},
		"cql-deep":      {"过滤条件第 {column} 列：嵌套超过 {max} 层。", "The filter, column {column}: nested deeper than {max} levels."},
		"cql-large":     {"过滤条件太大（第 {column} 列）：最多 {max} 字节或节点。", "The filter is too large (column {column}): at most {max} bytes or nodes."},
		"cql-value":     {"过滤条件无法计算：数值溢出，或图形自相交。", "The filter cannot be worked out: a number runs over, or a geometry crosses itself."},
	})
}

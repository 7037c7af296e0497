package fault

// Rules of points that come as a file: which column holds what, and what a row has to say.
func init() {
	register(map[string]Text{
		// The file.
		"needs-kind":       {"没有说明点的种类：请加 --kind report 这样的小写英文词，或用 --field kind=列名 指明一列。现有的列：{fields}。", "The kind of the points is not said: say --kind with a word such as report, or --field kind=COLUMN. The columns are: {fields}."},
		"kind-twice":       {"--kind 与 --field kind=… 只能用一个。", "Use either --kind or --field kind=…"},
		"needs-id":         {"没有编号列。每个点都要有来源系统中的唯一编号，才能重复导入而不重复入库；请用 --id 列名 指明。{hint}现有的列：{fields}。", "There is no column of ids. Each point needs the id that its source gave it, so that importing again stores nothing twice; say --id COLUMN.{hint} The columns are: {fields}."},
		"bad-date-order":   {"--dates {value} 应为 mdy（月在前）或 dmy（日在前）。", "--dates {value} must be mdy (month first) or dmy (day first)."},
		"resident-columns": {"居民（resident）暂不接受附加属性，而文件里还有这些列：{fields}。请加 --attributes none，这些列就不入库。", "The kind resident takes no attributes yet, and the file has the columns {fields}. Say --attributes none, and they are not stored."},

		// Questions about points, and their corrections.
		"bad-within":         {"--within {code} 应为 6 位城区、9 位镇（街道）、12 位村（社区）或 15 位网格的编码。", "--within {code} must be the code of a district (6 digits), town (9), community (12) or grid (15)."},
		"bad-how":            {"--how 没有 {how}；可用：in、border、manual、outside。", "--how knows no {how}; choose in, border, manual or outside."},
		"place-incomplete":   {"更正位置须同时给出 --lon、--lat 和 --crs。", "To correct the place say --lon, --lat and --crs together."},
		"nothing-to-correct": {"没有说明要更正什么：可用 --lon --lat --crs、--at、--accuracy、--attributes。", "What is to be corrected is not said: --lon --lat --crs, --at, --accuracy or --attributes."},

		// Rows of the file.
		"point-without-id":   {"这一行没有编号。每个点都要有来源系统中的唯一编号，才能重复导入而不重复入库。", "The row has no id. Each point needs the id that its source gave it, so that importing again stores nothing twice."},
		"point-without-kind": {"这一行没有种类。", "The row does not say its kind."},
		"bad-point-time":     {"“{value}”不是认识的时间；可写成 2026-01-02 13:04:05、2026/1/2 或 RFC 3339。", "“{value}” is no time that is understood; write 2026-01-02 13:04:05, 2026/1/2 or RFC 3339."},
		"date-order":         {"“{value}”分不清月和日。请用 --dates mdy（月在前）或 dmy（日在前）说明。", "“{value}” leaves open which number is the month. Say --dates mdy (month first) or dmy (day first)."},
		"bad-accuracy":       {"精度“{value}”不是以米为单位的非负数。", "The accuracy “{value}” is no number of metres, 0 or more."},
		"nul-character":      {"文字里有空字符（NUL），数据库存不了。", "The text holds a NUL character, which the database cannot store."},
	})
}

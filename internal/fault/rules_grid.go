package fault

// Rules of divisions, grids, codes and releases.
func init() {
	register(map[string]Text{
		// Tables and their columns.
		"no-rows":       {"表里没有一行数据。", "The table has no row of data."},
		"field-missing": {"没有名为 {field} 的字段；现有字段：{fields}。", "There is no field {field}; the fields are: {fields}."},
		"rows-refused":  {"拒绝了 {count} 处，什么也没有导入。", "{count} faults; nothing was imported."},

		// Rows of a net.
		"district-code":          {"城区代码 {code} 不是 6 位数字；测试和国外数据请用 990001 这样的代码。", "District code {code} is not 6 digits; for tests and foreign data use one like 990001."},
		"duplicate-code":         {"编码 {code} 在第 {row} 行已经用过；一个编码只能有一行（由几块组成的网格请合并成一个多部分图形）。", "Code {code} is already used in row {row}; a code has one row (merge a grid of several pieces into one multi-part shape)."},
		"unknown-kind":           {"网格类型“{kind}”不认识；可用：{known}。", "Unknown kind of grid “{kind}”; use one of: {known}."},
		"unknown-category":       {"网格类别“{category}”不认识；可用：{known}。", "Unknown category of grid “{category}”; use one of: {known}."},
		"category-of-other-kind": {"类别“{category}”属于{kind}网格，而本行的类型是{own}。请改正类型，或换成{own}网格的类别：{known}。", "Category “{category}” belongs to {kind} grids, but the kind of this row is {own}. Correct the kind, or choose a category of {own} grids: {known}."},
		"bad-parts":              {"部分数“{parts}”不是正整数。", "Number of parts “{parts}” is no positive whole number."},
		"parts-undeclared":       {"网格 {code} 原有 {was} 个部分，现在有 {parts} 个。如属有意，请加一列“部分数”写明 {parts}；否则请检查是否多画或漏画了一块。", "Grid {code} had {was} parts and now has {parts}. If this is meant, say {parts} in a column “parts”; else look for a piece too many or too few."},
		"parts-of-row":           {"图形有 {parts} 个部分，本行却声明 {declared} 个。", "The shape has {parts} parts, but the row declares {declared}."},
		"parts-of-code":          {"网格 {code} 的图形有 {parts} 个部分，声明的却是 {declared} 个。", "The shape of grid {code} has {parts} parts, but {declared} are declared."},
		"emptied":                {"清理之后这个网格什么也不剩：它的范围都被别的网格占去。请删去这一行，或改画它的边界。", "Cleaning left nothing of this grid: other grids cover all of it. Remove the row, or redraw its border."},
		"no-such-grid":           {"{file} 里没有编码为“{code}”的网格。请改正编码，或删去这一行。", "There is no grid “{code}” in {file}. Correct the code, or remove the row."},
		"missing-community":      {"没有写明所在的村（社区）。", "The row does not say its community."},
		"missing-town":           {"没有写明所在的镇（街道）。", "The row does not say its town."},
		"no-code-column":         {"要取编码的前 {length} 位作为{level}，但没有编码列；请用 --field code=列名 指明。", "The first {length} characters of the code are to name the {level}, but there is no column of codes; say --field code=COLUMN."},
		"code-too-short":         {"编码“{code}”不足 {length} 位，无法由前 {length} 位得知{level}。", "Code “{code}” has fewer than the {length} characters that are to name its {level}."},
		"say-community":          {"编码“{code}”不是本城区的 15 位网格编码，无法由它得知村（社区）；请用 --community 指明文件、field:字段 或 prefix:位数。", "Code “{code}” is no 15-digit grid code of this district and does not tell the community; say --community FILE, field:F or prefix:N."},
		"say-town":               {"编码“{code}”不是本城区的 15 位网格编码，无法由它得知镇（街道）；请用 --town 指明文件、field:字段 或 prefix:位数。", "Code “{code}” is no 15-digit grid code of this district and does not tell the town; say --town FILE, field:F or prefix:N."},
		"community-in-two-towns": {"村（社区）{community} 在这里属于 {town}，在第 {row} 行却属于 {other}。", "Community {community} lies in {town} here, but in {other} in row {row}."},

		// Codes.
		"code-retired":    {"编码 {code} 已停用，不再使用；请删去它，由系统分配新编码。", "Code {code} is retired and is never used again; leave it out and a new one is allocated."},
		"codes-exhausted": {"{parent} 之下要编 {children} 个{level}，编码已用尽；请再细分上一级。", "There are no codes left in {parent}, where {children} of level {level} ask for one; divide the level above further."},
		"code-form":       {"编码 {code} 不是城区 {district} 的{level}编码。", "Code {code} is no code of a {level} in district {district}."},
		"code-twice":      {"编码 {code} 出现了两次。", "Code {code} occurs twice."},
		"parent-unknown":  {"{level} {code} 的上级 {parent} 不存在。", "There is no {parent} for {level} {code} to lie in."},
		"empty-division":  {"{code} 里一个网格也没有。", "There is no grid in {code}."},
		"empty-net":       {"网里一个网格也没有。", "The net has no grid."},

		// The register of official names.
		"not-a-division": {"“{code}”不是 6、9 或 12 位的区划代码。", "“{code}” is no division code of 6, 9 or 12 digits."},
		"padded-code":    {"“{code}”以 000 结尾，是补足位数的写法：城区请写 6 位，镇（街道）9 位，村（社区）12 位。", "“{code}” ends in 000, which only fills it up: write 6 digits for a district, 9 for a town, 12 for a community."},
		"missing-name":   {"代码 {code} 没有名称。", "Code {code} has no name."},
		"level-of-code":  {"代码 {code} 是{level}的代码，本行却写着“{said}”。", "Code {code} is that of a {level}, but the row says “{said}”."},

		// Releases.
		"release-conflict": {"本次改动基于第 {base} 版，现行的却已是第 {current} 版；请在现行版上重新比对后再发布。", "This was made against release {base}, but release {current} is in force; compare with it and publish again."},
		"no-shared-area":   {"这张网与城区 {district} 现有的网没有任何重叠，多半是弄错了文件、城区或坐标系。", "This net shares no area with the net of district {district}: probably the wrong file, district or CRS."},
		"gap-in-district":  {"城区里有 {area} 平方米原来属于网格 {code}，现在没有网格覆盖。", "{area} m² inside the district that belonged to grid {code} are now in no grid."},
		"valid-empty":      {"有效期的终点不晚于起点。", "The span of validity ends before it begins."},
		"valid-in-future":  {"有效期不能超过现在（{now}）；将来生效的版本请到时再发布。", "The span of validity reaches beyond now ({now}); what is to take effect later is published then."},
		"not-in-force":     {"城区 {district} 在 {at} 还没有发布过网格。", "District {district} had no net in force at {at}."},
	})
}

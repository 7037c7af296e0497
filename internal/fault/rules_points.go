package fault

// Rules of points over HTTP.
func init() {
	register(map[string]Text{
		"unknown-field":    {"没有字段 {name}，请改正名称；自己的内容请放进 attributes。", "There is no field {name}. Correct its name; what is your own goes into attributes."},
		"repeated-column":  {"列 {name} 出现了不止一次。", "The column {name} is there more than once."},
		"unnamed-column":   {"第 {column} 列没有表头，却有内容“{value}”。", "Column {column} has no header but holds “{value}”."},
		"patch-one":        {"一次只做一件事：要么给 grid 和 reason（改派），要么 grid 为 null（撤回），要么给要更正的字段。", "One change at a time: grid with a reason, or grid null to take that back, or the fields to correct."},
		"if-match-one":     {"If-Match 只用于单个点；成批更正请用 replace=true。", "If-Match is for a single point; to replace many, say replace=true."},
		"no-such-revision": {"If-Match 中的 {tag} 不是任何修订的标记；请用读取该点时得到的 ETag。", "{tag} in If-Match is the tag of no revision; send the ETag with which the point was read."},
	})
}

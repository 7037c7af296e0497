package fault

// Rules of files: how they are opened, what their text and coordinates are, and which rows of them cannot be used.
func init() {
	register(map[string]Text{
		// The file.
		"no-such-file":          {"没有这个文件。", "There is no such file."},
		"unreadable-file":       {"文件无法读取：请检查权限，并确认它是普通文件。", "The file cannot be read: check its permissions, and that it is a regular file."},
		"empty-file":            {"文件是空的。", "The file is empty."},
		"half-a-file":           {"文件不完整：在第 {line} 行（第 {byte} 字节）中断。请重新导出或重新传输；其中的内容都没有导入。", "The file is incomplete: it breaks off in line {line} (byte {byte}). Export or transfer it again; nothing of it was taken in."},
		"short-file":            {"文件不完整：只有 {has} 字节，按文件头应有 {should} 字节。请重新导出或重新传输；其中的内容都没有导入。", "The file is incomplete: it has {has} bytes and should have {should} by its header. Export or transfer it again; nothing of it was taken in."},
		"half-a-zip":            {"压缩包不完整或已损坏，请重新压缩或重新传输。", "The archive is incomplete or damaged; pack or transfer it again."},
		"broken-file":           {"文件已损坏，不是有效的 {format} 文件。请重新导出。", "The file is damaged: it is not a valid {format} file. Export it again."},
		"wrong-extension":       {"文件名以 {named} 结尾，内容却是 {is} 文件。请改正扩展名，或另存为所需的格式。", "The name ends in {named}, but the content is a {is} file. Correct the extension, or save it in the format wanted."},
		"unknown-format":        {"不支持 {format} 格式。请另存为 GeoJSON、GeoPackage、Shapefile、KML、CSV（UTF-8）或 xlsx。", "The format {format} is not supported. Save it as GeoJSON, GeoPackage, Shapefile, KML, CSV (UTF-8) or xlsx."},
		"gdal-missing":          {"缺少程序 {program}，除 GeoJSON、CSV 和 xlsx 以外的格式需要它。请安装软件包 gdal-bin（apt install gdal-bin）。", "The program {program} is missing; every format but GeoJSON, CSV and xlsx needs it. Install the package gdal-bin (apt install gdal-bin)."},
		"gdal-cannot-read":      {"GDAL 无法完整读取这个文件：它已损坏、不完整，或格式不受支持。其中的内容都没有导入。", "GDAL cannot read all of this file: it is damaged, incomplete or of a format that is not supported. Nothing of it was taken in."},
		"gdal-timeout":          {"读取超过 {seconds} 秒，已停止。请拆分文件，或延长时限。", "Reading took more than {seconds} seconds and was stopped. Split the file, or allow more time."},
		"missing-part":          {"Shapefile 不完整：缺少同名的 {part} 文件。请把 .shp、.shx、.dbf（最好还有 .prj、.cpg）放在一起。", "The shapefile lacks its {part} file. Keep .shp, .shx and .dbf (better also .prj and .cpg) together."},
		"part-of-shapefile":     {"{part} 只是 Shapefile 的一部分，请指定同名的 .shp 文件。", "{part} is only a part of a shapefile; name the .shp file."},
		"zip-without-shapefile": {"压缩包里没有 Shapefile（.shp）。其他格式请解压后再用。", "There is no shapefile (.shp) in the archive. Unpack other formats first."},
		"zip-too-large":         {"压缩包解开后超过 {limit} GB。", "The archive unpacks to more than {limit} GB."},

		// Layers and columns.
		"which-layer":          {"文件里有几个图层，请用 --layer 指明一个：{layers}。", "The file has several layers; name one with --layer: {layers}."},
		"no-such-layer":        {"没有图层 {layer}。现有图层：{layers}。", "There is no layer {layer}. The layers are: {layers}."},
		"no-geometry":          {"文件里的图层都没有图形。", "No layer of the file has a geometry."},
		"table-without-shapes": {"表格里没有线和面的图形。请用 GeoJSON、GeoPackage 或 Shapefile 提供。", "A table holds no lines and no polygons. Give them as GeoJSON, GeoPackage or Shapefile."},
		"bad-mapping":          {"看不懂字段对应“{part}”，应写成 code=编码列,name=名称列。", "The mapping “{part}” cannot be understood; write code=COLUMN,name=COLUMN."},
		"duplicate-column":     {"有两列都叫“{column}”（第 {first} 列和第 {second} 列）。请改名或删去一列。", "Two columns are called “{column}” (columns {first} and {second}). Rename or remove one."},
		"nameless-column":      {"第 {column} 列没有列名。请在第一行写上列名，或删去该列。", "Column {column} has no name. Name it in the first line, or remove it."},
		"wrong-delimiter":      {"列之间用的是{sign}。请改用逗号，或用 --delimiter 说明。", "The columns are separated by {sign}. Use commas, or say --delimiter."},
		"bad-delimiter":        {"“{delimiter}”不能作列的分隔符：应是一个 ASCII 字符，不能是引号或换行。", "“{delimiter}” cannot separate columns: it must be one ASCII character, and neither a quotation mark nor a line end."},
		"column-taken":         {"输入里已经有名为 {column} 的列，与结果列冲突。请先改名或删去它。", "The input already has a column {column}, which is a column of the result. Rename or remove it first."},
		"unknown-table-format": {"表格不能写成 {format}。可用：csv、xlsx。", "A table cannot be written as {format}. Choose csv or xlsx."},
		"no-such-template":     {"没有模板 {name}。可用：{names}。", "There is no template {name}. Choose one of: {names}."},

		// Text.
		"invalid-utf8":     {"文字不是 UTF-8：{hint}，或另存为 CSV UTF-8。", "The text is not UTF-8: {hint}, or save it as UTF-8."},
		"bad-encoding":     {"文字不符合声明的编码 {encoding}。", "The text is not in the encoding {encoding} that is declared."},
		"no-encoding":      {"Shapefile 没有说明文字编码（缺少 .cpg 文件），而表中有非 ASCII 文字：{hint}。", "The shapefile does not say the encoding of its text (no .cpg file), and there is text beyond ASCII: {hint}."},
		"unknown-encoding": {"不认识编码 {encoding}。常用：utf-8、gbk、gb18030、big5。", "The encoding {encoding} is unknown. Common ones: utf-8, gbk, gb18030, big5."},
		"encoding-fixed":   {"{format} 的文字编码由格式规定，不能用 --encoding 改变。", "The format {format} fixes the encoding of text; --encoding does not apply."},
		"bad-json":         {"不是有效的 JSON：第 {line} 行（第 {byte} 字节）。", "The file is not valid JSON: line {line} (byte {byte})."},
		"not-geojson":      {"是 JSON，但不是 GeoJSON：type 是“{type}”，应为 FeatureCollection、Feature 或一种几何类型。", "This is JSON, but not GeoJSON: its type is “{type}”, which must be FeatureCollection, Feature or a type of geometry."},
		"bad-line-ends":    {"行尾或内容不像文本表格。请另存为 CSV（UTF-8）。", "The line ends or the content are not those of a text table. Save it as CSV (UTF-8)."},
		"unclosed-quote":   {"第 {line} 行的引号没有闭合，其后的内容无法分行；整个文件未被接受。", "A quotation mark in line {line} is never closed, so that what follows has no rows; the whole file is refused."},

		// Coordinate reference systems.
		"no-crs":             {"没有说明坐标系。请用 --crs 给出：{choices}。WGS 84 与 GCJ-02 在国内相差约 500 米，系统从不猜测。", "The CRS is not stated. Give it with --crs: {choices}. WGS 84 and GCJ-02 differ by about 500 m in China, so it is never guessed."},
		"crs-contradiction":  {"文件写明坐标系是 {stated}，而 --crs 给的是 {given}。请改正其一；如果确实是文件写错了，用 --crs {given}! （加感叹号）。", "The file states the CRS {stated}, but --crs says {given}. Correct one of them; if it is the file that is wrong, say --crs {given}! (with an exclamation mark)."},
		"no-public-shift":    {"{crs} 属于北京 54 或西安 80 坐标系，它们到 CGCS2000 没有公开的转换参数。请由测绘部门转换为 CGCS2000 后再导入。", "{crs} rests on Beijing 1954 or Xi'an 1980, whose shift to CGCS2000 is not public. Have the survey office transform it to CGCS2000 first."},
		"outside-crs":        {"坐标 {x}, {y} 不在 {crs} 的适用范围内。请检查带号和坐标系。", "The coordinates {x}, {y} lie outside the area of {crs}. Check the zone and the CRS."},
		"swapped-axes":       {"经度与纬度颠倒了：读到经度 {lon}、纬度 {lat}。应先经度后纬度；请对调两列（或 --lon 与 --lat）。", "Longitude and latitude are swapped: longitude {lon} and latitude {lat} were read. Longitude comes first; exchange the columns (or --lon and --lat)."},
		"not-degrees":        {"{lon}, {lat} 像是以米为单位的投影坐标，而坐标系 {crs} 以度为单位。请用 --crs EPSG:代码 说明投影。", "{lon}, {lat} look like metres of a projection, but {crs} is in degrees. Say the projection with --crs EPSG:n."},
		"not-finite":         {"坐标不是有限的数（NaN 或无穷大）。", "A coordinate is not a finite number (NaN or infinity)."},
		"columns-need-datum": {"图形的坐标系是投影 {crs}，而两列坐标以度为单位，无从得知它们的坐标系。请先把图形转为 cgcs2000 等以度为单位的坐标系。", "The shapes are in the projection {crs}, but the two columns hold degrees, whose datum nothing tells. Bring the shapes into one of the datums in degrees first."},
		"no-coordinate":      {"没有填坐标。", "The coordinate is empty."},

		// Rows.
		"bad-quote":           {"引号的位置不对：带引号的内容必须占满整个单元格，其中的引号要写两遍。", "A quotation mark is out of place: a quoted cell is quoted as a whole, and quotation marks in it are doubled."},
		"field-count":         {"本行有 {has} 列，表头有 {columns} 列。", "The row has {has} columns, the header {columns}."},
		"excel-error":         {"单元格里是 Excel 的错误值 {value}。请改正公式或填入数值。", "A cell holds Excel's error value {value}. Correct the formula or enter the value."},
		"excel-number":        {"单元格里的长编号被 Excel 存成了数字 {value}，末尾数字已经丢失。请把该列设为文本格式后重新填写。", "Excel stored a long code as the number {value}; its last digits are lost. Format the column as text and enter it again."},
		"not-a-feature":       {"type 是“{type}”，应为 Feature。", "The type is “{type}”; it must be Feature."},
		"duplicate-property":  {"“{name}”出现了两次。", "“{name}” stands there twice."},
		"null-geometry":       {"没有图形（geometry 为空）。请补画边界，或删去该行。", "There is no geometry (it is null). Draw the boundary, or remove the row."},
		"unknown-geometry":    {"不认识几何类型“{type}”。", "The type of geometry “{type}” is unknown."},
		"wrong-geometry":      {"几何类型是 {type}，这里需要{wanted}。", "The geometry is a {type}; {wanted} are wanted here."},
		"geometry-collection": {"GeometryCollection 不能用：请把各部分拆成单独的行，同一网格的几块合成 MultiPolygon。", "A GeometryCollection cannot be used: make its members rows of their own, or a MultiPolygon of the pieces of one grid."},
		"bad-coordinates":     {"coordinates 不符合类型 {type} 的结构：应是成对的数字，嵌套层数要与类型一致。", "The coordinates do not fit the type {type}: they must be pairs of numbers, nested as the type asks."},
		"three-dimensional":   {"坐标带有高程。网格是平面的，高程会丢失；确认不需要后加 --drop-heights。", "The positions have heights. The net is flat and would lose them; if they are not needed, add --drop-heights."},
		"curved-geometry":     {"边界里有圆弧，转成折线会改变形状。请先在 GIS 软件里转为折线。", "The boundary has arcs; turning them into lines changes the shape. Convert them to lines in a GIS first."},

		// Assignment of points to a net, without a database.
		"unclean-net":      {"网文件不干净（{count} 处问题），其中第一处：{first}请先用 zhuwang check 查看并改正。", "The file of the net is not clean ({count} defects), the first of them: {first} See zhuwang check, and correct it."},
		"assign-needs-csv": {"要分配的点须是 CSV 文件（.csv、.tsv 或 .txt）。请先另存为 CSV（UTF-8）。", "The points to assign must be a CSV file (.csv, .tsv or .txt). Save them as CSV (UTF-8) first."},
		"same-file":        {"输出文件就是输入文件，会把它覆盖掉。请换一个名字。", "The output is the input itself and would overwrite it. Choose another name."},
		"cannot-write":     {"结果无法写入：请检查文件夹是否存在、有无权限、磁盘是否已满。", "The result cannot be written: check that the folder exists, its permissions, and the space on the disk."},
		"resume-mismatch":  {"未完成的结果来自不同的输入或选项，不能续做。请用同样的输入和选项，或去掉 --resume 重新开始。", "The unfinished result was made from other input or options and cannot be continued. Use the same ones, or start anew without --resume."},
	})
}

package fault

// Rules of files and answers that go out.
func init() {
	register(map[string]Text{
		"unknown-output-format": {"不能写成“{format}”。可用：{choices}；用 -f 说明，或让文件名以它结尾。", "“{format}” is no format to write. Choose one of {choices}: say it with -f, or let the name of the file end in it."},
		"output-name":           {"格式是 {format}，文件名却以别的后缀结尾。请把文件名改为以 .{format} 结尾。", "The format is {format}, but the name of the file ends otherwise. Let it end in .{format}."},
		"output-exists":         {"已经有这个文件，没有覆盖它。确认要替换时加 --overwrite，或换一个名字。", "There is such a file already and it was left as it is. To replace it say --overwrite, or choose another name."},
		"gdal-cannot-write":     {"GDAL 没能写完这个文件；没有留下半个文件。请检查磁盘空间，或换一种格式。", "GDAL could not finish this file; no half of it was left. Check the space on the disk, or choose another format."},
		"outside-projection":    {"经度 {lon}、纬度 {lat} 不在 {crs} 的适用范围内：投影过去再投影回来，不是原处。请换一个坐标系或带号。", "Longitude {lon}, latitude {lat} is outside the area of {crs}: projected and brought back it is another place. Choose another CRS or zone."},
		"shapefile-encoding":    {"Shapefile 的文字只写成 gbk 或 utf-8，不能写成 {encoding}。", "The text of a shapefile is written in gbk or utf-8, not in {encoding}."},
		"text-not-gbk":          {"“{text}”里的“{character}”不在 GBK 里。请加 --encoding utf-8，或改用 gpkg、geojson。", "The character “{character}” of “{text}” is not in GBK. Say --encoding utf-8, or write gpkg or geojson."},
		"text-too-long":         {"“{text}”共 {bytes} 字节，Shapefile 的这一列最多 {limit} 字节，多出的会丢失，所以没有写。请改用 gpkg 或 geojson。", "“{text}” has {bytes} bytes, and this column of a shapefile holds {limit}: the rest would be lost, so nothing was written. Write gpkg or geojson."},
		"sheet-full":            {"一张 Excel 工作表最多 {rows} 行。请改用 csv、gpkg 或 geojson。", "A sheet of Excel holds {rows} rows at most. Write csv, gpkg or geojson."},
		"no-history":            {"{what}没有历史版本，只能导出现在的。请去掉 --release 和 --at。", "There is no history of {what}: only what is there now can be exported. Leave out --release and --at."},
		"export-within":         {"--within {code} 不是编码：应为城区、镇（街道）、村（社区）或网格的 6、9、12 或 15 位数字。", "--within {code} is no code: it must be that of a district, town, community or grid, 6, 9, 12 or 15 digits."},
		"export-flag":           {"{flag} 只用于导出 {of}，不用于 {what}。", "{flag} is for the export of {of}, not of {what}."},
		"tiles-crs":             {"瓦片不能用 {crs}。可用：{choices}；高德、腾讯地图用 gcj02。", "Tiles are not made in {crs}. Choose one of {choices}; gcj02 is for AMap and Tencent maps."},
		"tiles-of-net":          {"PMTiles 是画好的地图，由 export net 生成，不用于 {what}。请用 export net -f pmtiles；--sets 说明要画什么：net、base、buildings。", "PMTiles is a drawn map, made by export net, not of {what}. Use export net -f pmtiles; --sets says what is drawn: net, base, buildings."},
		"tiles-zoom":            {"--zoom {zoom} 不是瓦片级别：应为 0 到 {highest} 的一个数或一段，如 0-16。", "--zoom {zoom} is no zoom of tiles: it must be one of 0 to {highest}, or a range of them, as 0-16."},
		"no-tiles":              {"第 {from} 到 {to} 级没有可画的内容，没有写文件。请换 --zoom 或 --sets。", "There is nothing to draw from zoom {from} to {to}; no file was written. Choose another --zoom or --sets."},
		"release-or-moment":     {"--release 与 --at 只能给一个。", "Give either --release or --at, not both."},
	})
}

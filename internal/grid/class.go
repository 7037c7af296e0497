package grid

import (
	"slices"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// classWord is a class of a base layer: its id, which the map styles know, and what people and files call it.
type classWord struct {
	id   string
	text fault.Text
	also []string
}

var streetWords = []classWord{
	{"expressway", fault.Text{Zh: "快速路", En: "expressway"}, []string{"高速公路", "高速路", "高速", "城市快速路"}},
	{"arterial", fault.Text{Zh: "主干路", En: "arterial"}, []string{"主干道", "城市主干路"}},
	{"secondary", fault.Text{Zh: "次干路", En: "secondary"}, []string{"次干道", "城市次干路"}},
	{"residential", fault.Text{Zh: "支路", En: "residential street"}, []string{"支道", "城市支路", "街道", "居住区道路"}},
	{"lane", fault.Text{Zh: "巷道", En: "lane"}, []string{"巷", "里弄", "小区道路", "内部道路", "步行街"}},
	{"county", fault.Text{Zh: "公路", En: "county road"}, []string{"国道", "省道", "县道", "乡道"}},
	{"village", fault.Text{Zh: "村道", En: "village road"}, []string{"村路", "通村公路"}},
	{"track", fault.Text{Zh: "机耕路", En: "track"}, []string{"田间路", "土路", "小路"}},
	{"rail", fault.Text{Zh: "铁路", En: "railway"}, []string{"轨道", "轻轨"}},
}

// classWords are the classes of each layer, in the order in which people are told them.
var classWords = map[Layer][]classWord{
	Street: streetWords,
	Bridge: streetWords, // of the street that it carries
	Water: {
		{"river", fault.Text{Zh: "河流", En: "river"}, []string{"江", "河", "江河", "河道", "运河"}},
		{"lake", fault.Text{Zh: "湖泊", En: "lake"}, []string{"湖", "水库"}},
		{"stream", fault.Text{Zh: "溪流", En: "stream"}, []string{"溪", "沟渠", "水渠", "渠"}},
		{"pond", fault.Text{Zh: "池塘", En: "pond"}, []string{"塘", "坑塘", "鱼塘"}},
	},
	Block: {
		{"residential", fault.Text{Zh: "居住", En: "residential area"}, []string{"居住用地", "住宅", "住宅区", "小区"}},
		{"village", fault.Text{Zh: "村庄", En: "village"}, []string{"村", "农村居民点"}},
		{"commercial", fault.Text{Zh: "商业", En: "commercial area"}, []string{"商业用地", "商圈"}},
		{"office", fault.Text{Zh: "商务", En: "offices"}, []string{"商务用地", "办公"}},
		{"industry", fault.Text{Zh: "工业", En: "industrial area"}, []string{"工业用地", "工业园区", "industrial"}},
		{"school", fault.Text{Zh: "学校", En: "school"}, []string{"教育用地"}},
		{"hospital", fault.Text{Zh: "医院", En: "hospital"}, []string{"医疗用地"}},
		{"public", fault.Text{Zh: "公共设施", En: "public building"}, []string{"机关", "企事业单位", "行政办公"}},
		{"transport", fault.Text{Zh: "交通设施", En: "transport"}, []string{"交通用地", "车站"}},
		{"sports", fault.Text{Zh: "体育", En: "sports ground"}, []string{"体育用地", "运动场"}},
		{"park", fault.Text{Zh: "公园", En: "park"}, []string{"绿地", "公园绿地"}},
		{"forest", fault.Text{Zh: "林地", En: "forest"}, []string{"森林", "山林"}},
		{"field", fault.Text{Zh: "农田", En: "fields"}, []string{"耕地", "农用地", "园地"}},
	},
}

// Layers lists the base layers.
func Layers() []Layer { return []Layer{Street, Water, Bridge, Block} }

// Classes lists the ids of a layer's classes.
func Classes(l Layer) []string {
	var ids []string
	for _, w := range classWords[l] {
		ids = append(ids, w.id)
	}
	return ids
}

// ParseClass reads the class of a layer: its id, or the word in Chinese or English; "" is "".
func ParseClass(l Layer, s string) (string, bool) {
	s = plain(s)
	i := slices.IndexFunc(classWords[l], func(w classWord) bool { return says(s, w.id, w.text, w.also) })
	if i < 0 {
		return "", s == ""
	}
	return classWords[l][i].id, true
}

// knownClasses lists the words of a layer's classes, for the sentence that refuses another.
func knownClasses(l Layer) fault.Text {
	list := classWords[l]
	return listOf(len(list), func(i int) fault.Text {
		return fault.Text{Zh: list[i].text.Zh + " " + list[i].id, En: list[i].id}
	})
}

package grid

import (
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Levels in words.
var levelWords = map[Level]fault.Text{
	LevelDistrict:  {Zh: "城区", En: "district"},
	LevelTown:      {Zh: "镇（街道）", En: "town"},
	LevelCommunity: {Zh: "村（社区）", En: "community"},
	LevelGrid:      {Zh: "网格", En: "grid"},
	LevelBuilding:  {Zh: "建筑物", En: "building"},
	LevelCell:      {Zh: "单元格", En: "cell"},
	LevelUnit:      {Zh: "单元", En: "unit"},
	LevelRoom:      {Zh: "户室", En: "room"},
}

// Text names the level.
func (l Level) Text() fault.Text { return levelWords[l] }

// kinds and categories in the order in which they are listed to people.
var kindWords = []struct {
	id   Kind
	text fault.Text
	also []string
}{
	{Basic, fault.Text{Zh: "基础", En: "basic"}, []string{"基础网格"}},
	{Dedicated, fault.Text{Zh: "专属", En: "dedicated"}, []string{"专属网格"}},
}

var categoryWords = []struct {
	id   Category
	kind Kind
	text fault.Text
	also []string
}{
	{Hamlet, Basic, fault.Text{Zh: "坡(队、组)", En: "hamlet"}, []string{"坡", "队", "组"}},
	{Residential, Basic, fault.Text{Zh: "居民小区(楼栋群)", En: "residential area"}, []string{"居民小区", "小区", "楼栋群"}},
	{Industrial, Dedicated, fault.Text{Zh: "工业园区", En: "industrial park"}, nil},
	{Office, Dedicated, fault.Text{Zh: "商务楼宇", En: "office buildings"}, nil},
	{Mall, Dedicated, fault.Text{Zh: "商圈", En: "shopping area"}, nil},
	{School, Dedicated, fault.Text{Zh: "学校", En: "school"}, nil},
	{Hospital, Dedicated, fault.Text{Zh: "医院", En: "hospital"}, nil},
	{Institution, Dedicated, fault.Text{Zh: "企事业单位", En: "institution"}, nil},
	{Security, Dedicated, fault.Text{Zh: "治安重点地区", En: "security focus"}, nil},
}

// Kinds and Categories list the ids in the order in which people are shown them.
func Kinds() []Kind {
	var ids []Kind
	for _, w := range kindWords {
		ids = append(ids, w.id)
	}
	return ids
}

// Categories: see Kinds.
func Categories() []Category {
	var ids []Category
	for _, w := range categoryWords {
		ids = append(ids, w.id)
	}
	return ids
}

// Text names the kind; a kind that is none has no words.
func (k Kind) Text() fault.Text {
	for _, w := range kindWords {
		if w.id == k {
			return w.text
		}
	}
	return fault.Text{}
}

// Text names the category; an unknown one has no words.
func (c Category) Text() fault.Text {
	for _, w := range categoryWords {
		if w.id == c {
			return w.text
		}
	}
	return fault.Text{}
}

// Kind is the kind to which grids of the category belong; "" for an unknown category.
func (c Category) Kind() Kind {
	for _, w := range categoryWords {
		if w.id == c {
			return w.kind
		}
	}
	return ""
}

// ParseKind reads an id, or the word in Chinese or English; "" is "".
func ParseKind(s string) (Kind, bool) {
	s = plain(s)
	for _, w := range kindWords {
		if says(s, string(w.id), w.text, w.also) {
			return w.id, true
		}
	}
	return "", s == ""
}

// ParseCategory reads an id, or the word in Chinese or English, full-width brackets or not; "" is "".
func ParseCategory(s string) (Category, bool) {
	s = plain(s)
	for _, w := range categoryWords {
		if says(s, string(w.id), w.text, w.also) {
			return w.id, true
		}
	}
	return "", s == ""
}

var brackets = strings.NewReplacer("（", "(", "）", ")")

func plain(s string) string { return brackets.Replace(strings.ToLower(strings.TrimSpace(s))) }

func says(s, id string, t fault.Text, also []string) bool {
	if s == id || s == t.Zh || s == t.En {
		return true
	}
	for _, a := range also {
		if s == a {
			return true
		}
	}
	return false
}

// Lists of the words that a column may hold, for the sentences that refuse another.
var (
	knownKinds      = listOf(len(kindWords), func(i int) fault.Text { return kindWords[i].text })
	knownCategories = listOf(len(categoryWords), func(i int) fault.Text { return categoryWords[i].text })
)

// categoriesOf lists the words of a kind's categories.
func categoriesOf(k Kind) fault.Text {
	var of []fault.Text
	for _, w := range categoryWords {
		if w.kind == k {
			of = append(of, w.text)
		}
	}
	return listOf(len(of), func(i int) fault.Text { return of[i] })
}

func listOf(n int, word func(int) fault.Text) fault.Text {
	var zh, en []string
	for i := range n {
		zh, en = append(zh, word(i).Zh), append(en, word(i).En)
	}
	return fault.Text{Zh: strings.Join(zh, "、"), En: strings.Join(en, ", ")}
}

// squareMetres writes an area for a sentence: to the hundredth below ten, else whole.
func squareMetres(m2 float64) string {
	if m2 < 10 {
		return strconv.FormatFloat(m2, 'f', 2, 64)
	}
	return strconv.FormatFloat(m2, 'f', 0, 64)
}

package demo

import (
	"strconv"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// Names are invented of characters that such names are made of in Nanning. Those of villages follow Zhuang usage: 那 is a rice
// field, 板 a village, 渌 a valley, 陇 a karst hollow, 岜 a mountain.
var (
	firstCharacters  = []rune("星明锦金银玉康福安和平永长同文华荣凤龙江白青碧翠景春秋云鹤壮友新丰东红")
	secondCharacters = []rune("光海凯象源川秀辉亭堤洲湖岭园桥岸泉林塘阳城安达盛宁德兴华祥景")
	villageFirst     = []rune("那坛板渌陇百岜敬定同六罗留平上下新大")
	villageSecond    = []rune("良廊齐马怀务云岭布造琅佳卜莫洪历宁郎龙楞安庙塘村")
	villageEndings   = []string{"坡", "坡", "屯"}
	laneEndings      = []string{"街", "巷", "里"}
	compoundEndings  = []string{"花园", "新城", "苑", "小区", "家园", "雅居", "名都", "公馆", "花城"}
	securityEndings  = []string{"客运站", "批发市场", "夜市"}
	orgEndings       = []string{"政务服务中心", "供电所", "水务公司", "文化馆", "体育馆", "档案馆", "质检所", "设计院", "邮政中心", "印刷厂", "广播站", "气象站"}
	firstStems       = []string{"星光", "白沙", "壮锦", "银海", "亭江", "友谊", "金凯", "五一"}
)

// namer hands out names, none twice.
type namer struct {
	r    *random
	used map[string]bool
}

func newNamer(seed uint64, what string) *namer {
	return &namer{newRandom(seed, what, 0), map[string]bool{}}
}

// word makes a word of one character of each list. Once most are taken, three characters make a word.
func (n *namer) word(first, second []rune) string {
	const enough = 20
	for try := 0; ; try++ {
		w := string(first[n.r.below(len(first))])
		if try > enough {
			w += string(first[n.r.below(len(first))])
		}
		w += string(second[n.r.below(len(second))])
		if !n.used[w] {
			n.used[w] = true
			return w
		}
	}
}

func (n *namer) stem() string { return n.word(firstCharacters, secondCharacters) }

func (n *namer) oneOf(endings []string) string { return endings[n.r.below(len(endings))] }

// nameRoads names the roads by class: 大道 for the nine longest, 路, and 街, 巷 or 里 for short ones; the two expressways by where
// they go, county roads by number. Ring is the number of the ring expressway's street.
func (p *plan) nameRoads(roads []road, ring int32) {
	const avenues, shortRoad = 9, 250
	n := newNamer(p.seed, "street names")
	stems := firstStems
	stem := func() string {
		if len(stems) > 0 {
			s := stems[0]
			stems = stems[1:]
			n.used[s] = true
			return s
		}
		return n.stem()
	}
	arterials, counties := 0, 0
	for i := range roads {
		r := &roads[i]
		switch r.class {
		case expressway:
			r.name = "南苏高速"
			for _, e := range r.edges {
				if p.g.edges[e].street == ring {
					r.name = "绕城高速"
				}
			}
		case arterial:
			if arterials++; arterials <= avenues {
				r.name = stem() + "大道"
			} else {
				r.name = stem() + "路"
			}
		case secondary:
			if r.length > shortRoad {
				r.name = stem() + "路"
			} else {
				r.name = stem() + "街"
			}
		case residential:
			r.name = stem() + n.oneOf(laneEndings)
		case county:
			counties++
			r.name = "X" + strconv.Itoa(309+counties)
		}
	}
}

// nameSites names villages; market towns are called by their town.
func (p *plan) nameSites(register []grid.Named) {
	n := newNamer(p.seed, "village names")
	for i := range p.sites {
		if p.sites[i].kind == hamletSite {
			p.sites[i].name = n.word(villageFirst, villageSecond) + n.oneOf(villageEndings)
		}
	}
	for i, code := range []string{"450105105", "450105104", "450105103"} { // as in marketTowns
		for _, e := range register {
			if string(e.Code) == code {
				p.sites[i].name = e.Name
			}
		}
	}
}

// numerals of schools.
var numerals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}

func numeral(n int) string {
	switch {
	case n <= 10:
		return numerals[n-1]
	case n < 20:
		return "十" + numerals[n-11]
	case n%10 == 0:
		return numerals[n/10-1] + "十"
	}
	return numerals[n/10-1] + "十" + numerals[n%10-1]
}

// namePlaces names what has a grid of its own: schools by number, every third a middle school; a place in a market town by the
// town; the others by a word and what they are.
func (p *plan) namePlaces() {
	n := newNamer(p.seed, "place names")
	for _, s := range firstStems { // places like to be called after the large streets
		n.used[s] = true
	}
	stems := append([]string{}, firstStems...)
	shuffle(n.r, stems)
	stem := func() string {
		if len(stems) > 0 && n.r.share() < 0.5 {
			s := stems[0]
			stems = stems[1:]
			return s
		}
		return n.stem()
	}
	count := map[grid.Category]int{}
	town := p.marketPlaces()
	for i := range p.places {
		pl := &p.places[i]
		k := count[pl.category]
		count[pl.category]++
		switch pl.category {
		case grid.Industrial:
			pl.name = stem() + "工业园"
		case grid.Office:
			pl.name = stem() + "商务中心"
		case grid.Mall:
			pl.name = stem() + "商圈"
		case grid.Hospital:
			pl.name = stem() + "医院"
			if town[i] != "" {
				pl.name = town[i] + "卫生院"
			}
		case grid.School:
			switch {
			case town[i] != "":
				pl.name = town[i] + "中心小学"
			case k%3 == 2:
				pl.name = "第" + numeral(k/3+1) + "中学"
			default:
				pl.name = "第" + numeral(k-k/3+1) + "小学"
			}
		case grid.Institution:
			pl.name = stem() + orgEndings[k%len(orgEndings)]
		case grid.Security:
			pl.name = stem() + securityEndings[k%len(securityEndings)]
		}
	}
}

// marketPlaces is the market town in which each place lies, "" for those in no market town.
func (p *plan) marketPlaces() []string {
	towns := make([]string, len(p.places))
	for _, b := range p.blocks {
		if b.place >= 0 && b.zone == marketZone {
			towns[b.place] = p.sites[b.site].name
		}
	}
	return towns
}

// compoundNames names the compounds: of each superblock one.
func (p *plan) compoundNames() []string {
	n := newNamer(p.seed, "compound names")
	names := make([]string, len(p.supers()))
	for i := range names {
		names[i] = n.stem() + n.oneOf(compoundEndings)
	}
	return names
}

package grid

import (
	"strconv"
	"strings"
	"time"
)

// DateOrder says how to read a date of which the year comes last, such as 01/02/2015.
type DateOrder string

// The orders.
const (
	YearFirst  DateOrder = ""    // such dates are refused, unless their day is above 12
	MonthFirst DateOrder = "mdy" // 2 January 2015
	DayFirst   DateOrder = "dmy" // 1 February 2015
)

// Rules that a time can break.
const (
	ruleBadTime   = "bad-point-time"
	ruleDateOrder = "date-order"
)

// ParseTime reads a moment as files write it, in the zone unless the text says its own: RFC 3339; 2015-01-02 13:04:05, 2015/1/2 13:04,
// 2015.1.2, 2015年1月2日 13时4分, 20150102130405; with the year last as the order says; 1:04 PM and 下午1:04; a date alone, which is its
// midnight; and Excel's day numbers of five digits (1927–2173). The rule that a text breaks is "" for a good one.
func ParseTime(s string, order DateOrder, zone *time.Location) (t time.Time, rule string) {
	s = strings.TrimSpace(s)
	if isDecimal(s) {
		return parseNumber(s, zone)
	}
	p := timeText{rest: s}
	year, month, day, rule := p.date(order)
	if rule != "" {
		return t, rule
	}
	hour, minute, second, nanos, ok := p.clock()
	if !ok {
		return t, ruleBadTime
	}
	if p.rest != "" {
		if zone, ok = p.zone(); !ok {
			return t, ruleBadTime
		}
	}
	return moment(year, month, day, hour, minute, second, nanos, zone)
}

// moment makes a time of parts that a calendar has.
func moment(year, month, day, hour, minute, second, nanos int, zone *time.Location) (time.Time, string) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, ruleBadTime
	}
	if last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day(); day > last {
		return time.Time{}, ruleBadTime
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone), ""
}

// isDecimal reports whether a text is digits with at most one point between them.
func isDecimal(s string) bool {
	whole, part, point := strings.Cut(s, ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && (!point || digits(part))
}

// parseNumber reads 20150102, 20150102130405 and Excel's day numbers, counted from 30 December 1899.
func parseNumber(s string, zone *time.Location) (time.Time, string) {
	at := func(from, to int) int { n, _ := strconv.Atoi(s[from:to]); return n }
	whole, _, point := strings.Cut(s, ".")
	switch {
	case len(s) == 8 && !point:
		return moment(at(0, 4), at(4, 6), at(6, 8), 0, 0, 0, 0, zone)
	case len(s) == 14 && !point:
		return moment(at(0, 4), at(4, 6), at(6, 8), at(8, 10), at(10, 12), at(12, 14), 0, zone)
	case len(whole) == 5 && s[0] != '0' && len(s) <= 24:
		days, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return time.Time{}, ruleBadTime
		}
		wall := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(days)).
			Add(time.Duration((days-float64(int(days)))*24*60*60*1000+0.5) * time.Millisecond) // Excel knows milliseconds
		y, m, d := wall.Date()
		return time.Date(y, m, d, wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone), ""
	}
	return time.Time{}, ruleBadTime
}

// timeText is a text being read from its beginning.
type timeText struct{ rest string }

// number reads up to max digits.
func (p *timeText) number(max int) (value, digits int) {
	for digits < len(p.rest) && digits < max && '0' <= p.rest[digits] && p.rest[digits] <= '9' {
		value = value*10 + int(p.rest[digits]-'0')
		digits++
	}
	p.rest = p.rest[digits:]
	return value, digits
}

// take reads one of some signs; "" if none follows.
func (p *timeText) take(signs ...string) string {
	for _, s := range signs {
		if len(p.rest) >= len(s) && strings.EqualFold(p.rest[:len(s)], s) {
			p.rest = p.rest[len(s):]
			return s
		}
	}
	return ""
}

func (p *timeText) spaces() { p.rest = strings.TrimLeft(p.rest, " \t\u00a0\u202f\u3000") }

// date reads three numbers with the same sign between them.
func (p *timeText) date(order DateOrder) (year, month, day int, rule string) {
	a, na := p.number(4)
	sign := p.take("-", "/", ".", "年")
	b, nb := p.number(2)
	next := sign
	if sign == "年" {
		next = "月"
	}
	if sign == "" || p.take(next) == "" {
		return 0, 0, 0, ruleBadTime
	}
	c, nc := p.number(4)
	switch {
	case nb == 0 || nc == 0:
		return 0, 0, 0, ruleBadTime
	case na == 4 && nc <= 2:
		if sign == "年" && p.take("日", "号") == "" {
			return 0, 0, 0, ruleBadTime
		}
		return a, b, c, ""
	case na == 0 || na > 2 || nc != 4 || sign == "年":
		return 0, 0, 0, ruleBadTime
	case order == MonthFirst, order == YearFirst && a <= 12 && b > 12:
		return c, a, b, ""
	case order == DayFirst, order == YearFirst && a > 12:
		return c, b, a, ""
	}
	return 0, 0, 0, ruleDateOrder
}

// clock reads the time of the day; none is midnight.
func (p *timeText) clock() (hour, minute, second, nanos int, ok bool) {
	if p.rest == "" {
		return 0, 0, 0, 0, true
	}
	p.take("T")
	p.spaces()
	half := p.half()
	p.spaces()
	hour, n := p.number(2)
	if n == 0 {
		return 0, 0, 0, 0, false
	}
	if p.take("时", "時", "点") != "" {
		minute, second, ok = p.words()
	} else {
		minute, second, nanos, ok = p.colons()
	}
	p.spaces()
	if half == "" {
		half = p.half()
		p.spaces()
	}
	if half != "" {
		if hour < 1 || hour > 12 {
			return 0, 0, 0, 0, false
		}
		hour = hour%12 + map[string]int{"am": 0, "pm": 12}[half]
	}
	return hour, minute, second, nanos, ok
}

// words reads what follows 13时: nothing, 4分 or 4分5秒.
func (p *timeText) words() (minute, second int, ok bool) {
	minute, n := p.number(2)
	if n == 0 {
		return 0, 0, true
	}
	if p.take("分") == "" {
		return 0, 0, false
	}
	second, n = p.number(2)
	return minute, second, n == 0 || p.take("秒") != ""
}

// colons reads what follows the hour: :04, :04:05 or :04:05.678.
func (p *timeText) colons() (minute, second, nanos int, ok bool) {
	if p.take(":", "：") == "" {
		return 0, 0, 0, false
	}
	minute, n := p.number(2)
	if n == 0 || p.take(":", "：") == "" {
		return minute, 0, 0, n > 0
	}
	if second, n = p.number(2); n == 0 {
		return 0, 0, 0, false
	}
	nanos, ok = p.fraction()
	return minute, second, nanos, ok
}

// half reads the half of the day.
func (p *timeText) half() string {
	switch {
	case p.take("am", "a.m.", "上午") != "":
		return "am"
	case p.take("pm", "p.m.", "下午") != "":
		return "pm"
	}
	return ""
}

// fraction reads decimals of a second, to the nanosecond; more digits are cut off.
func (p *timeText) fraction() (nanos int, ok bool) {
	if p.take(".", ",") == "" {
		return 0, true
	}
	nanos, n := p.number(9)
	for i := n; i < 9; i++ {
		nanos *= 10
	}
	for {
		if _, more := p.number(9); more == 0 {
			return nanos, n > 0
		}
	}
}

// zone reads Z, UTC, GMT or an offset such as +08:00, +0800 or +8, to the end of the text.
func (p *timeText) zone() (*time.Location, bool) {
	if p.take("Z", "UTC", "GMT") != "" && p.rest == "" {
		return time.UTC, true
	}
	sign := p.take("+", "-", "−")
	if sign == "" {
		return nil, false
	}
	hours, n := p.number(2)
	colon := p.take(":") != ""
	minutes, m := p.number(2)
	if n == 0 || m == 1 || m == 0 && colon || hours > 14 || minutes > 59 || p.rest != "" {
		return nil, false
	}
	seconds := hours*3600 + minutes*60
	if sign != "+" {
		seconds = -seconds
	}
	return time.FixedZone("", seconds), true
}

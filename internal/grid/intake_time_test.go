package grid

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var china = time.FixedZone("UTC+8", 8*60*60)

// Times as files write them. Times without a zone are in that of the district, here UTC+8.
func TestParseTime(t *testing.T) {
	for _, c := range []struct {
		text  string
		order DateOrder
		want  string // RFC 3339, or the rule broken
	}{
		{"2015-01-02T13:04:05+08:00", YearFirst, "2015-01-02T13:04:05+08:00"},
		{"2015-01-02T13:04:05Z", YearFirst, "2015-01-02T13:04:05Z"},
		{"2015-01-02T13:04:05.678Z", YearFirst, "2015-01-02T13:04:05.678Z"},
		{"2015-01-02t13:04:05.123456789123z", YearFirst, "2015-01-02T13:04:05.123456789Z"},
		{"2015-01-02 13:04:05-0500", YearFirst, "2015-01-02T13:04:05-05:00"},
		{"2015-01-02 13:04:05 +8", YearFirst, "2015-01-02T13:04:05+08:00"},
		{"2015-01-02 13:04:05 UTC", YearFirst, "2015-01-02T13:04:05Z"},
		{"2015-01-02 13:04:05", YearFirst, "2015-01-02T13:04:05+08:00"},
		{" 2015-01-02  13:04 ", YearFirst, "2015-01-02T13:04:00+08:00"},
		{"2015-01-02", YearFirst, "2015-01-02T00:00:00+08:00"},
		{"2015/1/2", YearFirst, "2015-01-02T00:00:00+08:00"},
		{"2015/1/2 3:04", YearFirst, "2015-01-02T03:04:00+08:00"},
		{"2015.1.2", YearFirst, "2015-01-02T00:00:00+08:00"},
		{"2015年1月2日", YearFirst, "2015-01-02T00:00:00+08:00"},
		{"2015年1月2日13时4分5秒", YearFirst, "2015-01-02T13:04:05+08:00"},
		{"2015年1月2日 13时4分", YearFirst, "2015-01-02T13:04:00+08:00"},
		{"2015年01月02日13:04:05", YearFirst, "2015-01-02T13:04:05+08:00"},
		{"2015/1/2 下午1:04:05", YearFirst, "2015-01-02T13:04:05+08:00"},
		{"2015/1/2 上午 12:30", YearFirst, "2015-01-02T00:30:00+08:00"},
		{"20150102", YearFirst, "2015-01-02T00:00:00+08:00"},
		{"20150102130405", YearFirst, "2015-01-02T13:04:05+08:00"},
		{"42006", YearFirst, "2015-01-02T00:00:00+08:00"},
		{"42006.544502314814", YearFirst, "2015-01-02T13:04:05+08:00"},
		{"01/02/2015 01:04:05 PM", MonthFirst, "2015-01-02T13:04:05+08:00"},
		{"1/2/2015 12:00 am", MonthFirst, "2015-01-02T00:00:00+08:00"},
		{"02.01.2015 13:04", DayFirst, "2015-01-02T13:04:00+08:00"},
		{"2/1/2015", DayFirst, "2015-01-02T00:00:00+08:00"},
		{"13/1/2015", YearFirst, "2015-01-13T00:00:00+08:00"},
		{"1/13/2015", YearFirst, "2015-01-13T00:00:00+08:00"},
		{"2024-02-29", YearFirst, "2024-02-29T00:00:00+08:00"},

		{"1/2/2015", YearFirst, "date-order"},
		{"13/1/2015", MonthFirst, "bad-point-time"},
		{"1/13/2015", DayFirst, "bad-point-time"},
		{"2015-02-29", YearFirst, "bad-point-time"},
		{"2015-13-01", YearFirst, "bad-point-time"},
		{"2015-01-00", YearFirst, "bad-point-time"},
		{"2015-01-02 24:00", YearFirst, "bad-point-time"},
		{"2015-01-02 13:60", YearFirst, "bad-point-time"},
		{"2015-01-02 13:04 PM", YearFirst, "bad-point-time"},
		{"2015-01-02 13", YearFirst, "bad-point-time"},
		{"2015-01-02T", YearFirst, "bad-point-time"},
		{"2015-01-02+08:00", YearFirst, "bad-point-time"},
		{"2015-01-0213:04", YearFirst, "bad-point-time"},
		{"2015-01-02 13:04:05 CST", YearFirst, "bad-point-time"},
		{"2015-01-02 13:04:05.", YearFirst, "bad-point-time"},
		{"2015-01-02 13:04:05+25:00", YearFirst, "bad-point-time"},
		{"2015-1/2", YearFirst, "bad-point-time"},
		{"15-01-02", YearFirst, "bad-point-time"},
		{"2015年1月2", YearFirst, "bad-point-time"},
		{"20151302", YearFirst, "bad-point-time"},
		{"1420203845", YearFirst, "bad-point-time"},
		{"4200", YearFirst, "bad-point-time"},
		{"昨天", YearFirst, "bad-point-time"},
		{"", YearFirst, "bad-point-time"},
	} {
		got, rule := ParseTime(c.text, c.order, china)
		if rule == "" {
			rule = got.Format(time.RFC3339Nano)
		}
		if rule != c.want {
			t.Errorf("%q %s: %s, want %s", c.text, c.order, rule, c.want)
		}
	}
}

// Each way of writing a moment reads as that moment.
func TestTimesComeBack(t *testing.T) {
	layouts := []struct {
		layout string
		order  DateOrder
	}{
		{time.RFC3339, YearFirst}, {"2006-01-02 15:04:05", YearFirst}, {"2006/1/2 15:04:05", YearFirst}, {"2006.1.2 3:04:05 PM", YearFirst},
		{"2006年1月2日15时4分5秒", YearFirst}, {"20060102150405", YearFirst}, {"01/02/2006 03:04:05 PM", MonthFirst}, {"2.1.2006 15:04:05", DayFirst},
		{"2006-01-02 15:04:05 -0700", YearFirst},
	}
	rapid.Check(t, func(t *rapid.T) {
		want := time.Unix(rapid.Int64Range(-30_000_000_000, 200_000_000_000).Draw(t, "at"), 0).In(china)
		l := rapid.SampledFrom(layouts).Draw(t, "layout")
		if got, rule := ParseTime(want.Format(l.layout), l.order, china); rule != "" || !got.Equal(want) {
			t.Fatalf("%s: %v %s, want %v", want.Format(l.layout), got, rule, want)
		}
	})
}

// What is read is a moment that RFC 3339 can write, and reads again as the same; nothing else is wrong but by one of two rules.
func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2015-01-02T13:04:05.5+08:00", "2015年1月2日 下午1时4分5秒", "42006.5", "20150102130405", "1/2/2015 1:04 PM", "2.1.2015", "2015-01-02 13:04 UTC"} {
		f.Add(s, "mdy")
	}
	f.Fuzz(func(t *testing.T, s, order string) {
		got, rule := ParseTime(s, DateOrder(order), china)
		if rule != "" {
			if rule != ruleBadTime && rule != ruleDateOrder {
				t.Fatalf("%q breaks %s", s, rule)
			}
			return
		}
		again, rule := ParseTime(got.Format(time.RFC3339Nano), YearFirst, time.UTC)
		if rule != "" || !again.Equal(got) {
			t.Fatalf("%q is %v, which reads as %v %s", s, got, again, rule)
		}
	})
}

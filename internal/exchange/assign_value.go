package exchange

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"
)

// textValue is text, or bytes in base 64 where they are no UTF-8.
func textValue(b []byte) Value {
	s := string(b)
	if strings.ToValidUTF8(s, "") != s {
		s = base64.StdEncoding.EncodeToString(b)
	}
	return Value{String, s}
}

// realValue writes a floating-point number; JSON has no word for those that are not finite, so they are text.
func realValue(v float64, bits int) Value {
	text := strconv.FormatFloat(v, 'g', -1, bits)
	if v-v != 0 {
		return Value{String, text}
	}
	if math.Abs(v) < 1e15 && (v == 0 || math.Abs(v) >= 1e-7) {
		text = strconv.FormatFloat(v, 'f', -1, bits)
	}
	return Value{Number, text}
}

func dateValue(days int64) Value {
	return Value{String, time.Unix(days*86400, 0).UTC().Format(time.DateOnly)}
}

const (
	wallLayout    = "2006-01-02T15:04:05.999999999"
	instantLayout = wallLayout + "Z07:00"
)

// timeValue writes a moment that is counted in units of so many nanoseconds from 1970.
func timeValue(v, unit int64, zone bool) Value {
	second := int64(time.Second) / unit
	s, rest := v/second, v%second
	if rest < 0 {
		s, rest = s-1, rest+second
	}
	layout := wallLayout
	if zone {
		layout = instantLayout
	}
	return Value{String, time.Unix(s, rest*unit).UTC().Format(layout)}
}

// decimal writes v × 10^-scale.
func decimal(v int64, scale int) string {
	s := strconv.FormatInt(v, 10)
	if scale <= 0 {
		return s + strings.Repeat("0", -scale)
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if len(s) <= scale {
		s = strings.Repeat("0", scale-len(s)+1) + s
	}
	return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
}

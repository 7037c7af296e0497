package exchange

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// parquetType is our type for a column; flat is false for lists, maps and groups.
func parquetType(c *parquet.Column) (t Type, flat bool) {
	if !c.Leaf() || c.Repeated() {
		return Textual, false
	}
	switch l := logical(c).(type) {
	case nil:
	case *format.DateType:
		return Date, true
	case *format.TimestampType:
		switch {
		case l.Unit.Value.Duration() < time.Microsecond:
			return Textual, true // more digits than our types hold
		case l.IsAdjustedToUTC:
			return Instant, true
		}
		return Wall, true
	case *format.IntType:
		if l.BitWidth < 64 || l.IsSigned {
			return Integer, true
		}
		return Textual, true
	default:
		return Textual, true
	}
	switch c.Type().Kind() {
	case parquet.Boolean:
		return Boolean, true
	case parquet.Int32, parquet.Int64:
		return Integer, true
	case parquet.Float, parquet.Double:
		return Real, true
	}
	return Textual, true
}

// logical is what a column means beyond its bytes; nil where it says nothing.
func logical(c *parquet.Column) format.LogicalTypeValue {
	if l := c.Type().LogicalType(); l != nil {
		return l.Value
	}
	return nil
}

// parquetText writes the values of a column as text.
func parquetText(c *parquet.Column) func(parquet.Value) Value {
	number := func(s string) Value { return Value{Number, s} }
	kind := c.Type().Kind()
	switch l := logical(c).(type) {
	case *format.DateType:
		return func(v parquet.Value) Value { return dateValue(int64(v.Int32())) }
	case *format.TimestampType:
		unit, zone := int64(l.Unit.Value.Duration()), l.IsAdjustedToUTC
		return func(v parquet.Value) Value { return timeValue(v.Int64(), unit, zone) }
	case *format.DecimalType:
		switch scale := int(l.Scale); kind {
		case parquet.Int32:
			return func(v parquet.Value) Value { return number(decimal(int64(v.Int32()), scale)) }
		case parquet.Int64:
			return func(v parquet.Value) Value { return number(decimal(v.Int64(), scale)) }
		}
	case *format.IntType:
		switch {
		case !l.IsSigned && kind == parquet.Int64:
			return func(v parquet.Value) Value { return number(strconv.FormatUint(v.Uint64(), 10)) }
		case !l.IsSigned:
			return func(v parquet.Value) Value { return number(strconv.FormatUint(uint64(v.Uint32()), 10)) }
		}
	case *format.UUIDType:
		return func(v parquet.Value) Value { return Value{String, v.String()} }
	case *format.StringType, *format.JsonType, *format.EnumType, nil:
		if kind == parquet.ByteArray {
			return func(v parquet.Value) Value { return textValue(v.ByteArray()) }
		}
	}
	switch {
	case kind == parquet.Boolean:
		return func(v parquet.Value) Value { return Value{Bool, strconv.FormatBool(v.Boolean())} }
	case kind == parquet.Int32:
		return func(v parquet.Value) Value { return number(strconv.FormatInt(int64(v.Int32()), 10)) }
	case kind == parquet.Int64:
		return func(v parquet.Value) Value { return number(strconv.FormatInt(v.Int64(), 10)) }
	case kind == parquet.Float:
		return func(v parquet.Value) Value { return realValue(float64(v.Float()), 32) }
	case kind == parquet.Double:
		return func(v parquet.Value) Value { return realValue(v.Double(), 64) }
	}
	return func(v parquet.Value) Value { return Value{String, base64.StdEncoding.EncodeToString(v.Bytes())} }
}

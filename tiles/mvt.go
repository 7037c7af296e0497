package tiles

import "encoding/binary"

// The encoder writes the protobuf messages of Mapbox Vector Tile 2.1 straight from integers. orb's encoder was measured
// first: 2,700 buildings take it 7.5 ms and 88,000 allocations, because it goes through float64 and a map a feature.

// Geometry types of a feature (vector_tile.proto, GeomType).
const (
	geomPoint   = 1
	geomLine    = 2
	geomPolygon = 3
)

// Commands of a geometry (MVT 2.1, section 4.3.1).
const (
	cmdMoveTo    = 1
	cmdLineTo    = 2
	cmdClosePath = 7
)

// value is one attribute: a text or a whole number. The empty text is left out of a tile.
type value struct {
	text  string
	num   int64
	isNum bool
}

func text(s string) value { return value{text: s} }
func num(n int) value     { return value{num: int64(n), isNum: true} }

// layer collects the features of one layer of a tile. Attributes are given in the order of keys.
type layer struct {
	name     string
	keys     []string
	features []byte // encoded, with their field headers
	values   []byte
	ids      map[value]uint64

	origin   pt // upper left corner of the tile, in units of the zoom
	body     []byte
	geometry []byte
	tags     []byte
	at       pt // the pen of the geometry
}

func newLayer(name string, origin pt, keys ...string) *layer {
	return &layer{name: name, keys: keys, origin: origin, ids: map[value]uint64{}}
}

// moveTo starts a line or ring, or is a point.
func (l *layer) moveTo(p pt) {
	l.geometry = append(l.geometry, 1<<3|cmdMoveTo)
	l.step(p)
}

// lineTo goes on through ps.
func (l *layer) lineTo(ps []pt) {
	l.geometry = binary.AppendUvarint(l.geometry, uint64(len(ps))<<3|cmdLineTo)
	for _, p := range ps {
		l.step(p)
	}
}

func (l *layer) step(p pt) {
	dx, dy := p.x-l.at.x, p.y-l.at.y
	l.geometry = binary.AppendUvarint(l.geometry, uint64(uint32(dx<<1)^uint32(dx>>31)))
	l.geometry = binary.AppendUvarint(l.geometry, uint64(uint32(dy<<1)^uint32(dy>>31)))
	l.at = p
}

// point adds a point feature.
func (l *layer) point(p pt, attrs []value) {
	l.begin()
	l.moveTo(p)
	l.end(geomPoint, attrs)
}

// lines adds one feature of all lines; nothing where there is none.
func (l *layer) lines(s shape, attrs []value) {
	if len(s.ends) == 0 {
		return
	}
	l.begin()
	for line := range s.all() {
		l.moveTo(line[0])
		l.lineTo(line[1:])
	}
	l.end(geomLine, attrs)
}

// polygons adds one feature of all rings, which stand in the order of MVT: a shell before its holes; nothing where there is none.
func (l *layer) polygons(s shape, attrs []value) {
	if len(s.ends) == 0 {
		return
	}
	l.begin()
	for ring := range s.all() {
		l.moveTo(ring[0])
		l.lineTo(ring[1:])
		l.geometry = append(l.geometry, 1<<3|cmdClosePath)
	}
	l.end(geomPolygon, attrs)
}

func (l *layer) begin() {
	l.geometry, l.tags, l.body, l.at = l.geometry[:0], l.tags[:0], l.body[:0], l.origin
}

// end closes the feature begun.
func (l *layer) end(kind byte, attrs []value) {
	for k, v := range attrs {
		if !v.isNum && v.text == "" {
			continue
		}
		l.tags = binary.AppendUvarint(l.tags, uint64(k))
		l.tags = binary.AppendUvarint(l.tags, l.value(v))
	}
	if len(l.tags) > 0 {
		l.body = field(l.body, 2, l.tags)
	}
	l.body = append(l.body, 3<<3, kind)
	l.body = field(l.body, 4, l.geometry)
	l.features = field(l.features, 2, l.body)
}

// value is the number of v in the layer's table of values.
func (l *layer) value(v value) uint64 {
	id, ok := l.ids[v]
	if !ok {
		id = uint64(len(l.ids))
		l.ids[v] = id
		var msg [11]byte
		if v.isNum {
			l.values = field(l.values, 4, binary.AppendUvarint(append(msg[:0], 4<<3), uint64(v.num)))
		} else {
			n := 1 + uvarintLen(uint64(len(v.text))) + len(v.text)
			l.values = binary.AppendUvarint(append(l.values, 4<<3|2), uint64(n))
			l.values = binary.AppendUvarint(append(l.values, 1<<3|2), uint64(len(v.text)))
			l.values = append(l.values, v.text...)
		}
	}
	return id
}

// encode appends the layer to a tile; nothing where it has no feature.
func (l *layer) encode(tile []byte) []byte {
	if len(l.features) == 0 {
		return tile
	}
	head := append(field(nil, 1, []byte(l.name)), l.features...)
	for _, k := range l.keys {
		head = field(head, 3, []byte(k))
	}
	head = append(head, l.values...)
	head = binary.AppendUvarint(append(head, 5<<3), Extent)
	head = append(head, 15<<3, 2)
	return field(tile, 3, head)
}

// field appends a length-delimited field (numbers below 16).
func field(dst []byte, number byte, data []byte) []byte {
	dst = binary.AppendUvarint(append(dst, number<<3|2), uint64(len(data)))
	return append(dst, data...)
}

func uvarintLen(v uint64) int {
	n := 1
	for v >= 0x80 {
		v >>= 7
		n++
	}
	return n
}

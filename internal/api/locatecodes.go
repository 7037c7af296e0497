package api

import (
	"cmp"
	"encoding/binary"
	"math"
	"net/http"
	"strconv"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

const (
	pairBytes = 16 // of a point in binary: longitude and latitude, float64
	codeBytes = 8  // of its answer: uint64
)

// The answers in binary that are no code.
const (
	codeNone  = 0 // in no grid
	codeWrong = 1 // not on the earth
)

// releasesHeader names the releases that answered in binary.
const releasesHeader = "Zhuwang-Releases"

// nets are the nets that a question is for, all of one moment: all answers of a body come from the same releases.
func (q *asker) nets() ([]*snapshot.Snapshot, error) {
	if q.district == "" {
		if all, err := q.s.places(q.ctx).All(); len(all) > 0 || err != nil {
			return all, err
		}
	}
	n, err := q.s.places(q.ctx).Named(grid.Code(q.district))
	if err != nil {
		return nil, err
	}
	return []*snapshot.Snapshot{n}, nil
}

// refusal is why a row has no code.
type refusal struct {
	row int
	err error
}

// locateCodesJSON answers an array with the codes of the grids alone.
func (s *Server) locateCodesJSON(w http.ResponseWriter, r *http.Request, q *asker) {
	body, err := readBody(w, r, questionsForm)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	places := make([]geo.Point, 0, min(maxPoints, len(body)/24+1))
	var refused []refusal
	err = readQuestions(body, func(p question, row int, err error) {
		at := geo.Point{}
		if err == nil {
			at, err = q.place(p)
		}
		if err != nil {
			refused = append(refused, refusal{row, err})
		}
		places = append(places, at)
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	nets, err := q.nets()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	codes := make([]grid.Code, len(places))
	snapshot.Codes(codes, nets, places)
	for _, f := range refused {
		codes[f.row-1] = ""
	}
	answer := q.appendCodes(make([]byte, 0, 18*len(codes)+256), nets, codes, refused)
	w.Header()["Content-Type"] = jsonKind
	w.Header().Set("Content-Length", strconv.Itoa(len(answer))) // the compression takes it away again
	w.Write(answer)                                             // a failed write means that the client has gone
}

// appendCodes appends the Codes of openapi.yaml.
func (q *asker) appendCodes(b []byte, nets []*snapshot.Snapshot, codes []grid.Code, refused []refusal) []byte {
	b = append(b, `{"releases":{`...)
	for i, n := range nets {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, string(n.Release.District))
		b = append(b, ':')
		b = strconv.AppendInt(b, int64(n.Release.N), 10)
	}
	b = append(b, `},"codes":[`...)
	for i, code := range codes {
		if i > 0 {
			b = append(b, ',')
		}
		if code == "" {
			b = append(b, "null"...)
			continue
		}
		b = append(b, '"')
		b = append(b, code...) // digits
		b = append(b, '"')
	}
	b = append(b, `],"errors":[`...)
	for i, f := range refused {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"row":`...)
		b = strconv.AppendInt(b, int64(f.row), 10)
		b = append(b, `,"error":`...)
		b = appendAny(b, q.refuse(f.err, f.row).problem)
		b = append(b, '}')
	}
	return append(b, "]}\n"...)
}

// locateBinary answers pairs of float64, little-endian, longitude and latitude, with the codes of their grids as uint64.
func (s *Server) locateBinary(w http.ResponseWriter, r *http.Request, q *asker) {
	const form = "float64 longitude, float64 latitude, …; little-endian"
	d, err := datum(q.crs)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	body, err := readBody(w, r, form)
	if err == nil && len(body)%pairBytes != 0 {
		err = badBody(nil, form)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	nets, err := q.nets()
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h["Content-Type"] = []string{formBinary}
	h.Set("Content-Length", strconv.Itoa(len(body)/pairBytes*codeBytes))
	for _, n := range nets {
		h.Add(releasesHeader, string(n.Release.District)+"="+strconv.Itoa(n.Release.N))
	}
	const chunk = 4096
	var places [chunk]geo.Point
	var codes [chunk]grid.Code
	var wrong []int
	out := make([]byte, 0, chunk*codeBytes)
	for len(body) > 0 {
		n := min(chunk, len(body)/pairBytes)
		wrong = wrong[:0]
		for i := range places[:n] {
			pair := body[pairBytes*i:][:pairBytes]
			p, ok := onLattice(d, math.Float64frombits(binary.LittleEndian.Uint64(pair)), math.Float64frombits(binary.LittleEndian.Uint64(pair[8:])))
			if !ok {
				wrong = append(wrong, i)
			}
			places[i] = p
		}
		snapshot.Codes(codes[:n], nets, places[:n])
		out = out[:n*codeBytes]
		for i, code := range codes[:n] {
			binary.LittleEndian.PutUint64(out[codeBytes*i:], numberOf(code))
		}
		for _, i := range wrong {
			binary.LittleEndian.PutUint64(out[codeBytes*i:], codeWrong)
		}
		if _, err := w.Write(out); err != nil {
			return // the client has gone
		}
		body = body[n*pairBytes:]
	}
}

// numberOf is a code as a number: all digits, 15 at most; codeNone for none.
func numberOf(code grid.Code) uint64 {
	n := uint64(codeNone)
	for i := range len(code) {
		n = n*10 + uint64(code[i]-'0')
	}
	return n
}

// place is where a question lies.
func (q *asker) place(p question) (geo.Point, error) {
	switch {
	case !p.hasLon:
		return geo.Point{}, missingField("lon")
	case !p.hasLat:
		return geo.Point{}, missingField("lat")
	}
	at, err := place(p.lon, p.lat, cmp.Or(p.crs, q.crs))
	if err == nil {
		err = checkAccuracy(p.accuracy)
	}
	return at, err
}

// fieldsFault refuses codes alone in a form that has none.
func fieldsFault(form string) error {
	return fault.New(fault.Unsupported, "no-codes-alone", fault.Args{"type": form, "choices": formJSON + ", " + formBinary}).In(fault.Place{Field: "fields"})
}

package exchange

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// A schema that claims billions of fields is refused before memory is taken for them; what is good is given back as it was.
func TestArrowSchemaHoldsWhatItClaims(t *testing.T) {
	meta := arrow.NewMetadata([]string{"a"}, []string{"b"})
	schema := arrow.NewSchema([]arrow.Field{{Name: "lon", Type: arrow.PrimitiveTypes.Float64, Metadata: meta},
		{Name: "of", Type: arrow.StructOf(arrow.Field{Name: "x", Type: arrow.ListOf(arrow.BinaryTypes.String)})}}, &meta)
	var b bytes.Buffer
	if err := ipc.NewWriter(&b, ipc.WithSchema(schema)).Close(); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	in, err := checkArrowSchema(strings.NewReader(string(good)))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(in); err != nil || !bytes.Equal(back, good) {
		t.Errorf("%v: %q, want %q", err, back, good)
	}
	refused := 0
	for at := 8; at+4 <= len(good); at += 4 {
		bad := bytes.Clone(good)
		binary.LittleEndian.PutUint32(bad[at:], 1<<30)
		in, err := checkArrowSchema(bytes.NewReader(bad))
		if errors.Is(err, errSchema) {
			refused++
		}
		if err == nil { // then the decoder reads it with the memory that there is, or refuses it itself
			if r, err := ipc.NewReader(in); err == nil {
				r.Release()
			}
		}
	}
	if refused < 6 { // the lists of fields and of metadata in this schema
		t.Errorf("%d claims were refused", refused)
	}
	for n := range good[:len(good)-8] {
		if _, err := checkArrowSchema(bytes.NewReader(good[:n])); err == nil {
			t.Fatalf("the first %d bytes of %d pass", n, len(good))
		}
	}
}

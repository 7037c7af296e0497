package grid

import (
	"context"
	"iter"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// Batch is what came together and was declared together: a file that was imported, or points that were posted under one name.
type Batch struct {
	Name    string
	Source  string    // name of the file; "" for points that were posted
	Datum   crs.Datum // of all its points, as declared now
	Done    int64     // how far its source has been read; what came before is stored
	By      string
	MadeAt  time.Time
	Changed time.Time

	Points int64    // how many locations are of the batch; in a list
	Kinds  []string // of these; in a list
}

// Pages are rows in pages; an error comes last.
type Pages = iter.Seq2[[]Location, error]

// Batches lists the batches of a district, the newest first.
func (s *Service) Batches(ctx context.Context, district Code) ([]Batch, error) {
	return s.Store.Batches(ctx, district)
}

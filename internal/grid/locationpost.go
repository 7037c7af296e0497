package grid

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// MaxPost is how many locations are posted at once.
const MaxPost = 10_000

// PostOptions say how locations are posted.
type PostOptions struct {
	Batch     string      // of those that name none
	Source    string      // of a batch that is new
	Done      int64       // how far the source of Batch has been read with these
	Replace   bool        // another content takes the place of what is there
	Revisions map[Key]int // another content takes the place of exactly this revision
	By        string
}

// Posted is what became of one of the locations posted.
type Posted struct {
	Location              // as stored; of a refused one, as given
	Replayed bool         // it was there already, with the same content
	Replaced bool         // it was there with another content
	Fault    *fault.Error // it was refused
}

// Post stores locations in one transaction and assigns them to the grids in force; at most MaxPost at once. A location without a time
// is given the moment's. One that is there already is left as it is; with another content it is refused (location-conflict), unless
// it is to be replaced. The answer has the order of the question, and one that is refused stops no other: each has its own Fault.
//
// Of a location that is replaced, a manual assignment stays. fault no-net-in-district if there is nothing to assign to.
func (s *Service) Post(ctx context.Context, district Code, points []Location, o PostOptions) ([]Posted, error) {
	if len(points) > MaxPost {
		return nil, fault.New(fault.TooLarge, "too-many-locations", fault.Args{"max": MaxPost})
	}
	settled := make([]Posted, len(points))
	for i, p := range points {
		settled[i] = o.settle(p, (*Location).settle)
	}
	return s.post(ctx, district, settled, o)
}

// settle brings a location into the form in which it is stored, or says why it cannot be.
func (o PostOptions) settle(l Location, settle func(*Location) *fault.Error) (p Posted) {
	if l.Batch == "" {
		l.Batch = o.Batch
	}
	l.By = o.By
	p.Fault = settle(&l)
	p.Location = l
	return p
}

// post is Post of what is settled.
func (s *Service) post(ctx context.Context, district Code, settled []Posted, o PostOptions) ([]Posted, error) {
	var posted []Posted
	err := s.write(ctx, district, func(tx LocationTx, net Held) error {
		p := posting{tx: tx, net: net, district: district, PostOptions: o, posted: append([]Posted(nil), settled...)}
		posted = p.posted
		return p.run(ctx)
	})
	if err != nil {
		return nil, err
	}
	return posted, nil
}

// posting is one call of Post in its transaction.
type posting struct {
	PostOptions
	tx       LocationTx
	net      Held
	district Code
	posted   []Posted
}

func (p *posting) run(ctx context.Context) error {
	if err := p.openBatches(ctx); err != nil {
		return err
	}
	fresh, keys := make([]Location, 0, len(p.posted)), make([]Key, 0, len(p.posted))
	for i := range p.posted {
		l := &p.posted[i]
		if l.Fault != nil {
			continue
		}
		l.Area, l.How = p.net.assign(l.Point)
		if l.Fault = outsideArea(ctx, p.district, l.Area); l.Fault != nil {
			continue
		}
		l.Release, l.MadeAt, l.Changed, l.Revision = p.net.Release.N, p.tx.Now(), p.tx.Now(), 1
		stored := l.Location
		if stored.At.IsZero() {
			stored.At = p.tx.Now()
		}
		fresh, keys = append(fresh, stored), append(keys, l.Key())
	}
	if len(fresh) == 0 {
		return nil
	}
	all, err := p.tx.AddLocations(ctx, fresh)
	if err != nil {
		return err
	}
	added, replaced := len(fresh), 0
	if all {
		for i := range p.posted {
			if l := &p.posted[i]; l.Fault == nil && l.At.IsZero() {
				l.At = p.tx.Now()
			}
		}
	} else if added, replaced, err = p.meet(ctx, keys); err != nil {
		return err
	}
	if added+replaced == 0 {
		return nil
	}
	data, err := json.Marshal(map[string]any{"release": p.net.Release.N, "added": added, "replaced": replaced, "batch": p.Batch})
	if err != nil {
		return err
	}
	return p.tx.PutEvent(ctx, "location", p.net.Release.N, p.district, data)
}

// openBatches makes the batches that are new, in the order of their names, so that two writers never wait for each other. What is
// declared with a batch is declared in the batch's datum, which is that of the first.
func (p *posting) openBatches(ctx context.Context) error {
	open := map[string]Batch{}
	for i := range p.posted {
		l := &p.posted[i]
		if _, known := open[l.Batch]; known || l.Fault != nil || l.Batch == "" {
			continue
		}
		made := Batch{Name: l.Batch, Datum: l.Datum, By: p.By, Changed: p.tx.Now()}
		if l.Batch == p.Batch {
			made.Source = p.Source
		}
		open[l.Batch] = made
	}
	for _, name := range slices.Sorted(maps.Keys(open)) {
		b, err := p.tx.OpenBatch(ctx, open[name])
		if err != nil {
			return err
		}
		open[name] = b
	}
	for i := range p.posted {
		l := &p.posted[i]
		if b := open[l.Batch]; l.Fault == nil && l.Batch != "" && l.Datum != b.Datum {
			l.Fault = fault.New(fault.Conflict, "batch-datum", fault.Args{"batch": l.Batch, "crs": b.Datum, "said": l.Datum}).In(fault.Place{Field: "crs"})
		}
	}
	if p.Batch == "" || p.Done == 0 {
		return nil
	}
	b, known := open[p.Batch]
	if !known {
		return nil // every row so far was refused
	}
	b.Done, b.By, b.Changed = max(b.Done, p.Done), p.By, p.tx.Now()
	return p.tx.SetBatch(ctx, b)
}

// meet settles what becomes of those that were there already, or come twice, as if one had been posted after the other.
func (p *posting) meet(ctx context.Context, keys []Key) (added, replaced int, err error) {
	known, err := p.tx.KnownLocations(ctx, keys, p.Replace || len(p.Revisions) > 0)
	if err != nil {
		return 0, 0, err
	}
	now, dirty := make(map[Key]*Location, len(known)), map[Key]bool{}
	for i := range known {
		now[known[i].Key()] = &known[i]
	}
	for i := range p.posted {
		l := &p.posted[i]
		if l.Fault != nil {
			continue
		}
		k := l.Key()
		there := now[k]
		revision, asked := p.Revisions[k]
		switch {
		case there == nil:
			if l.At.IsZero() {
				l.At = p.tx.Now()
			}
			stored := l.Location
			now[k] = &stored
			added++
		case there.says(&l.Location):
			l.Location, l.Replayed = *there, true
		case outsideArea(ctx, p.district, there.Area) != nil: // as one that may not be replaced: where it lies is not told
			l.Fault = fault.New(fault.Conflict, "location-conflict", fault.Args{"kind": k.Kind, "id": k.ID})
		case asked && revision != there.Revision:
			l.Fault = stale(k, there.Revision)
		case p.Replace || asked:
			there.take(&l.Location, p.tx.Now())
			l.Location, l.Replaced = *there, true
			dirty[k] = true
		default:
			l.Fault = fault.New(fault.Conflict, "location-conflict", fault.Args{"kind": k.Kind, "id": k.ID})
		}
	}
	changed := make([]Location, 0, len(dirty))
	for k := range dirty {
		changed = append(changed, *now[k])
	}
	return added, len(dirty), p.tx.SetLocations(ctx, changed)
}

// take makes a location say what a later report says. A person's assignment stays.
func (l *Location) take(other *Location, now time.Time) {
	n := *other
	n.MadeAt, n.Changed, n.Revision = l.MadeAt, now, l.Revision+1
	if n.At.IsZero() {
		n.At = l.At
	}
	if n.Batch == "" && n.sameRaw(l) {
		n.Batch = l.Batch
	}
	if l.How == Manual {
		n.Area, n.How, n.Reason = l.Area, l.How, l.Reason
	}
	*l = n
}

func stale(k Key, revision int) *fault.Error {
	return fault.New(fault.Stale, "location-changed", fault.Args{"kind": k.Kind, "id": k.ID, "revision": revision})
}

package store

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/audit"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// putAudit writes an entry, in the transaction of what it tells about where q is one. Its who is the caller of the context where it names nobody.
func putAudit(ctx context.Context, q queryer, e audit.Entry) error {
	if e.Account == "" && e.Via == "" {
		caller := scope.Of(ctx)
		e.Account, e.Via = caller.Account, caller.Via
	}
	if e.Address == "" {
		e.Address = audit.AddressOf(ctx)
	}
	if e.District == "" {
		e.District = audit.Service
	}
	detail := "{}"
	if len(e.Detail) > 0 {
		text, err := json.Marshal(e.Detail)
		if err != nil {
			return err
		}
		detail = string(text)
	}
	_, err := q.Exec(ctx, query("audit-put"), e.District, stamp(e.At), e.Account, e.Via, e.Address, string(e.Action), e.Object, detail)
	return explain(err)
}

// PutAudit implements grid.Tx.
func (t *tx) PutAudit(ctx context.Context, e audit.Entry) error {
	e.District, e.At = string(t.district), t.now
	return putAudit(ctx, t.pg, e)
}

// PutAudit implements grid.LocationTx.
func (t *locationTx) PutAudit(ctx context.Context, e audit.Entry) error {
	e.District, e.At = string(t.head.District), t.now
	return putAudit(ctx, t.pg, e)
}

// Audit implements account.Tx.
func (t *accountTx) Audit(ctx context.Context, e audit.Entry) error { return putAudit(ctx, t.pg, e) }

// AuditRows lists rows of a district, or of audit.Service, that a filter chooses, the newest first, from after a cursor on; for the caller of the context.
func (s *Store) AuditRows(ctx context.Context, district string, f audit.Filter, after audit.Cursor, limit int) ([]audit.Row, error) {
	return listAs(ctx, s, grid.Code(district), scope.SeeAudit, "audit", func(r pgx.CollectableRow) (a audit.Row, err error) {
		err = r.Scan(&a.District, &a.ID, &a.At, &a.Account, &a.Via, &a.Address, &a.Action, &a.Object, &a.Detail)
		a.At = a.At.UTC()
		return a, err
	}, grid.Code(district), orNone(f.Account), orNone(string(f.Action)), orNone(f.Object), stamp(f.Since), stamp(f.Until), stamp(after.At), after.ID, limit)
}

// orNone is a text; null for "".
func orNone(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
